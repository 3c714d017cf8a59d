"""Pictures of an audit that trainees move: each a pure view of the audit's numbers with a thin binding to widgets."""

from workshop.probes.base_rates import base_rate
from workshop.probes.comparisons import compare
from workshop.probes.confusions import confusion
from workshop.probes.explanations import explanation
from workshop.probes.html import figure
from workshop.probes.predictions import predict
from workshop.probes.probe import Probe
from workshop.probes.thresholds import threshold

__all__ = ["Probe", "base_rate", "compare", "confusion", "explanation", "figure", "predict", "threshold"]
