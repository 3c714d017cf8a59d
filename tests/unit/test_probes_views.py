"""The three probes' views: well formed, described, and saying the same in sentence, figure and table."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import sentence, tree
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from workshop.audit import ThresholdSweep, explain_linear
from workshop.probes import base_rate, explanation, svg, threshold
from workshop.probes.words import of_hundred

NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف", "Donau" + "dampfschiff" * 12]


def drawing(root):
    return root.find(".//{http://www.w3.org/2000/svg}svg")


def drawn_texts(root):
    return ["".join(text.itertext()) for text in drawing(root).iter("{http://www.w3.org/2000/svg}text")]


def cells(root):
    """Return the table's body: from a row header to the texts of its cells, lines joined by a blank."""
    return {
        "".join(row.find("th").itertext()): [" ".join(cell.itertext()) for cell in row.findall("td")]
        for row in root.findall(".//table/tbody/tr")
    }


def check_accessible(view):
    """Check what every view must have, and return its tree."""
    root = tree(view)
    picture = drawing(root)
    title, described = picture[0], picture[1]
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby").split() == [title.get("id"), described.get("id")]
    assert title.text.strip()
    assert described.text.strip()
    assert root.find(".//table/caption").text.strip()
    assert all(header.get("scope") in ("row", "col") for header in root.iter("th"))
    assert "nan" not in "".join(root.itertext()).lower().split()
    for text in picture.iter("{http://www.w3.org/2000/svg}text"):
        assert float(text.get("font-size")) >= 13
        assert -1 <= float(text.get("x")) <= svg.WIDTH
        _check_inside(text)
    heights = [float(text.get("y")) for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert max(heights) <= float(picture.get("viewBox").split()[3])
    return root


def _check_inside(text):
    wide = svg.text_width("".join(text.itertext()), float(text.get("font-size")))
    x, anchor = float(text.get("x")), text.get("text-anchor", "start")
    left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
    assert left >= -8
    assert left + wide <= svg.WIDTH + 8


# --- threshold ---------------------------------------------------------------------------------------------------


def people(seed=0, size=400, groups=("north", "south", "west")):
    random = np.random.default_rng(seed)
    group = random.choice(groups, size)
    score = random.integers(1, 11, size)
    outcome = random.random(size) < 0.1 + score * 0.06
    return outcome, score, group


def check_threshold(probe, rates, names, **parameters):
    """Compare one position with the audit, number by number."""
    root = check_accessible(probe.view(**parameters))
    body = cells(root)
    texts = drawn_texts(root)
    described = drawing(root)[1].text
    for place, group in enumerate(rates.groups):
        tn, fp, fn, tp = rates.counts[place]
        row = next(row for name, row in body.items() if name.split(":")[0] == names[group])
        assert row[:4] == [f"{number:,}" for number in (tp, fp, fn, tn)]
        assert (
            f"flagged rightly {tp:,}, flagged wrongly {fp:,}, missed {fn:,}, rightly left alone {tn:,}"
            in described
        )
        for name, cell in zip(
            ("false_positive_rate", "false_negative_rate", "positive_predictive_value"), row[4:], strict=True
        ):
            estimate = rates.of(group, name)
            if not estimate.denominator:
                assert cell == "nobody to count"
                continue
            assert (
                cell.split(" (")[-1].count(f"{estimate.numerator:,.0f} of {estimate.denominator:,.0f}") == 1
            )
            said = of_hundred(estimate.numerator, estimate.denominator)
            if estimate.enough:
                assert cell.startswith(f"{said} of 100 (")
                assert said.replace("fewer than", "under").replace("more than", "over") + " of 100" in texts
            else:
                assert "too few to tell" in cell
    for group in rates.groups:
        estimate = rates.of(group, "false_positive_rate")
        if estimate.enough and len(rates.groups) <= 3:
            said = of_hundred(estimate.numerator, estimate.denominator)
            assert re.search(rf"of 100 {re.escape(names[group])}[^;]*, {said}\b", sentence(root))


def test_threshold_agrees_with_the_audit_at_every_position():
    data = people()
    probe = threshold(*data)
    sweep = ThresholdSweep(*data)
    names = {group: group for group in sweep.groups}
    assert probe.controls[0].options == tuple(range(1, 11))
    for position in probe.controls[0].options:
        check_threshold(probe, sweep.at(position), names, threshold=position)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([True, False, None]), st.integers(0, 3), st.sampled_from("abcd")),
        min_size=1,
        max_size=120,
    )
)
def test_threshold_of_any_data_is_well_formed_and_agrees(rows):
    outcome, score, group = zip(*rows, strict=True)
    outcome = pd.Series(outcome, dtype=object)
    probe = threshold(outcome, score, group)
    sweep = ThresholdSweep(outcome, score, group)
    for position in probe.controls[0].options:
        rates = sweep.at(position)
        check_threshold(probe, rates, {name: name for name in rates.groups}, threshold=position)
        missing = int(rates.missing.sum())
        assert (
            f"Left out because the outcome is not recorded: {missing}." in probe.view(threshold=position)
        ) == bool(missing)


