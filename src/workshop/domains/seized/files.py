"""Invented files of seized devices: scores only, and how much harder a classifier finds some of them is known."""

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtr

DEVICE_TYPES = ("older phone", "newer phone", "camera", "computer")
SKIN_TONES = ("lighter", "medium", "darker")
LIGHTER, MEDIUM, DARKER = SKIN_TONES
SCORES = ("score", "new_score")  # of the classifier in use, and of a new one
THRESHOLD = 0.5  # at which the planted errors are written down

_DEVICES_OF_A_TYPE = 50
_VICTIM_DEVICES = 0.7  # of the devices hold a harmful file
_MORE_FILES = 0.35  # chance that a victim is in no further file
_MOST_FILES = 10  # of one victim
# Whose files lie on which device is planted, too: children with darker skin are more often on older phones. A reading
# that forgets the device blames all of it on the skin tone.
_TONES_ON = {
    "older phone": (0.18, 0.27, 0.55),
    "newer phone": (0.50, 0.32, 0.18),
    "camera": (0.40, 0.30, 0.30),
    "computer": (0.38, 0.34, 0.28),
}
# Log-odds that a classifier gives. Of a harmful file: a middle, moved by the kind of device and by the skin tone.
_HARMFUL = 1.8
_DEVICE_SHIFT = {"older phone": -1.3, "newer phone": 0.0, "camera": -0.1, "computer": -0.3}
_TONE_SHIFT = {
    "score": {LIGHTER: 0.0, MEDIUM: -0.3, DARKER: -1.2},
    "new_score": {LIGHTER: 0.0, MEDIUM: -0.1, DARKER: -0.3},
}
_DEVICE_SPREAD, _VICTIM_SPREAD, _FILE_SPREAD = 0.3, 0.6, 1.3  # standard deviations
_ALIKE = 0.7  # correlation of what the two classifiers make of one file
# Of a harmless file: most are easy, some look difficult. The new classifier calls more of these harmful.
_EASY, _DIFFICULT, _DIFFICULT_SHARE = -4.0, -1.2, 0.14
_HARMLESS_SPREAD = 1.2
_MORE_ALARMS = 0.3  # added by the new classifier to a difficult harmless file


