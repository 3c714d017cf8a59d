"""Evidence is made from the audit's own objects: its numbers are theirs."""

import math

import numpy as np
import pytest

from workshop import audit, casefile, datasets
from workshop.casefile import wording
from workshop.datasets import DatasetError


@pytest.fixture(scope="module")
def people():
    return datasets.load("compas_scores")


@pytest.fixture(scope="module")
def by_group(people):
    return audit.group_rates(people.reoffended, people.decile_score >= 5, people.group)


def test_rates_of_groups_are_those_of_the_audit(by_group):
    names = {"African-American": "Black", "Caucasian": "white"}
    made = casefile.evidence(
        "01_responsible_ai",
        by_group,
        "false_positive_rate",
        dataset="compas_scores",
        groups=names,
        principles=["equality_and_non_discrimination", "accuracy"],
        threshold=5,
    )
    assert made.id == "01.false_positive_rate.compas_scores.threshold-5"
    assert made.label == "people who were flagged, of people without the outcome"
    assert (made.worse, made.threshold) == ("higher", 5)
    assert [figure.name for figure in made.figures] == ["everyone", "Black", "white"]
    for figure, group in zip(made.groups, names, strict=True):
        expected = by_group.of(group, "false_positive_rate")
        assert (figure.value, figure.low, figure.high) == expected[:3]
        assert (figure.numerator, figure.denominator, figure.enough) == expected[3:]
    assert made.overall.value == by_group.overall.of("everyone", "false_positive_rate").value
    # 805 of 1,795 and 349 of 1,488: as ProPublica counted them.
    assert wording.sentence(made) == (
        "People who were flagged, of people without the outcome: everyone 32 in 100 (31 to 34; 1,282 of 3,963); "
        "Black 45 in 100 (43 to 47; 805 of 1,795); white 23 in 100 (21 to 26; 349 of 1,488). "
        "Data: compas_scores (real records). Chosen: threshold 5."
    )


def test_the_checksum_is_that_of_the_catalogue(by_group):
    made = casefile.evidence("01_responsible_ai", by_group, "accuracy", dataset="compas_scores")
    files = datasets.catalogue.find("compas_scores").committed
    assert made.dataset.sha256 == tuple((file.name, file.sha256) for file in files)
    assert made.worse == "lower"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("compas_scores", "real"), ("planned_city", "generated"), ("feedback_loop", "generated")],
)
def test_what_kind_of_data_it_is_comes_from_the_metadata(name, kind):
    assert casefile.dataset_used(name).kind == kind
    assert casefile.dataset_used(name, "published").kind == "published"


def test_every_data_set_can_be_evidence():
    for name in datasets.names():
        assert casefile.dataset_used(name).sha256


def test_clusters_and_single_numbers_and_mappings():
    rng = np.random.default_rng(0)
    rates = audit.cluster_rates(
        rng.integers(0, 2, 400), np.ones(400), np.repeat(["a", "b"], 200), np.arange(400) // 10
    )
    made = casefile.evidence("03_audio_processing", rates, "word_error_rate", label="words wrong")
    assert made.overall is None
    assert [figure.value for figure in made.groups] == [rates.of("a").value, rates.of("b").value]
    one = casefile.evidence("03_audio_processing", rates.of("a"), "word_error_rate", label="words wrong")
    assert one.overall.value == rates.of("a").value
    assert one.groups == ()
    both = casefile.evidence(
        "03_audio_processing",
        {"by day": rates.of("a"), "by night": rates.of("b")},
        "word_error_rate",
        label="words wrong",
        overall=rates.of("a"),
    )
    assert [figure.name for figure in both.figures] == ["everyone", "by day", "by night"]


def test_what_cannot_be_computed_is_null_and_said():
    nobody = audit.Estimate(math.nan, math.nan, math.nan, 0.0, 0.0, False)
    endless = audit.Estimate(2.0, 1.5, math.inf, math.nan, 40.0, True)
    made = casefile.evidence(
        "02_x", {"nobody": nobody, "some": endless}, "ratio_of_rates", label="a ratio", unit="ratio"
    )
    assert made.groups[0].value is None
    assert made.groups[1].high is None
    assert "nobody cannot be computed" in wording.sentence(made)
    assert "some 2.00 times (1.50 or more)" in wording.sentence(made)


def test_too_few_are_said():
    few = audit.Estimate(0.5, 0.2, 0.8, 5.0, 10.0, False)
    made = casefile.evidence("02_x", few, "accuracy")
    assert "50 in 100 (20 to 80; 5 of 10; too few to tell)" in wording.sentence(made)


def test_the_same_measurement_has_the_same_id_and_another_threshold_another(by_group):
    def made(**settings):
        return casefile.evidence("01_responsible_ai", by_group, "accuracy", **settings).id

    assert made(threshold=5) == made(threshold=5)
    assert len({made(), made(threshold=5), made(threshold=0.5), made(threshold="high"), made(noise=5)}) == 5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"principles": ["kindness"]}, "no principle 'kindness'"),
        ({"principles": []}, "at least one principle"),
        ({"stage": "use"}, "no stage 'use'"),
        ({"worse": "up"}, "worse is 'up'"),
        ({"groups": ["x"]}, "no group 'x'; the groups are"),
        ({"metric": "kindness"}, "no rate 'kindness'"),
        ({"measured": {}}, "Nothing was measured"),
        ({"measured": 0.5}, "A float is no measurement"),
        ({"measured": {"a": 0.5}}, "“a” is a float, not an Estimate"),
        ({"measured": audit.Estimate(0, 0, 1, 0, 9, False), "metric": "x"}, "give a label"),
        ({"dataset": "compas_scores", "kind": "guessed"}, "kinds are real, published, generated"),
        ({"label": "x" * 200}, "200 letters; at most 160"),
    ],
)
def test_what_is_no_evidence_is_refused(by_group, changes, said):
    given = {"measured": by_group, "metric": "accuracy"} | changes
    with pytest.raises(ValueError, match=said):
        casefile.evidence("01_responsible_ai", given.pop("measured"), given.pop("metric"), **given)


def test_an_unknown_data_set_is_refused(by_group):
    with pytest.raises(DatasetError, match="did you mean 'compas_scores'"):
        casefile.evidence("01_responsible_ai", by_group, "accuracy", dataset="compas")
