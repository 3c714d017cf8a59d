"""Pictures of an audit that trainees move: each a pure view of the audit's numbers with a thin binding to widgets."""

from workshop.probes.airlocks import airlock
from workshop.probes.allocations import allocation
from workshop.probes.base_rates import base_rate
from workshop.probes.candidates import candidates
from workshop.probes.capacities import capacity
from workshop.probes.car_lists import top_five
from workshop.probes.changes import changes
from workshop.probes.comparisons import compare
from workshop.probes.confusions import confusion
from workshop.probes.correct_rates import correct_rate
from workshop.probes.corrections import correction
from workshop.probes.crossings import crossings
from workshop.probes.drifts import drift
from workshop.probes.early_warnings import early_warning
from workshop.probes.effects import effects
from workshop.probes.explanations import explanation
from workshop.probes.extractions import extraction
from workshop.probes.feedback_loops import feedback
from workshop.probes.html import figure
from workshop.probes.lights import light
from workshop.probes.maps import demand_map
from workshop.probes.messages import message
from workshop.probes.noises import noise
from workshop.probes.occlusions import occlusion
from workshop.probes.patches import patch
from workshop.probes.predictions import predict
from workshop.probes.probe import Probe
from workshop.probes.procurements import procurement
from workshop.probes.queues import queue
from workshop.probes.reasons import reasons
from workshop.probes.scores import score
from workshop.probes.sounds import clips, sound
from workshop.probes.stresses import stress
from workshop.probes.sunsets import sunset
from workshop.probes.swaps import swap
from workshop.probes.thresholds import threshold
from workshop.probes.timelines import timeline
from workshop.probes.transcripts import transcript
from workshop.probes.triages import triage
from workshop.probes.voices import voices
from workshop.probes.watch_lists import watch_list
from workshop.probes.weeks import hour_of_week

__all__ = [
    "Probe",
    "airlock",
    "allocation",
    "base_rate",
    "candidates",
    "capacity",
    "changes",
    "clips",
    "compare",
    "confusion",
    "correct_rate",
    "correction",
    "crossings",
    "demand_map",
    "drift",
    "early_warning",
    "effects",
    "explanation",
    "extraction",
    "feedback",
    "figure",
    "hour_of_week",
    "light",
    "message",
    "noise",
    "occlusion",
    "patch",
    "predict",
    "procurement",
    "queue",
    "reasons",
    "score",
    "sound",
    "stress",
    "sunset",
    "swap",
    "threshold",
    "timeline",
    "top_five",
    "transcript",
    "triage",
    "voices",
    "watch_list",
]
