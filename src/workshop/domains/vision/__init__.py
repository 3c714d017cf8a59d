"""Vision: pictures, what disturbs them, what a model sees in them, and whom a match fails. No widget, no plot."""

from workshop.domains.vision.candidates import (
    Evidence,
    Outcomes,
    Reviewer,
    SimilarityScores,
    assumed_scores,
    candidate_list,
    identification_rates,
    review,
    simulate_searches,
)
from workshop.domains.vision.car_models import CarLists
from workshop.domains.vision.conditions import blur, dirt, exposure, turn
from workshop.domains.vision.crossings import (
    at_least_as_sure,
    error_rates,
    gender_rates,
    paired_differences,
    reliability,
)
from workshop.domains.vision.faces import CrossValidation, DetectionErrors, face_detector, roughness_rule
from workshop.domains.vision.features import hog_features, roughness
from workshop.domains.vision.matching import MatchScores, WatchListDay, watch_list_day
from workshop.domains.vision.occlusion import OcclusionMap, occlusion_map
from workshop.domains.vision.pictures import as_grey, as_stack, encode, read
from workshop.domains.vision.plates import (
    PlateReader,
    ReadErrors,
    confusion_pairs,
    named_right,
    plate_stack,
    read_errors,
    region_classifier,
    region_of,
    region_score,
    wrong_hits,
)

__all__ = [
    "CarLists",
    "CrossValidation",
    "DetectionErrors",
    "Evidence",
    "MatchScores",
    "OcclusionMap",
    "Outcomes",
    "PlateReader",
    "ReadErrors",
    "Reviewer",
    "SimilarityScores",
    "WatchListDay",
    "as_grey",
    "as_stack",
    "assumed_scores",
    "at_least_as_sure",
    "blur",
    "candidate_list",
    "confusion_pairs",
    "dirt",
    "encode",
    "error_rates",
    "exposure",
    "face_detector",
    "gender_rates",
    "hog_features",
    "identification_rates",
    "named_right",
    "occlusion_map",
    "paired_differences",
    "plate_stack",
    "read",
    "read_errors",
    "region_classifier",
    "region_of",
    "region_score",
    "reliability",
    "review",
    "roughness",
    "roughness_rule",
    "simulate_searches",
    "turn",
    "watch_list_day",
    "wrong_hits",
]
