"""Which car is it? An invented classifier's lists of likeliest car models, and what trust in the first of them costs.

No picture stands behind a list. Models of one family look alike, so the classifier takes them for each other. Two
things are planted: some cars are of a model that the catalogue does not have, and the classifier still gives a list;
and at night it is right less often than it says.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import softmax

from workshop.audit.intervals import proportion

LIGHTS = ("day", "dusk", "night")
LONGEST = 10  # models on the list that is kept
EVERY = "all"  # light
_PICTURES = {"day": 500, "dusk": 400, "night": 400}
_FAMILIES, _SISTERS = 12, 5  # of the catalogue: 60 models
_NOT_IN_CATALOGUE = 0.12
# How far the right model, and the models that look like it, stand out, and how much disturbs each score.
_OWN, _SISTER = {"day": 6.4, "dusk": 5.0, "night": 3.3}, {"day": 3.4, "dusk": 3.0, "night": 2.1}
_NOISE = 1.0
_SHARPNESS = {"day": 1.0, "dusk": 1.1, "night": 1.7}  # planted: above 1, the classifier is too sure of itself


def generate(seed=2021, not_in_catalogue=_NOT_IN_CATALOGUE):
    """Make the lists that an invented classifier gives for pictures of cars.

    Parameters
    ----------
    seed : int, default 2021
    not_in_catalogue : float, default 0.12
        The planted share of cars whose model the catalogue does not have; from 0 to 0.9.

    Returns
    -------
    pictures : pandas.DataFrame
        One row a picture: picture_id, light ("day", "dusk" or "night"), model (the right one; "not in catalogue" if
        the catalogue lacks it), in_catalogue (bool), candidate_1 to candidate_10 (the likeliest models), sure (how
        sure the classifier says it is of the first, as a share of 1).
    truth : dict
        What was planted, as plain numbers that JSON can hold.

    Raises
    ------
    ValueError
        If the share is out of its range.
    """
    if not 0 <= not_in_catalogue <= 0.9:
        raise ValueError(f"not_in_catalogue is {not_in_catalogue}; give a share from 0 to 0.9.")
    random = np.random.default_rng(seed)
    parts = [_lists(light, number, not_in_catalogue, random) for light, number in _PICTURES.items()]
    pictures = pd.concat(parts, ignore_index=True).iloc[random.permutation(sum(_PICTURES.values()))]
    pictures = pictures.reset_index(drop=True)
    pictures.insert(0, "picture_id", [f"c{number:04d}" for number in range(1, len(pictures) + 1)])
    return pictures, {
        "seed": seed,
        "models_in_catalogue": _FAMILIES * _SISTERS,
        "models_that_look_alike": _SISTERS,
        "share_not_in_catalogue": not_in_catalogue,
        "pictures": _PICTURES,
        "right_model_stands_out_by": _OWN,
        "models_of_its_family_by": _SISTER,
        "noise": _NOISE,
        "sharpness": _SHARPNESS,
    }


def _lists(light, number, absent, random):
    models = _FAMILIES * _SISTERS
    names = np.array([f"model {place + 1:02d}" for place in range(models)])
    own = random.integers(models, size=number)
    known = random.random(number) >= absent
    stands_out = np.where(np.arange(models) // _SISTERS == own[:, None] // _SISTERS, _SISTER[light], 0.0)
    # A car that the catalogue lacks still looks like a family of it.
    stands_out[np.arange(number), own] = np.where(known, _OWN[light], _SISTER[light])
    evidence = stands_out + random.gumbel(0, _NOISE, (number, models))
    sure = softmax(_SHARPNESS[light] * evidence, axis=1)
    first = np.argsort(-sure, axis=1, kind="stable")[:, :LONGEST]
    columns = {
        "light": light,
        "model": np.where(known, names[own], "not in catalogue"),
        "in_catalogue": known,
    }
    columns |= {f"candidate_{place + 1}": names[first[:, place]] for place in range(LONGEST)}
    return pd.DataFrame(columns | {"sure": sure.max(axis=1).round(3)})


def ranks(pictures):
    """Return the place of the right model on each list: 1 to 10, or 0 if it is not on it.

    Parameters
    ----------
    pictures : pandas.DataFrame
        As `generate` returns it.

    Returns
    -------
    numpy.ndarray of int, shape (n_pictures,)

    Raises
    ------
    ValueError
        If it is no such table, or is empty.
    """
    if not isinstance(pictures, pd.DataFrame) or pictures.empty:
        raise ValueError(
            'Give a table with one row a picture, as load("car_models") returns it; not an empty one.'
        )
    candidates = [f"candidate_{place + 1}" for place in range(LONGEST)]
    for column in ("light", "model", "in_catalogue", "sure", *candidates):
        if column not in pictures:
            raise ValueError(
                f'The pictures have no column {column!r}; give them as load("car_models") returns them.'
            )
    sure = pd.to_numeric(pictures["sure"], errors="coerce")
    if not sure.between(0, 1).all():
        raise ValueError("The column sure must hold a share from 0 to 1 in each row.")
    if pictures["in_catalogue"].dtype != bool:
        raise ValueError("The column in_catalogue must hold True or False in each row.")
    right = pictures[candidates].to_numpy() == pictures["model"].to_numpy()[:, None]
    return np.where(right.any(axis=1), right.argmax(axis=1) + 1, 0)


class Listed(NamedTuple):
    """Where the right model is, in how many pictures.

    Attributes
    ----------
    first, further_down, not_listed, not_in_catalogue : int
        First on the list, further down, in the catalogue but not on the list, not in the catalogue.
    """

    first: int
    further_down: int
    not_listed: int
    not_in_catalogue: int

    @property
    def pictures(self):
        """How many pictures there are."""
        return sum(self)

    @property
    def on_the_list(self):
        """In how many pictures the right model is on the list."""
        return self.first + self.further_down

    @property
    def wrong_first(self):
        """In how many pictures the first on the list is not the right model."""
        return self.pictures - self.first

    def share(self, number):
        """Return a number of these pictures as an `Estimate` with Wilson's interval."""
        return proportion(number, self.pictures)