def test_threshold_per_group_uses_each_groups_own():
    data = people()
    probe = threshold(*data, per_group=True)
    sweep = ThresholdSweep(*data)
    own = dict(zip(sweep.groups, (3, 6, 9), strict=True))
    parameters = {f"threshold_{place}": value for place, value in enumerate(own.values(), 1)}
    check_threshold(probe, sweep.at(own), {group: group for group in own}, separate=True, **parameters)
    assert "south: 6 of 10 and over" in cells(tree(probe.view(separate=True, **parameters)))
    # While the toggle is off, the sliders of the groups change nothing.
    assert probe.view(**parameters) == probe.view()


def compas_like():
    """Return the counts of the published table at score 5, as two scores."""
    counts = {"Black": (990, 805, 532, 1369), "White": (1139, 349, 461, 505)}
    rows = [
        (outcome, score, group)
        for group, cells_of in counts.items()
        for (outcome, score), number in zip(((0, 4), (0, 5), (1, 4), (1, 5)), cells_of, strict=True)
        for _ in range(number)
    ]
    return zip(*rows, strict=True)


def test_threshold_reads_out_the_published_trade_off():
    outcome, score, group = compas_like()
    root = tree(threshold(outcome, score, group, default=5).view())
    assert sentence(root) == (
        "At 5 of 5 and over: of 100 Black defendants who did not re-offend, 45 are flagged; of 100 White, 23."
    )
    boxes = {
        box.get("class"): "".join(box.itertext())
        for box in root.findall(".//div[@class='workshop-verdict']/div")
    }
    assert "45 of 100 Black and 23 of 100 White" in boxes["workshop-differs"]
    assert "48 of 100 White and 28 of 100 Black" in boxes["workshop-differs"]
    assert "63 of 100 Black and 59 of 100 White" in boxes["workshop-alike"]
    assert "51 of 100 Black and 39 of 100 White defendants re-offended" in "".join(root.itertext())


def test_small_groups_are_said_to_be_too_small():
    outcome, score, group = people(size=300, groups=("large",))
    root = tree(threshold([*outcome, *[True] * 9], [*score, *[5] * 9], [*group, *["tiny"] * 9]).view())
    boxes = {
        box.get("class"): "".join(box.itertext())
        for box in root.findall(".//div[@class='workshop-verdict']/div")
    }
    assert "tiny" in boxes["workshop-small"]
    assert "workshop-differs" not in boxes
    assert "tiny" not in sentence(root)
    assert drawn_texts(root).count("too few") == 3


def test_equal_groups_are_not_said_to_differ():
    outcome, score, group = people(groups=("one",))
    root = tree(threshold([*outcome] * 2, [*score] * 2, ["a"] * len(group) + ["b"] * len(group)).view())
    boxes = {box.get("class") for box in root.findall(".//div[@class='workshop-verdict']/div")}
    assert boxes == {"workshop-alike"}
    assert "In these records" not in "".join(root.itertext())


