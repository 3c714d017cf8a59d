"""Pictures of an audit that trainees move: each a pure view of the audit's numbers with a thin binding to widgets."""

from workshop.probes.allocations import allocation
from workshop.probes.base_rates import base_rate
from workshop.probes.comparisons import compare
from workshop.probes.confusions import confusion
from workshop.probes.effects import effects
from workshop.probes.explanations import explanation
from workshop.probes.feedback_loops import feedback
from workshop.probes.html import figure
from workshop.probes.maps import demand_map
from workshop.probes.noises import noise
from workshop.probes.occlusions import occlusion
from workshop.probes.predictions import predict
from workshop.probes.probe import Probe
from workshop.probes.procurements import procurement
from workshop.probes.scores import score
from workshop.probes.sounds import clips, sound
from workshop.probes.thresholds import threshold
from workshop.probes.transcripts import transcript
from workshop.probes.voices import voices
from workshop.probes.weeks import hour_of_week

__all__ = [
    "Probe",
    "allocation",
    "base_rate",
    "clips",
    "compare",
    "confusion",
    "demand_map",
    "effects",
    "explanation",
    "feedback",
    "figure",
    "hour_of_week",
    "noise",
    "occlusion",
    "predict",
    "procurement",
    "score",
    "sound",
    "threshold",
    "transcript",
    "voices",
]
