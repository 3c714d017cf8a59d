"""A face detector: is there a face in this small picture, how often is it wrong, and what else would do as well."""

from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from workshop.audit import Estimate, group_rates
from workshop.domains.vision.features import hog_features, roughness
from workshop.domains.vision.pictures import as_stack, size_words

SEED = 2020
FOLDS = 10


class DetectionErrors(NamedTuple):
    """How often a detector is wrong.

    Attributes
    ----------
    misses : Estimate
        Pictures of faces in which no face was found, of all pictures of faces.
    false_alarms : Estimate
        Other pictures in which a face was found, of all other pictures.
    """

    misses: Estimate
    false_alarms: Estimate


def face_detector():
    """Return the untrained detector: the directions of edges (HOG) into a logistic regression.

    A plain scikit-learn pipeline: ``fit(pictures, face)`` and ``predict_proba(pictures)[:, 1]``, with pictures as one
    array of shape (n_pictures, height, width).

    Returns
    -------
    sklearn.pipeline.Pipeline
    """
    return make_pipeline(FunctionTransformer(hog_features), LogisticRegression(C=1.0, max_iter=1000))


def roughness_rule():
    """Return an untrained detector that looks at one number only: how rough a picture is.

    It can't know what a face is. If it does as well as a face detector, the pictures are too easy a test.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Used as `face_detector`.
    """
    return make_pipeline(FunctionTransformer(roughness), StandardScaler(), LogisticRegression(C=100.0))


class CrossValidation:
    """A detector trained several times, so that each picture can be judged by one that never saw it.

    Parameters
    ----------
    pictures : iterable of array_like, or numpy.ndarray of shape (n_pictures, height, width)
        All of one size, for instance the column ``picture`` of `face_patches`.
    face : array_like of bool, shape (n_pictures,)
    detector : estimator, optional
        `face_detector()` by default.
    folds : int, default 10
        Parts that the pictures are divided into, with as many faces in each.
    seed : int, default 2020
        Of the division.

    Attributes
    ----------
    pictures : numpy.ndarray of float, shape (n_pictures, height, width)
    face : numpy.ndarray of bool, shape (n_pictures,)
    folds : list of (Pipeline, numpy.ndarray of int)
        Each trained detector with the rows that it did not see.

    Raises
    ------
    ValueError
        If the pictures have no single size, `face` is not True or False for each picture, or there are fewer faces or
        fewer other pictures than folds.
    """

    def __init__(self, pictures, face, detector=None, folds=FOLDS, seed=SEED):
        self.pictures, self.face = as_stack(pictures), np.asarray(face)
        if self.face.dtype != bool or self.face.shape != (len(self.pictures),):
            raise ValueError("face must be True or False for each picture, in the same order.")
        rarest = min(self.face.sum(), (~self.face).sum())
        if not (isinstance(folds, (int, np.integer)) and 2 <= folds <= rarest):
            raise ValueError(
                f"folds is {folds!r} and there are {rarest} of the rarer kind of pictures; give a whole number from 2 "
                "to that."
            )
        detector = face_detector() if detector is None else detector
        splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(self.pictures, self.face)
        self.folds = [
            (clone(detector).fit(self.pictures[train], self.face[train]), test) for train, test in splits
        ]

    def scores(self, pictures=None):
        """Return the score of each picture, from 0 to 1, by the detector that did not see it.

        Parameters
        ----------
        pictures : iterable of array_like, optional
            The same pictures in the same order as they look in another condition, for instance in the dark. The
            detectors stay as they were trained.

        Returns
        -------
        numpy.ndarray of float, shape (n_pictures,)

        Raises
        ------
        ValueError
            If these are not as many pictures of the same size.
        """
        pictures = self.pictures if pictures is None else as_stack(pictures)
        if pictures.shape != self.pictures.shape:
            raise ValueError(
                f"There are {len(pictures)} pictures of {size_words(pictures[0])} pixels; give the same "
                f"{len(self.pictures)} of {size_words(self.pictures[0])} in another condition."
            )
        scores = np.empty(len(pictures))
        for detector, test in self.folds:
            scores[test] = detector.predict_proba(pictures[test])[:, 1]
        return scores

    def errors(self, pictures=None, threshold=0.5):
        """Return how often the detectors are wrong, with 95% Wilson intervals.

        The intervals take the pictures for independent draws. They say nothing of other cameras or other people.

        Parameters
        ----------
        pictures : iterable of array_like, optional
            As for `scores`.
        threshold : float, default 0.5
            A face is found where the score is at least this.

        Returns
        -------
        DetectionErrors

        Raises
        ------
        ValueError
            As `scores`, or if the threshold is not between 0 and 1.
        """
        if not 0 <= threshold <= 1:
            raise ValueError(f"The threshold is {threshold}; give a score from 0 to 1.")
        found = self.scores(pictures) >= threshold
        rates = group_rates(self.face, found, np.full(len(found), "all"))
        return DetectionErrors(rates.of("all", "false_negative_rate"), rates.of("all", "false_positive_rate"))
