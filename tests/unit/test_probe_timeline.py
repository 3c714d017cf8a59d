"""The timeline of one chat: where harm begins and where the alarm rings, as the rules say it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.chats import RULES, Alarms
from workshop.probes.timelines import timeline

ALARMS = Alarms(datasets.load("chat_risk_scores"))
CHOSEN = {
    "in time": "chat 0007",
    "later": "chat 0002",
    "never": "chat 0129",
    "innocent": "chat 0042",
    "before": "chat 1311",
    "left in peace": "chat 0001",
}
PROBE = timeline(ALARMS, CHOSEN)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("chat", CHOSEN)
def test_the_alarm_is_that_of_the_rule(chat, rule):
    root = tree(PROBE.view(chat=chat, rule=rule))
    check_texts(drawing(root))
    place = list(ALARMS.names).index(CHOSEN[chat])
    alarm = int(ALARMS.first(rule, ALARMS.threshold(rule, 20))[place])
    start, length = int(ALARMS.starts[place]), int(ALARMS.lengths[place])
    told = dict(row for row in cells(root) if len(row) == 2)
    assert told["Messages"] == str(length)
    assert told["The alarm rings at message"] == (str(alarm) if alarm else "never")
    assert told["First harmful message"] == (str(start) if start else "none: an innocent chat")
    assert len(list(drawing(root).iter(f"{SVG}path"))) >= length


def test_what_is_said_of_each():
    said = {chat: sentence(tree(PROBE.view(chat=chat))) for chat in CHOSEN}
    assert said == {
        "in time": "Harm begins at message 30. The alarm rings at 55: 26 messages of harm are written by then.",
        "later": "Harm begins at message 45. The alarm rings at 87: 43 messages of harm are written by then.",
        "never": "Harm begins at message 27. The alarm never rings: nobody comes.",
        "innocent": "Two people do nothing wrong, and at message 52 the alarm rings: suspected for nothing.",
        "before": (
            "Harm begins at message 25, but the alarm rings at 21: a moderator looks before there is anything to see."
        ),
        "left in peace": "An innocent chat of 72 messages: the alarm never rings.",
    }


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=60),
    st.integers(0, 60),
    st.sampled_from(list(RULES)),
    st.sampled_from([0, 20, 300]),
)
def test_any_chat_can_be_shown(scores, start, rule, accepted):
    rows = [("x", min(start, len(scores)), scores), *((f"{place}", 0, [place] * 20) for place in range(40))]
    made = pd.DataFrame(rows, columns=["chat_id", "harm_starts", "scores"]).assign(writing="a")
    root = tree(timeline(made, {"<b>chat</b>": "x"}, accepted=accepted, rule=rule).view())
    check_texts(drawing(root))
    assert "nan" not in "".join(root.itertext()).lower().split()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"chosen": {}}, "0 chats are chosen"),
        ({"chosen": {str(n): "chat 0001" for n in range(13)}}, "13 chats are chosen"),
        ({"chosen": {"one": "chat 9999"}}, "no chat 'chat 9999'"),
        ({"accepted": 33}, "accepted is 33"),
        ({"rule": "two"}, "cannot be 'two'"),
        ({"chats": "chats"}, "must be a table"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        timeline(**({"chats": ALARMS, "chosen": CHOSEN} | change))


def test_a_chat_that_is_too_long_is_said():
    made = pd.DataFrame({"chat_id": ["x"], "harm_starts": [0], "scores": [np.zeros(401)], "writing": ["a"]})
    with pytest.raises(ValueError, match="401 messages"):
        timeline(made, {"one": "x"})
