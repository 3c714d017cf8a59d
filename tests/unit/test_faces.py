"""The face detector: each picture is judged by a detector that never saw it, and errors are counted as elsewhere."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from workshop import datasets
from workshop.audit import wilson
from workshop.domains.vision.faces import CrossValidation, face_detector, roughness_rule


@pytest.fixture(scope="module")
def patches():
    return datasets.load("face_patches")


@pytest.fixture(scope="module")
def tested(patches):
    return CrossValidation(patches["picture"], patches["face"])


def flat(pictures):
    return pictures.reshape(len(pictures), -1)


def memory():
    """Return a model that knows again what it has seen and nothing else."""
    return make_pipeline(FunctionTransformer(flat), KNeighborsClassifier(1))


def test_no_picture_is_judged_by_a_detector_that_saw_it():
    rng = np.random.default_rng(0)
    pictures, face = rng.random((200, 10, 10)), rng.random(200) < 0.5
    scores = CrossValidation(pictures, face, memory()).scores()
    assert ((scores > 0.5) == face).mean() < 0.65  # by memory alone it would be 1
    assert (memory().fit(pictures, face).predict(pictures) == face).all()


def test_each_picture_is_left_out_once(tested):
    left_out = np.concatenate([test for _, test in tested.folds])
    assert sorted(left_out) == list(range(200))
    assert {int(tested.face[test].sum()) for _, test in tested.folds} == {10}


def test_errors_are_counted_as_scikit_learn_counts_them(tested):
    scores = tested.scores()
    for threshold in (0, 0.3, 0.5, 0.9, 1):
        errors = tested.errors(threshold=threshold)
        (_, false_alarms), (misses, _) = confusion_matrix(tested.face, scores >= threshold)
        assert (errors.misses.numerator, errors.misses.denominator) == (misses, 100)
        assert (errors.false_alarms.numerator, errors.false_alarms.denominator) == (false_alarms, 100)
        assert (errors.misses.low, errors.misses.high) == pytest.approx(wilson(misses, 100))
        assert (errors.false_alarms.low, errors.false_alarms.high) == pytest.approx(wilson(false_alarms, 100))


def test_the_detector_finds_the_faces_and_what_the_lesson_says_of_it_holds(tested, patches):
    assert roc_auc_score(tested.face, tested.scores()) > 0.99
    detector, rule = (
        each.errors()
        for each in (tested, CrossValidation(patches["picture"], patches["face"], roughness_rule()))
    )
    assert detector.misses.numerator <= 2
    assert detector.false_alarms.numerator <= 8
    # One number that knows nothing of faces does about as well: the pictures are too easy a test.
    assert rule.misses.numerator <= 4
    assert rule.false_alarms.numerator <= 4


def test_other_conditions_are_judged_by_the_same_detectors(tested):
    plain = tested.pictures.copy()
    plain[:, 13:] = 0.5  # the lower half is covered
    covered = tested.errors(plain)
    assert covered.misses.value > tested.errors().misses.value + 0.1
    upside_down = tested.errors(tested.pictures[:, ::-1])
    assert upside_down.misses.value < 0.2  # it calls faces what stands on its head
    assert np.array_equal(tested.scores(list(tested.pictures)), tested.scores())


def test_one_detector_is_fitted_the_same_each_time(patches):
    pictures = np.stack(patches["picture"])
    first, second = (face_detector().fit(pictures, patches["face"]).predict_proba(pictures) for _ in range(2))
    assert np.array_equal(first, second)
    assert list(face_detector().fit(pictures, patches["face"]).classes_) == [False, True]


def chance(**changed):
    given = {
        "pictures": np.random.default_rng(0).random((20, 10, 10)),
        "face": np.arange(20) < 10,
        "folds": 5,
    }
    return CrossValidation(**(given | {"detector": DummyClassifier(strategy="prior")} | changed))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"pictures": []}, "no pictures"),
        ({"face": np.arange(19) < 10}, "True or False for each picture"),
        ({"face": np.arange(20)}, "True or False for each picture"),
        ({"face": np.array([True] * 10 + [None] * 10)}, "True or False for each picture"),
        ({"face": np.zeros(20, dtype=bool)}, "there are 0 of the rarer kind"),
        ({"face": np.arange(20) < 3}, "there are 3 of the rarer kind"),
        ({"folds": 1}, "folds is 1"),
        ({"folds": 2.5}, "folds is 2.5"),
    ],
)
def test_what_cannot_be_divided_is_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        chance(**changed)


def test_other_pictures_or_thresholds_are_refused():
    tested = chance()
    with pytest.raises(ValueError, match="There are 19 pictures of 10 x 10 pixels; give the same 20"):
        tested.scores(tested.pictures[:19])
    with pytest.raises(ValueError, match="of 9 x 10 pixels"):
        tested.errors(tested.pictures[:, :, :9])
    for threshold in (-0.1, 1.5, np.nan):
        with pytest.raises(ValueError, match="give a score from 0 to 1"):
            tested.errors(threshold=threshold)