def test_many_groups_are_told_by_the_extremes():
    data = people(size=4000, groups=tuple("abcdef"))
    probe = threshold(*data)
    said = sentence(tree(probe.view()))
    assert said.count("of 100") == 2
    rates = ThresholdSweep(*data).at(probe.controls[0].value)
    highest, lowest = (
        int(re.search(r", (\d+)", part).group(1)) for part in said.split(": ", 1)[1].split(";")
    )
    published = rates.frame(["false_positive_rate"])["value"]
    assert (highest, lowest) == pytest.approx((published.max() * 100, published.min() * 100), abs=0.5)


def test_a_score_with_many_values_gets_few_positions():
    random = np.random.default_rng(1)
    probe = threshold(random.random(3000) < 0.5, random.random(3000) / 1000, random.choice(["a", "b"], 3000))
    assert 40 <= len(probe.controls[0].options) <= 51
    assert all(len(f"{value:g}") <= 8 for value in probe.controls[0].options)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"outcome": []}, "different lengths"),
        ({"score": [np.nan, 1, 2]}, "missing or infinite"),
        ({"outcome": [1, 2, 0]}, "yes or no"),
        ({"thresholds": []}, "finite numbers"),
        ({"thresholds": [np.nan]}, "finite numbers"),
        ({"default": 7}, "cannot be 7"),
        ({"default": float("nan")}, "cannot be nan"),
        ({"group_names": {"z": "Zed"}}, "no group 'z'"),
        ({"group_names": ["z"]}, "must be a dict"),
        ({"outcome_words": "re-offended"}, "two outcome_words"),
    ],
)
def test_threshold_refuses_what_does_not_fit(change, says):
    options = {"outcome": [1, 0, 1], "score": [1, 2, 3], "group": ["a", "a", "b"]} | change
    with pytest.raises(ValueError, match=says):
        threshold(**options)


def test_threshold_refuses_too_many_groups():
    data = {"outcome": [1] * 9, "score": [1] * 9}
    with pytest.raises(ValueError, match="at most 8"):
        threshold(**data, group=list("abcdefghi"))
    with pytest.raises(ValueError, match="at most 4"):
        threshold(**data, group=list("abcdeabcd"), per_group=True)


def test_empty_data_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        threshold([], [], [])


def test_names_are_escaped_renamed_and_fit_the_figure():
    outcome, score, group = people(groups=("a", "b", "c", "d"))
    renamed = dict(zip("abcd", NASTY, strict=True))
    probe = threshold(
        outcome,
        score,
        group,
        group_names=renamed,
        people="<b>people</b>",
        positive="held & charged in the " + "central " * 9 + "police station",
        outcome_words=("<i>yes</i>", "did\"not'" * 20),
        score_name="</script>",
        per_group=True,
    )
    root = check_accessible(probe.view())
    assert NASTY[0] in cells(root)
    assert root.find(".//script") is None
    assert "<script>alert" not in probe.playable()
    assert any(text.endswith("…") for text in drawn_texts(root))


# --- base rate ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prevalence", "share"),
    [(1 / 100, "50 in 100"), (1 / 1_000, "9 in 100"), (1 / 10_000, "1 in 100"), (1 / 100_000, "1 in 1,000")],
)
def test_base_rate_reads_out_the_arithmetic(prevalence, share):
    right, wrong = prevalence * 0.99, (1 - prevalence) * 0.01
    assert right / (right + wrong) == pytest.approx(
        {"50 in 100": 0.500, "9 in 100": 0.090, "1 in 100": 0.0098, "1 in 1,000": 0.0010}[share], abs=0.0005
    )
    assert sentence(tree(base_rate(prevalence=prevalence).view())).endswith(f": {share}.")


def test_base_rate_sentence():
    assert (
        base_rate().picture().sentence == "Of about 110 people flagged, about 10 are on the list: 9 in 100."
    )


def whole(text):
    return 0 if text == "Fewer than 1" else int(text.removeprefix("About ").replace(",", ""))


shares = st.floats(0, 1)


