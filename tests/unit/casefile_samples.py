"""Made-up evidence and strategies for the tests of the case file."""

from hypothesis import strategies as st

from workshop.casefile import PRINCIPLES, DatasetUsed, Evidence, Figure, Risk, Setting


def figure(name="everyone", value=0.2, enough=True):
    counts = (None, None) if value is None else (round(1000 * value), 1000)
    ends = (None, None) if value is None else (max(0.0, value - 0.05), value + 0.05)
    return Figure(name, value, *ends, *map(float_or_none, counts), enough)


def float_or_none(number):
    return None if number is None else float(number)


def evidence(key="01.rate.data", principles=("accuracy",), **changes):
    made = {
        "id": key,
        "lesson": "01_responsible_ai",
        "stage": "development",
        "principles": tuple(principles),
        "metric": "false_positive_rate",
        "label": "wrongly flagged, of people without the outcome",
        "unit": "share",
        "worse": "higher",
        "bears": "people who did nothing",
        "overall": figure(),
        "groups": (figure("a", 0.3), figure("b", 0.1)),
        "dataset": DatasetUsed("compas_scores", "real", (("counts.csv", "0" * 64),)),
        "settings": (Setting("threshold", 5.0),),
    }
    return Evidence(**(made | changes))


def risk(key="a", likelihood=3, impact=3, **changes):
    made = {"name": f"risk {key}", "bears": "passers-by", "principle": "accuracy"}
    return Risk(id=key, likelihood=likelihood, impact=impact, **(made | changes))


steps = st.integers(1, 5)
ids = st.lists(st.sampled_from(["e1", "e2", "e3", "gone", "few"]), max_size=3, unique=True).map(tuple)
HELD = (
    evidence("e1"),
    evidence("e2"),
    evidence("e3"),
    evidence("few", overall=figure(enough=False), groups=()),
)


@st.composite
def risks(draw, key="a"):
    measured = draw(st.booleans())
    return risk(
        key,
        draw(steps),
        draw(steps),
        principle=draw(st.sampled_from(list(PRINCIPLES))),
        evidence=draw(ids),
        measure="a second look" if measured else "",
        likelihood_after=draw(steps) if measured else None,
        impact_after=draw(steps) if measured else None,
        measure_evidence=draw(ids) if measured else (),
    )


sheets = st.integers(0, 4).flatmap(lambda size: st.tuples(*(risks(str(place)) for place in range(size))))