def generate(seed=2026, victims=480, files=12_000, tone_shift=-1.2):
    """Make the scores of files from seized devices; a skin tone and a kind of device are harder by a known size.

    No picture stands behind a score, and no content is described.

    Parameters
    ----------
    seed : int, default 2026
    victims : int, default 480
        Children who are in at least one file; from 200 to 2,000. All files of one child are on one device.
    files : int, default 12,000
        All files, at least 20 for each victim.
    tone_shift : float, default -1.2
        The planted size: what a darker skin tone adds to the log-odds that the classifier in use gives to a harmful
        file; from -4 to 4.

    Returns
    -------
    table : pandas.DataFrame
        In the order in which the devices were copied. Columns device, device_type, skin_tone ("" for a harmless
        file), harmful, victim ("" for a harmless file), score and new_score (0 to 1, three decimals).
    truth : dict
        What was planted, as plain numbers that JSON can hold.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    if not 200 <= victims <= 2000 or victims != int(victims):
        raise ValueError(f"victims is {victims}; give a whole number from 200 to 2,000.")
    if not 20 * victims <= files <= 1_000_000 or files != int(files):
        raise ValueError(f"files is {files}; give a whole number from {20 * victims:,} to 1,000,000.")
    if not -4 <= tone_shift <= 4:
        raise ValueError(f"tone_shift is {tone_shift}; give log-odds from -4 to 4.")
    random = np.random.default_rng(seed)
    shifts = _TONE_SHIFT | {"score": _TONE_SHIFT["score"] | {DARKER: float(tone_shift)}}
    devices = _devices(random)
    harmful = _harmful(random, devices, int(victims), shifts)
    harmless = _harmless(random, devices, int(files) - len(harmful))
    table = pd.concat([harmful, harmless], ignore_index=True)
    # Within a device the order says nothing of what a file is.
    table = table.iloc[np.lexsort((random.random(len(table)), table["device"]))].reset_index(drop=True)
    table[list(SCORES)] = expit(table[list(SCORES)]).round(3)
    columns = ["device", "device_type", "skin_tone", "harmful", "victim", *SCORES]
    return table[columns], _truth(seed, shifts, table)


def _devices(random):
    """Return one row a device: its name, its kind, its own shift in log-odds, and its share of the files."""
    types = np.repeat(DEVICE_TYPES, _DEVICES_OF_A_TYPE)
    random.shuffle(types)
    return pd.DataFrame(
        {
            "device": [f"d{number:03d}" for number in range(1, len(types) + 1)],
            "device_type": types,
            "moves": random.normal(0, _DEVICE_SPREAD, len(types)),
            "share": random.lognormal(0, 0.6, len(types)),
        }
    )


def _harmful(random, devices, victims, shifts):
    """Return the harmful files with log-odds in place of scores."""
    places = np.flatnonzero(random.random(len(devices)) < _VICTIM_DEVICES)
    place = np.sort(random.choice(places, victims))
    types = devices["device_type"].to_numpy()[place]
    tones = np.array([random.choice(SKIN_TONES, p=_TONES_ON[each]) for each in types])
    number = np.minimum(random.geometric(_MORE_FILES, victims), _MOST_FILES)
    middle = _HARMFUL + devices["moves"].to_numpy()[place] + random.normal(0, _VICTIM_SPREAD, victims)
    middle += np.array([_DEVICE_SHIFT[each] for each in types])
    rows = np.repeat(np.arange(victims), number)
    table = pd.DataFrame(
        {
            "device": devices["device"].to_numpy()[place][rows],
            "device_type": types[rows],
            "skin_tone": tones[rows],
            "harmful": True,
            "victim": np.array([f"v{number:03d}" for number in range(1, victims + 1)])[rows],
        }
    )
    for name, noise in zip(SCORES, _noises(random, len(rows), _FILE_SPREAD), strict=True):
        table[name] = middle[rows] + np.array([shifts[name][each] for each in tones])[rows] + noise
    return table


def _harmless(random, devices, number):
    """Return the harmless files with log-odds in place of scores."""
    share = devices["share"].to_numpy()
    place = random.choice(len(devices), number, p=share / share.sum())
    difficult = random.random(number) < _DIFFICULT_SHARE
    table = devices[["device", "device_type"]].iloc[place].reset_index(drop=True)
    table = table.assign(skin_tone="", harmful=False, victim="")
    middle = np.where(difficult, _DIFFICULT, _EASY)
    for name, noise in zip(SCORES, _noises(random, number, _HARMLESS_SPREAD), strict=True):
        more = _MORE_ALARMS * difficult if name == "new_score" else 0.0
        table[name] = middle + more + noise
    return table


def _noises(random, number, spread):
    """Return the noise of both classifiers on the same files."""
    own = random.normal(0, spread, (2, number))
    return own[0], _ALIKE * own[0] + np.sqrt(1 - _ALIKE**2) * own[1]


def missed_share(device_type, skin_tone, threshold=THRESHOLD, shift=None):
    """Return the planted share of harmful files that score below a threshold.

    Parameters
    ----------
    device_type, skin_tone : str
    threshold : float, default 0.5
        Above 0 and below 1.
    shift : float, optional
        Of the skin tone, in log-odds; by default what was planted in the classifier in use.
    """
    shift = _TONE_SHIFT["score"][skin_tone] if shift is None else shift
    middle = _HARMFUL + _DEVICE_SHIFT[device_type] + shift
    spread = np.sqrt(_DEVICE_SPREAD**2 + _VICTIM_SPREAD**2 + _FILE_SPREAD**2)
    return float(ndtr((logit(threshold) - middle) / spread))


def _truth(seed, shifts, table):
    harmful = table[table["harmful"]]
    # The mix of devices is that of all harmful files, the same for each skin tone: on the same kind of device.
    weights = harmful["device_type"].value_counts(normalize=True)
    missed = {
        name: {
            tone: sum(weights[each] * missed_share(each, tone, shift=shift) for each in DEVICE_TYPES)
            for tone, shift in moves.items()
        }
        for name, moves in shifts.items()
    }
    return {
        "seed": seed,
        "devices": int(table["device"].nunique()),  # one that got no file is not there
        "victims": int(harmful["victim"].nunique()),
        "files": len(table),
        "harmful_files": len(harmful),
        "log_odds": {
            "harmful_middle": _HARMFUL,
            "device_type_shift": _DEVICE_SHIFT,
            "skin_tone_shift": shifts,
            "spread": {"device": _DEVICE_SPREAD, "victim": _VICTIM_SPREAD, "file": _FILE_SPREAD},
            "correlation_of_classifiers": _ALIKE,
            "harmless_middle": {"easy": _EASY, "difficult": _DIFFICULT},
            "harmless_difficult_share": _DIFFICULT_SHARE,
            "harmless_spread": _HARMLESS_SPREAD,
            "new_classifier_on_difficult": _MORE_ALARMS,
        },
        "skin_tones_on": {
            each: dict(zip(SKIN_TONES, shares, strict=True)) for each, shares in _TONES_ON.items()
        },
        "threshold": THRESHOLD,
        "device_mix": {each: round(float(weights[each]), 6) for each in DEVICE_TYPES},
        "missed_on_the_same_devices": {
            name: {tone: round(share, 6) for tone, share in shares.items()} for name, shares in missed.items()
        },
        "skin_tone_gap": {
            name: round(shares[DARKER] - shares[LIGHTER], 6) for name, shares in missed.items()
        },
    }