@settings(max_examples=30, deadline=None)
@given(shares, shares, st.floats(1e-6, 1 - 1e-6), st.integers(1, 10_000_000))
def test_base_rate_adds_up_everywhere(sensitivity, false_positive_rate, prevalence, crowd):
    probe = base_rate(sensitivity, false_positive_rate, prevalence, crowd)
    root = check_accessible(probe.view())
    (_, *listed), (_, *others), (_, *everybody) = (("", *map(whole, row)) for row in cells(root).values())
    for yes, no, together in (listed, others, everybody):
        assert min(yes, no) >= 0
        assert yes + no == together
    assert [a + b for a, b in zip(listed, others, strict=True)] == everybody
    assert everybody[2] == crowd
    assert listed[0] == pytest.approx(crowd * prevalence * sensitivity, abs=1)
    assert others[0] == pytest.approx(crowd * (1 - prevalence) * false_positive_rate, abs=1)
    numbers = [
        whole(found.capitalize())
        for found in re.findall(r"about [\d,]+|fewer than 1|\d[\d,]*", sentence(root))
    ]
    if everybody[0]:
        assert numbers[:2] == [everybody[0], listed[0]]


def test_base_rate_at_every_position_of_every_control():
    probe = base_rate()
    for control in probe.controls:
        for value in control.options:
            check_accessible(probe.view(**{control.name: value}))


def test_as_many_people_are_drawn_as_are_flagged():
    icons = [
        path.get("d").count("v-10a6")
        for path in drawing(tree(base_rate().view())).iter("{http://www.w3.org/2000/svg}path")
    ]
    assert sorted(filter(None, icons)) == [1, 1, 10, 100]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sensitivity": 1.2}, "sensitivity is 1.2"),
        ({"sensitivity": float("nan")}, "sensitivity is nan"),
        ({"false_positive_rate": -0.1}, "false_positive_rate"),
        ({"prevalence": 0}, "prevalence is 0"),
        ({"prevalence": 1}, "prevalence is 1"),
        ({"crowd": 0}, "crowd is 0"),
        ({"crowd": 10.5}, "crowd is 10.5"),
        ({"crowd": float("nan")}, "crowd is nan"),
    ],
)
def test_base_rate_refuses_numbers_out_of_range(change, says):
    with pytest.raises(ValueError, match=says):
        base_rate(**change)


def test_base_rate_escapes_its_words():
    root = check_accessible(base_rate(people=NASTY[0], target=NASTY[1], positive=NASTY[3]).view())
    assert root.find(".//script") is None


# --- explanation -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def arrests():
    random = np.random.default_rng(3)
    size = 300
    data = pd.DataFrame(
        {
            "colour": random.choice(["Black", "White"], size),
            "age": random.integers(12, 67, size),
            "weight": random.normal(70, 9, size).round(3),
            "employed": random.random(size) < 0.7,
        }
    )
    chance = 1 / (1 + np.exp(-(data.employed * 1.2 + (data.colour == "White") - data.age / 40)))
    encoder = make_column_transformer(
        (OneHotEncoder(drop="if_binary"), ["colour", "employed"]), (StandardScaler(), ["age", "weight"])
    )
    model = make_pipeline(encoder, LogisticRegression()).fit(data, random.random(size) < chance)
    return model, data


def signed(text):
    return float(text.replace("−", "-"))


def check_explanation(view, model, before, after, data):
    """Compare a view with what the audit says of the case before and after the change."""
    root = check_accessible(view)
    body = cells(root)
    changed = before != after
    for place, case in ((1, before), (3, after if changed else before)):
        if place == 3 and not changed:
            break
        expected = explain_linear(model, case, data)
        for column, value in expected.contributions.items():
            assert signed(body[column.capitalize()][place]) == pytest.approx(value, abs=0.0051)
        assert signed(body["Start: average of the records"][place]) == pytest.approx(
            expected.baseline, abs=0.0051
        )
        assert signed(body["Together"][place]) == pytest.approx(expected.log_odds, abs=0.0051)
        chance = of_hundred(expected.probability, 1)
        assert body["Chance of “released”"][place] == f"{chance} of 100"
        assert chance in drawn_texts(root)
        assert f"{chance} of 100" in sentence(root) or f"from {chance} to" in sentence(root)
    drawn = [signed(text) for text in drawn_texts(root) if re.fullmatch(r"[+−]?\d\.\d\d", text)]
    shown = explain_linear(model, after, data).contributions
    assert sorted(drawn) == pytest.approx(sorted(shown), abs=0.0051)


