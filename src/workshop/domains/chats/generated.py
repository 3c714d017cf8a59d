"""An invented scorer of chats whose errors are known: one risk score a message, no content, three ways of writing."""

import numpy as np
import pandas as pd

STANDARD, SLANG, SECOND_LANGUAGE = GROUPS = ("standard", "youth slang", "second language")
HIGH = 60  # points from 0 to 100; a message with so many or more is a high one
HIGHEST = 100
LENGTHS = (40, 120)  # messages of an innocent chat
_BEFORE, _AFTER = (10, 50), (30, 90)  # messages of a harmful chat before and from the harm on
_HIGH_SHARE = 0.012  # of the messages of innocent chats, on average
_RUN = 1.6  # messages that a run of high ones lasts on average: a topic is not over with one message
_CHATS_DIFFER = 1.5  # shape of a gamma distribution with mean 1: some chats have many high messages
_ORDINARY, _BETWEEN, _WITHIN, _MEMORY = 18.0, 5.0, 9.0, 0.3  # points: ordinary messages, and how they vary
_RISE = 18.0  # points by which ordinary messages of a harmful chat rise in the end
_HIGH_IN_THE_END = 0.35  # of the messages of a harmful chat
_RAMP = 25  # messages until a harmful chat scores as it does in the end


def generate(seed=2020, times=3.0, slower=2.0, innocent=500, harmful=120):
    """Make the risk scores of chats, message by message, with two planted gaps between ways of writing.

    No message stands behind a score. Each chat is of one way of writing. The scorer was made, so to say, on standard
    writing: it takes some harmless messages in a second language for risky ones, and it does not know the words of
    youth slang, so that the risk shows later.

    Parameters
    ----------
    seed : int, default 2020
    times : float, default 3.0
        The first planted size: how many times as often a message of an innocent chat is a high one (60 points or more)
        if it is in a second language; from 1 to 10.
    slower : float, default 2.0
        The second one: how many times as many messages the scores of a harmful chat in youth slang take to rise; from 1
        to 10.
    innocent, harmful : int
        Chats of each way of writing, above 0.

    Returns
    -------
    table : pandas.DataFrame
        One row a chat, in random order. Columns chat_id, writing, harm_starts (number of the first harmful message; 0:
        an innocent chat), scores (whole numbers from 0 to 100, joined by spaces).
    truth : dict
        What was planted, as plain numbers that JSON can hold.

    Raises
    ------
    ValueError
        If a size or a number of chats is out of its range.
    """
    for name, size in (("times", times), ("slower", slower)):
        if not 1 <= size <= 10:
            raise ValueError(f"{name} is {size}; give a number from 1 to 10, for instance 2.")
    for name, number in (("innocent", innocent), ("harmful", harmful)):
        if not number >= 1 or number != int(number):
            raise ValueError(f"{name} is {number}; give a whole number of chats above 0.")
    random = np.random.default_rng(seed)
    shares = {group: _HIGH_SHARE * (times if group == SECOND_LANGUAGE else 1) for group in GROUPS}
    ramps = {group: _RAMP * (slower if group == SLANG else 1) for group in GROUPS}
    rows = []
    for group in GROUPS:
        for _ in range(int(innocent)):
            length = random.integers(*LENGTHS, endpoint=True)
            rows.append((group, 0, _scores(random, length, shares[group])))
        for _ in range(int(harmful)):
            before = random.integers(*_BEFORE, endpoint=True)
            length = before + random.integers(*_AFTER, endpoint=True)
            risen = np.clip((np.arange(length) - before + 1) / ramps[group], 0, 1)
            rows.append((group, int(before) + 1, _scores(random, length, shares[group], risen)))
    rows = [rows[place] for place in random.permutation(len(rows))]
    table = pd.DataFrame(rows, columns=["writing", "harm_starts", "scores"])
    table.insert(0, "chat_id", [f"chat {place:04d}" for place in range(1, len(table) + 1)])
    truth = {
        "seed": seed,
        "high_from": HIGH,
        "high_share_of_innocent_messages": shares,
        "times_as_often_high_in_second_language": times,
        "messages_until_risen": ramps,
        "times_as_slow_in_youth_slang": slower,
        "innocent_chats": int(innocent),
        "harmful_chats": int(harmful),
    }
    return table, truth


def _scores(random, length, share, risen=None):
    """Return the scores of one chat as text; `risen` says how far the harm shows, from 0 to 1, in each message."""
    own = min(0.5, share * random.gamma(_CHATS_DIFFER, 1 / _CHATS_DIFFER))
    high = _runs(random, length, own)
    ordinary = random.normal(_ORDINARY, _BETWEEN) + _WITHIN * _noise(random, length)
    if risen is not None:
        high |= random.random(length) < _HIGH_IN_THE_END * risen
        ordinary += _RISE * risen
    points = np.where(high, HIGH + (HIGHEST - HIGH) * random.beta(1.3, 2.0, length), ordinary)
    points = np.clip(np.rint(points), np.where(high, HIGH, 0), np.where(high, HIGHEST, HIGH - 1))
    return " ".join(map(str, points.astype(int)))


def _runs(random, length, share):
    """Return which messages are high: a chain of two states that starts in its balance.

    So each message is high with probability `share`, wherever it stands, though high ones come in runs.
    """
    leave = 1 / _RUN
    enter = share * leave / (1 - share)
    drawn, states = random.random(length), np.empty(length, dtype=bool)
    state = drawn[0] < share
    for place in range(length):
        if place:
            state = drawn[place] >= leave if state else drawn[place] < enter
        states[place] = state
    return states


def _noise(random, length):
    """Return noise of variance 1 in which neighbours are alike."""
    drawn = random.normal(size=length)
    for place in range(1, length):
        drawn[place] = _MEMORY * drawn[place - 1] + np.sqrt(1 - _MEMORY**2) * drawn[place]
    return drawn
