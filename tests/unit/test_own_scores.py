"""A stranger's table is read as it is meant, or refused in a sentence."""

import io
import os
import pickle
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pandas as pd
import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.audit import group_rates
from workshop.datasets import own
from workshop.datasets.own import TableError, column_names, read_scores

ROWS = [("1", "0.25", "Ä"), ("0", "0.5", "B"), ("1", "0.75", "Ä"), ("0", "0.1", "B")]

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def table(rows=ROWS, separator=",", decimal=".", names=("y", "s", "g"), end="\n"):
    lines = [separator.join(names)]
    lines += [separator.join((y, s.replace(".", decimal), g)) for y, s, g in rows]
    return end.join([*lines, ""])


def read(content, **options):
    data = content if isinstance(content, bytes) else content.encode()
    return read_scores(io.BytesIO(data), "y", "s", "g", **options)


def plain(scores):
    return scores.outcome.tolist(), scores.score.tolist(), list(scores.group)


EXPECTED = ([1, 0, 1, 0], [0.25, 0.5, 0.75, 0.1], ["Ä", "B", "Ä", "B"])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends(encoding, separator, end):
    assert plain(read(table(separator=separator, end=end).encode(encoding))) == EXPECTED


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_decimal_comma_is_found_and_told(separator):
    scores = read(table(separator=separator, decimal=","))
    assert plain(scores) == EXPECTED
    assert any("decimal comma" in note for note in scores.notes)


def test_a_quoted_decimal_comma_between_commas():
    assert plain(read('y,s,g\n1,"0,25",Ä\n0,"0,5",B\n1,"0,75",Ä\n0,"0,1",B\n')) == EXPECTED


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\n" + table(separator=";"),
        "\n\n" + table(),
        table().replace("\n0,", "\n\n0,"),
        table().rstrip("\n"),
        table(end="\r"),
        table().replace("\n", " \n"),
        "a,b,y,s,g,z\n" + "".join(f"x,,{y},{s},{g},\n" for y, s, g in ROWS),
        "y, s , g\n" + "".join(f"{y}, {s}, {g}\n" for y, s, g in ROWS),
        "y,s,g\n" + "".join(f'"{y}","{s}","{g}"\n' for y, s, g in ROWS),
        "y,s,g\n" + "".join(f"{y},{s},{g},\n" for y, s, g in ROWS),
    ],
)
def test_untidy_tables_are_read_as_they_are_meant(content):
    assert plain(read(content)) == EXPECTED


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("true", "FALSE"), ("Yes", "no"), ("1.0", "0.0"), ("T", "f")]
)
def test_usual_outcomes(yes, no):
    rows = [({"1": yes, "0": no}[y], s, g) for y, s, g in ROWS]
    assert plain(read(table(rows))) == EXPECTED


def test_labels_of_ones_own_need_a_positive():
    rows = [({"1": "guilty", "0": "cleared"}[y], s, g) for y, s, g in ROWS]
    with pytest.raises(TableError, match="--positive 'cleared'"):
        read(table(rows))
    assert plain(read(table(rows), positive="guilty")) == EXPECTED
    assert read(table(rows), positive="cleared").outcome.tolist() == [0, 1, 0, 1]
    with pytest.raises(TableError, match="No outcome is 'acquitted'"):
        read(table(rows), positive="acquitted")


def test_what_is_missing_is_counted_and_told_never_dropped_silently():
    rows = [
        *ROWS,
        ("", "0.3", "B"),
        ("1", "NA", "B"),
        ("1", "", ""),
        ("0", "0.4", "null"),
        ("NaN", "0.4", "B"),
    ]
    scores = read(table(rows))
    told = " ".join(scores.notes)
    assert scores.rows == 9
    assert "2 of 9 rows have no score" in told
    assert "2 rows have no outcome" in told
    assert "1 rows have no group" in told
    assert scores.no_score == {"B": 1, "": 1}
    assert np.isnan(scores.outcome).sum() == 2
    rates = group_rates(scores.outcome, scores.score >= 0.5, scores.group)
    assert rates.groups == ("B", "Ä", "not recorded")
    assert rates.people.sum() + rates.missing.sum() + 2 == 9