def test_explanation_agrees_with_the_audit_over_all_cases_and_positions(arrests):
    model, data = arrests
    cases = data.iloc[:2]
    probe = explanation(model, cases, background=data)
    for place in range(len(cases)):
        recorded = cases.iloc[place].to_dict()
        name = f"Case {place + 1}"
        check_explanation(probe.view(case=name), model, recorded, recorded, data)
        for control in probe.controls[1:]:
            for value in control.options[:: max(1, len(control.options) // 4)]:
                view = probe.view(case=name, **{control.name: value})
                check_explanation(view, model, recorded, recorded | {control.name: value}, data)


def test_every_case_can_be_chosen_as_it_is_recorded(arrests):
    model, data = arrests
    probe = explanation(model, data.iloc[:5], background=data.iloc[5:])
    for place in range(5):
        values = probe.resolve(case=f"Case {place + 1}")
        assert {name: values[name] for name in data.columns} == data.iloc[place].to_dict()
        assert "no change yet" in probe.view(case=f"Case {place + 1}")


def test_explanation_names_the_change(arrests):
    model, data = arrests
    case = pd.DataFrame([{"colour": "Black", "age": 30, "weight": 70.0, "employed": True}])
    probe = explanation(
        model, case, background=data, case_names=["Case A"], column_names={"employed": "has a job"}
    )
    before, after = (
        of_hundred(explain_linear(model, {**case.iloc[0].to_dict(), "employed": job}, data).probability, 1)
        for job in (True, False)
    )
    assert probe.picture(employed=False).sentence == (
        f"Case A: if has a job changes from yes to no, the chance of “released” goes from {before} to {after} of 100."
    )


def test_bars_stay_inside_the_figure_at_the_ends_of_every_slider(arrests):
    model, data = arrests
    probe = explanation(model, data.iloc[:2], background=data)
    for control in probe.controls[1:]:
        for value in (control.options[0], control.options[-1]):
            picture = drawing(tree(probe.view(**{control.name: value})))
            for bar in picture.iter("{http://www.w3.org/2000/svg}rect"):
                assert float(bar.get("x")) >= 0
                assert float(bar.get("x")) + float(bar.get("width")) <= svg.WIDTH


def test_explanation_escapes_names_and_values(arrests):
    _, data = arrests
    data = data.assign(colour=np.where(data.colour == "Black", NASTY[0], NASTY[3]))
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["colour"]), (StandardScaler(), ["age"])),
        LogisticRegression(),
    ).fit(data[["colour", "age"]], data.employed)
    probe = explanation(
        model,
        data.iloc[:2],
        background=data,
        case_names=NASTY[:2],
        column_names={"colour": NASTY[2], "age": NASTY[3]},
        outcome_words=("<b>", "</b>"),
    )
    for name in NASTY[:2]:
        root = check_accessible(probe.view(case=name))
        assert root.find(".//script") is None


def test_explanation_refuses_what_does_not_fit(arrests):
    model, data = arrests
    few = data.iloc[:2]
    refused = [
        ({"cases": few.iloc[:0]}, "at least one case"),
        ({"cases": few.drop(columns="age")}, "lack columns"),
        ({"cases": few.assign(age=[1, np.nan])}, "missing value"),
        ({"background": data.iloc[:0]}, "at least one person"),
        ({"case_names": ["same", "same"]}, "2 different case_names"),
        ({"column_names": {"height": "tall"}}, "no column 'height'"),
        ({"column_names": ["age"]}, "must be a dict"),
        ({"outcome_words": "released"}, "two outcome_words"),
    ]
    for change, says in refused:
        with pytest.raises(ValueError, match=says):
            explanation(**({"model": model, "cases": few, "background": data} | change))
    renamed = data[["age", "weight"]].rename(columns={"age": "case"})
    on_case = LogisticRegression().fit(renamed, data.employed)
    with pytest.raises(ValueError, match="named “case”"):
        explanation(on_case, renamed, background=renamed)
    names = data[["colour"]].assign(colour=[f"name {place}" for place in range(len(data))])
    on_names = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(names, data.employed)
    with pytest.raises(ValueError, match="at most 50"):
        explanation(on_names, names.iloc[:2], background=names)