class CarLists:
    """Where the right model is, for lists of every length, each light, and lists that are at least so sure.

    Parameters
    ----------
    pictures : pandas.DataFrame
        As `generate` returns it.

    Attributes
    ----------
    lights : tuple of str
        "all", and the lights that occur, the best first.

    Raises
    ------
    ValueError
        As `ranks`.
    """

    def __init__(self, pictures):
        self._ranks = ranks(pictures)
        self._sure = pictures["sure"].to_numpy(dtype=float)
        self._known = pictures["in_catalogue"].to_numpy()
        self._light = pictures["light"].to_numpy()
        present = set(self._light)
        self.lights = (EVERY, *(light for light in LIGHTS if light in present))

    def listed(self, length=5, light=EVERY, at_least=0.0):
        """Return where the right model is.

        Parameters
        ----------
        length : int, default 5
            Models on the list, from 1 to 10.
        light : str, default "all"
        at_least : float, default 0.0
            Only pictures of whose first model the classifier is at least so sure.

        Returns
        -------
        Listed

        Raises
        ------
        ValueError
            If the length or the light is none of those.
        """
        if length not in range(1, LONGEST + 1):
            raise ValueError(
                f"The list cannot have {length!r} models; give a whole number from 1 to {LONGEST}."
            )
        if light not in self.lights:
            raise ValueError(f"There is no light {light!r}; choose one of: {', '.join(self.lights)}.")
        inside = self._inside(light, at_least)
        place, known = self._ranks[inside], self._known[inside]
        first, listed = int((place == 1).sum()), int(((place >= 1) & (place <= length)).sum())
        return Listed(first, listed - first, int(known.sum()) - listed, int((~known).sum()))

    def said(self, light=EVERY, at_least=0.0):
        """Return how sure the classifier is of its first model on average, as a share of 1; NaN without a picture."""
        inside = self._inside(light, at_least)
        return float(self._sure[inside].mean()) if inside.any() else float("nan")

    def _inside(self, light, at_least):
        inside = self._sure >= at_least
        return inside if light == EVERY else inside & (self._light == light)