def test_windows_letters_far_down_are_found_too():
    rows = [(str(i % 2), "0.5", "AB"[i // 2 % 2]) for i in range(30_000)] + [("1", "0.5", "Zürich")]
    scores = read(table(rows).encode("cp1252"))
    assert "Zürich" in scores.group.categories
    assert any("Windows-1252" in note for note in scores.notes)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"y,s,g\n", "no rows"),
        (b"PK\x03\x04junk", "spreadsheet"),
        (b"\x1f\x8b\x08junk", "compressed"),
        (b"%PDF-1.7", "PDF"),
        (b"PAR1garbagePAR1", "parquet file is damaged"),
        (pickle.dumps([1]), "pickle"),
        (bytes(range(256)) * 20, "no text table|no column"),
        (b"a,b,c\n1,2,3\n", "no column 'y'. The columns are: a, b, c"),
        (b"y,s,s,g\n1,2,2,3\n", "2 columns named 's'"),
        (b"y,s,g\n1,high,A\n0,0.5,B\n", "row 1 below the header holds 'high'"),
        (b"y,s,g\n1,0.5,A\n0,0.5,B\n1,\xf0\x9f\x98\x80,B\n", "row 3 below the header"),
        (b"y,s,g\n1,inf,A\n0,0.5,B\n", "infinite"),
        (b"y,s,g\n1,1e999,A\n0,0.5,B\n", "infinite"),
        (b"y,s,g\n1,0.1,A\n0,0.5,A\n", "one group only, 'A'"),
        (b"y,s,g\n1,0.1,\n0,0.5,\n", "No row has a group"),
        (b"y,s,g\n1,0.1,A\n1,0.5,B\n", "All outcomes are yes"),
        (b"y,s,g\n0,0.1,A\n0,0.5,B\n", "All outcomes are no"),
        (b"y,s,g\n,0.1,A\n,0.5,B\n", "No row has an outcome"),
        (b"y,s,g\n1,,A\n0,,B\n", "No row has a score"),
        (b"y,s,g\n1,0.1,A\n2,0.5,B\n3,0.5,B\n", "two values"),
        (b"y,s,g\n1,0,25,A\n0,0,5,B\n", "more cells than the header"),
        (b"y,s,g\n1,0.2,A\n0,0.5,B\n1,0.5,B,x,y\n", "Row 3 below the header has more cells"),
        (b'y,s,g\n1,0.2,"A\n0,0.5,B\n', "quotation mark is opened"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(content, told):
    with pytest.raises(TableError, match=told) as raised:
        read(content)
    assert "\n" not in str(raised.value).strip()
    assert raised.value.__suppress_context__ or raised.value.__cause__ is None


def test_an_identity_number_is_no_group():
    rows = [(str(i % 2), "0.5", f"person {i}") for i in range(own.MOST_GROUPS + 1)]
    with pytest.raises(TableError, match="put people into groups"):
        read(table(rows))


def test_a_group_with_an_endless_name_is_refused():
    with pytest.raises(TableError, match="10,000 letters"):
        read(table([*ROWS, ("1", "0.5", "W" * 10_000)]))


@pytest.mark.parametrize("name", ["nowhere.csv", "a\0b.csv", "x" * 5000])
def test_a_name_that_is_no_file(name):
    with pytest.raises(TableError, match=r"no file|can't be read"):
        read_scores(name, "y", "s", "g")


def test_a_folder_a_locked_file_and_the_same_column_twice(tmp_path):
    with pytest.raises(TableError, match="is a folder"):
        read_scores(tmp_path, "y", "s", "g")
    with pytest.raises(TableError, match="three different columns"):
        read_scores(tmp_path, "y", "s", "s")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    holder = os.open(pipe, os.O_RDWR)
    try:
        with pytest.raises(TableError, match="no ordinary file"):
            read_scores(pipe, "y", "s", "g")
    finally:
        os.close(holder)


def write_parquet(columns, path):
    """Write a parquet file without pandas, which would need pyarrow for it."""
    whole = {
        name: [None if pd.isna(value) else value for value in column] for name, column in columns.items()
    }
    polars.DataFrame(whole).write_parquet(path)


def test_parquet_gives_the_same_as_csv(tmp_path):
    frame = pd.DataFrame(
        {"y": [True, False, True, None], "s": [0.25, 0.5, None, 0.1], "g": ["Ä", "B", None, "B"], "more": 1}
    )
    write_parquet(frame, tmp_path / "t.parquet")
    frame.to_csv(tmp_path / "t.csv", index=False)
    first, second = (read_scores(tmp_path / f"t.{kind}", "y", "s", "g") for kind in ("parquet", "csv"))
    np.testing.assert_array_equal(first.outcome, second.outcome)
    np.testing.assert_array_equal(first.score, second.score)
    assert list(first.group) == list(second.group)
    assert column_names(tmp_path / "t.parquet") == column_names(tmp_path / "t.csv")
    write_parquet({"y": [1, 0], "s": ["a", "b"], "g": ["A", "B"]}, tmp_path / "bad.parquet")
    with pytest.raises(TableError, match="must hold numbers"):
        read_scores(tmp_path / "bad.parquet", "y", "s", "g")


def test_parquet_is_read_part_by_part(tmp_path, monkeypatch):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"y": rng.integers(0, 2, 1000), "s": rng.normal(size=1000), "g": rng.choice(["A", "B"], 1000)}
    )
    write_parquet(frame, tmp_path / "t.parquet")
    whole = read_scores(tmp_path / "t.parquet", "y", "s", "g")
    monkeypatch.setattr(own, "CHUNK", 250)
    parts = read_scores(tmp_path / "t.parquet", "y", "s", "g")
    np.testing.assert_array_equal(whole.score, frame["s"])
    np.testing.assert_array_equal(parts.score, whole.score)
    np.testing.assert_array_equal(parts.outcome, frame["y"])
    assert list(parts.group) == list(frame["g"])


@pytest.mark.parametrize("part", [slice(0, 60), slice(0, -9), slice(40, None)])
def test_a_damaged_parquet_file_is_refused_in_a_sentence(tmp_path, part):
    write_parquet({"y": [1, 0] * 50, "s": [0.1, 0.2] * 50, "g": ["A", "B"] * 50}, tmp_path / "t.parquet")
    content = (tmp_path / "t.parquet").read_bytes()
    with pytest.raises(TableError, match="damaged or incomplete"):
        read(b"PAR1" + content[part])


def test_parquet_without_polars_says_what_to_install(tmp_path, monkeypatch):
    write_parquet({"y": [1, 0], "s": [0.1, 0.2], "g": ["A", "B"]}, tmp_path / "t.parquet")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(TableError, match="pip install polars"):
        read_scores(tmp_path / "t.parquet", "y", "s", "g")


def test_csv_is_read_without_polars(tmp_path):
    (tmp_path / "t.csv").write_text(table(), "utf-8")
    code = (
        "import sys; sys.modules['polars'] = None\n"
        "from workshop.datasets.own import read_scores\n"
        f"print(read_scores({str(tmp_path / 't.csv')!r}, 'y', 's', 'g').rows)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "4"


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_counting_equal_rows_together_changes_no_number(data):
    seed = data.draw(st.integers(0, 2**32 - 1))
    threshold = data.draw(st.floats(-2, 2).map(lambda number: round(number, 4)))
    rng = np.random.default_rng(seed)
    n = 3000
    frame = pd.DataFrame(
        {"y": rng.integers(0, 2, n), "s": rng.normal(size=n), "g": rng.choice(["A", "B", None], n)}
    )
    content = io.BytesIO(frame.to_csv(index=False).encode())
    whole = read_scores(content, "y", "s", "g", threshold=threshold)
    held, own.HELD = own.HELD, 1000
    chunk, own.CHUNK = own.CHUNK, 400
    try:
        together = read_scores(content, "y", "s", "g", threshold=threshold)
    finally:
        own.HELD, own.CHUNK = held, chunk
    assert together.repeats.sum() == n
    assert len(together.score) < n
    at = [threshold, *np.unique(together.score)[::40]]
    for position in at:
        first = group_rates(whole.outcome, whole.score >= position, whole.group)
        second = group_rates(
            together.outcome, together.score >= position, together.group, repeats=together.repeats
        )
        assert first.groups == second.groups
        np.testing.assert_array_equal(first.counts, second.counts)
        np.testing.assert_allclose(first.low, second.low)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_a_sentence(content):
    for data in (content, b"y,s,g\n" + content, b"y;s;g\n1;2;A\n" + content):
        with suppress(TableError):
            read(data)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("01"), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
        max_size=8,
    )
)
def test_any_names_of_groups_come_back_or_are_refused(rows):
    frame = pd.DataFrame(rows, columns=["y", "s", "g"])
    try:
        scores = read(frame.to_csv(index=False).encode())
    except TableError:
        return
    assert scores.rows == len(frame)
    assert not any("\n" in name for name in scores.group.categories)
