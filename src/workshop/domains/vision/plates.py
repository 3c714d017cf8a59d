"""A reader of licence plates, for whom it errs, and whom a wrong reading stops; a classifier of their regions.

The regions are invented, and so are the formats of their plates. A plate has six characters and a dot. The dot's place
differs between regions, and with it the places of the characters.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils.validation import check_is_fitted

from workshop.audit import Estimate, wilson
from workshop.audit.intervals import ENOUGH
from workshop.domains.vision.features import hog_features
from workshop.domains.vision.pictures import as_stack, size_words

HEIGHT, WIDTH = 32, 128  # pixels of a plate's picture
LETTERS = (
    "BCDFGHKLMNPRSTVWXZ"  # no vowels, so that no words arise; no J and Q: a small picture loses their tails
)
DIGITS = "0123456789"
# L is a letter, 0 a digit, - the dot.
FORMATS = {
    "Talvora": "0L-00L0",
    "Osbelia": "00-L0L0",
    "Lumeko": "0L0-L00",
    "Kestimar": "L000-0L",
}
LENGTH = 6  # characters
POSSIBLE = len(LETTERS) ** 2 * len(DIGITS) ** 4  # texts of one format
_KINDS = {format.replace("-", ""): region for region, format in FORMATS.items()}
_DOTS = tuple(dict.fromkeys(format.index("-") for format in FORMATS.values()))  # characters before the dot
_LEFT, _TOP, _BOTTOM = 18, 4, 28  # where characters are, in pixels
_CELL = 4  # pixels
_SLOT, _GAP = 4, 2  # cells that a character and the dot take
_CELLS = LENGTH * _SLOT + _GAP
_DIRECTIONS = 4
_AT_ONCE = 200  # plates


class Slot(NamedTuple):
    """Where a character stands in the picture, in pixels; the ends are not in it."""

    left: int
    right: int
    top: int
    bottom: int


class ReadErrors(NamedTuple):
    """Errors of a plate reader by group.

    Attributes
    ----------
    plates : dict of Estimate
        From a group to the share of its plates that were read wrong: one wrong character is enough.
    characters : dict of Estimate
        From a group to the share of characters that were read wrong.
    """

    plates: dict
    characters: dict

    def frame(self):
        """Return the errors as a table of numbers, one row for each kind ("plates", "characters") and group."""
        names = self._fields
        rows = {(kind, *_key(group)): rate for kind in names for group, rate in getattr(self, kind).items()}
        return pd.DataFrame(list(rows.values()), pd.MultiIndex.from_tuples(rows), Estimate._fields)


def plate_stack(pictures):
    """Return pictures of plates as one stack.

    Parameters
    ----------
    pictures : iterable of array_like
        As `workshop.domains.vision.pictures.as_stack` takes them, of 128 x 32 pixels: for instance the column picture
        of ``load("licence_plates")``.

    Returns
    -------
    numpy.ndarray of float32, shape (n_plates, 32, 128)
        From 0 (black) to 1 (white).

    Raises
    ------
    ValueError
        If there is no picture, or one has another size.
    """
    return np.concatenate(list(_stacks(pictures)))


def _stacks(pictures):
    """Yield plates as stacks of a few at a time, so that what is worked out of them takes little memory."""
    if not np.iterable(pictures):
        raise ValueError(f"A {type(pictures).__name__} holds no pictures; give at least one, as an array.")
    pictures = pictures if isinstance(pictures, np.ndarray) else list(pictures)
    for start in range(0, max(len(pictures), 1), _AT_ONCE):
        yield _plates(pictures[start : start + _AT_ONCE])


def _plates(pictures):
    stack = as_stack(pictures)
    if stack.shape[1:] != (HEIGHT, WIDTH):
        raise ValueError(
            f"The pictures have {size_words(stack[0])} pixels; the reader cuts pictures of {WIDTH} x {HEIGHT}, so "
            "resize them first."
        )
    return stack.astype(np.float32)


def slots(format):
    """Return where the characters of a format stand, and the middle of its dot.

    Parameters
    ----------
    format : str
        One of `FORMATS`.

    Returns
    -------
    characters : list of Slot
    dot : int
        Pixels from the left.
    """
    before = format.index("-")
    places = [
        Slot(_LEFT + _CELL * start, _LEFT + _CELL * (start + _SLOT), _TOP, _BOTTOM)
        for start in _starts(before)
    ]
    return places, _LEFT + _CELL * (_SLOT * before + _GAP // 2)


def region_of(text):
    """Return the region whose format a text keeps, None if it keeps none: then no such plate was ever given out."""
    return _KINDS.get(
        "".join("L" if letter in LETTERS else "0" if letter in DIGITS else "?" for letter in text)
    )


class PlateReader(BaseEstimator):
    """Reads plates: cuts them into characters and names each.

    The characters are cut at the places that the formats give them; nothing looks for them in the picture. Nobody says
    which format it is: each place of the dot is tried, and the one is kept with which the reader is surest of its
    characters. A character is described by the strength of its edges in 4 directions, in 6 x 4 cells of 4 pixels, as in
    histograms of oriented gradients; a logistic regression names it, out of 10 digits and 18 letters. The reader knows
    no rule that says where a letter must stand, so it can read a text that keeps no format.

    Parameters
    ----------
    C : float, default 0.05
        Inverse strength of the logistic regression's penalty.

    References
    ----------
    Dalal, N. and Triggs, B. (2005). Histograms of oriented gradients for human detection. CVPR 2005, 886-893.
    """

    def __init__(self, C=0.05):
        self.C = C

    def fit(self, pictures, texts):
        """Learn from plates whose texts are known.

        Parameters
        ----------
        pictures : array_like, shape (n_plates, 32, 128)
            As `plate_stack` takes them.
        texts : array_like of str, shape (n_plates,)
            Each keeps one of the formats: it says where to cut.

        Returns
        -------
        PlateReader

        Raises
        ------
        ValueError
            If a text keeps no format, the numbers of pictures and texts differ, or a picture is none.
        """
        cells, texts = _cells(pictures), _texts(texts)
        if len(cells) != len(texts):
            raise ValueError(
                f"There are {len(cells):,} pictures and {len(texts):,} texts; give one for each."
            )
        regions = [region_of(text) for text in texts]
        if None in regions:
            raise ValueError(
                f"The text {texts[regions.index(None)]!r} keeps none of the formats, so nobody knows where to cut."
            )
        before = np.array([FORMATS[region].index("-") for region in regions])
        features = np.empty((len(cells), LENGTH, _CELLS_OF_SLOT), dtype=np.float32)
        for dot in _DOTS:
            features[before == dot] = _cut(cells[before == dot], _starts(dot))
        self.model_ = make_pipeline(StandardScaler(), LogisticRegression(C=self.C, max_iter=500))
        self.model_.fit(features.reshape(-1, _CELLS_OF_SLOT), [letter for text in texts for letter in text])
        return self

    def predict(self, pictures):
        """Return what is read.

        Parameters
        ----------
        pictures : array_like, shape (n_plates, 32, 128)
            As `plate_stack` takes them.

        Returns
        -------
        numpy.ndarray of str, shape (n_plates,)
            Six characters each.

        Raises
        ------
        ValueError
            If a picture is none.
        """
        check_is_fitted(self)
        cells = _cells(pictures)
        starts = sorted({start for dot in _DOTS for start in _starts(dot)})
        sure = self.model_.predict_log_proba(_cut(cells, starts).reshape(-1, _CELLS_OF_SLOT))
        sure = sure.reshape(len(cells), len(starts), -1)
        best, surest = self.model_.classes_[sure.argmax(axis=2)], sure.max(axis=2)
        tried = np.array([[starts.index(start) for start in _starts(dot)] for dot in _DOTS])
        kept = tried[surest[:, tried].sum(axis=2).argmax(axis=1)]
        return np.array(["".join(letters) for letters in np.take_along_axis(best, kept, axis=1)])


_CELLS_OF_SLOT = _DIRECTIONS * (_BOTTOM - _TOP) // _CELL * _SLOT


def _starts(before):
    """Return in which column of cells each character begins, if so many are before the dot."""
    return [_SLOT * place + (_GAP if place >= before else 0) for place in range(LENGTH)]


def _cells(pictures):
    return np.concatenate([_edges(stack) for stack in _stacks(pictures)])


def _edges(stack):
    """Return the mean strength of edges in each cell and direction, n_plates x directions x rows x columns.

    skimage.feature.hog does the same with one picture after the other, which for small cells takes 4 ms a plate.
    """
    down, right = np.gradient(gaussian_filter(stack, 0.7, axes=(1, 2)), axis=(1, 2))
    inside = np.s_[:, _TOP:_BOTTOM, _LEFT : _LEFT + _CELL * _CELLS]
    down, right = down[inside], right[inside]
    strength = np.hypot(down, right)
    angle = np.arctan2(down, right) * np.float32(_DIRECTIONS / np.pi)
    angle += _DIRECTIONS * (angle < 0)  # dark on bright is the same edge as bright on dark
    cells = np.empty((len(stack), _DIRECTIONS, (_BOTTOM - _TOP) // _CELL, _CELLS), dtype=np.float32)
    for direction in range(_DIRECTIONS):
        # An edge between two directions counts for both, for the nearer one more.
        away = np.abs(angle - direction)
        share = strength * np.clip(1 - np.minimum(away, _DIRECTIONS - away), 0, None)
        rows = share.reshape(len(stack), -1, _CELL, _CELL * _CELLS).mean(axis=2)
        cells[:, direction] = rows.reshape(len(stack), -1, _CELLS, _CELL).mean(axis=3)
    return cells


def _cut(cells, starts):
    """Return what describes the characters that begin in these columns of cells, n_plates x n_starts x n_features."""
    columns = np.add.outer(starts, np.arange(_SLOT))
    characters = np.moveaxis(cells[..., columns], 3, 1).reshape(len(cells), len(starts), _CELLS_OF_SLOT)
    length = np.linalg.norm(characters, axis=2, keepdims=True)
    return characters / (length + 0.02)  # an empty place has no edges but noise


def read_errors(texts, read, group):
    """Return the errors of a plate reader by group.

    Parameters
    ----------
    texts, read : array_like of str, shape (n_plates,)
        What is on the plates, and what was read, with as many characters.
    group : array_like, shape (n_plates,) or DataFrame with n_plates rows
        For instance the region; of several columns, each of their crossings is a group.

    Returns
    -------
    ReadErrors
        Groups in sorted order; a crossing is a tuple. With fewer than 30 plates a group is marked as too small to tell.

    Raises
    ------
    ValueError
        If the columns differ in length or are empty, or a text was read with another number of characters.

    Notes
    -----
    The plate is the unit. For plates the intervals are Wilson's. Characters of one plate share its light and its dirt,
    so they count for fewer than they are: their number is divided by the design effect before it goes into Wilson's
    interval.

    References
    ----------
    Franco, C., Little, R. J. A., Louis, T. A. and Slud, E. V. (2019). Comparative study of confidence intervals for
    proportions in complex sample surveys. Journal of Survey Statistics and Methodology 7(3), 334-364.
    """
    wrong = _wrong(texts, read)
    plates, characters = {}, {}
    for name, rows in _groups(group, len(wrong)).items():
        found = wrong[rows]
        plates[name] = _share(found.any(axis=1))
        ends = wilson(*_effective(found))
        characters[name] = Estimate(
            float(found.mean()),
            *map(float, ends),
            float(found.sum()),
            float(found.size),
            len(found) >= ENOUGH,
        )
    return ReadErrors(plates, characters)


def _effective(wrong):
    """Return errors and characters as if the characters were independent; `wrong` is n_plates x n_characters."""
    plates, length = wrong.shape
    share = wrong.mean()
    independent = share * (1 - share) / length
    effect = length  # where all plates are alike, nothing shows how alike the characters of one are
    if plates > 1 and independent:
        effect = np.clip(wrong.mean(axis=1).var(ddof=1) / independent, 1, length)
    return share * wrong.size / effect, wrong.size / effect


def confusion_pairs(texts, read):
    """Return which characters are taken for which others.

    Parameters
    ----------
    texts, read : array_like of str, shape (n_plates,)

    Returns
    -------
    pandas.DataFrame
        A row for each pair that occurs, the most frequent first: columns true, read, times, shown (how many of the true
        character there are), value, low, high (times of shown, with Wilson's interval).

    Raises
    ------
    ValueError
        As `read_errors`.
    """
    wrong = _wrong(texts, read)
    true, taken = (np.array([list(text) for text in _texts(column)]) for column in (texts, read))
    shown = Counter(true.ravel().tolist())
    pairs = Counter(zip(true[wrong].tolist(), taken[wrong].tolist(), strict=True))
    rows = [
        (*pair, times, shown[pair[0]], times / shown[pair[0]], *wilson(times, shown[pair[0]]))
        for pair, times in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    ]
    return pd.DataFrame(rows, columns=["true", "read", "times", "shown", "value", "low", "high"])


def wrong_hits(texts, read, group, *, registered, wanted, cars=10_000):
    """Return whom wrong readings stop, and who passes: what errors do beside a list of wanted plates.

    A misread plate stops somebody else only if what was read is a plate that exists. Plates given out and plates wanted
    are taken to lie anywhere among the possible texts of their format. In life they come in series, so more of the
    neighbours of a plate exist.

    Parameters
    ----------
    texts, read : array_like of str, shape (n_plates,)
    group : array_like, shape (n_plates,) or DataFrame with n_plates rows
        As in `read_errors`.
    registered, wanted : int
        How many plates each region has given out, and how many of them are on the list; at most 3,240,000, which is
        how many its format can tell apart.
    cars : int, default 10,000
        Cars that pass the camera, all of one group.

    Returns
    -------
    pandas.DataFrame
        A row for each group: other_plate (of all readings, those that are wrong and keep a format), low, high (Wilson);
        wrong_owner (cars whose reading is the registered plate of somebody else) with wrong_owner_low and
        wrong_owner_high; wrong_hit (cars whose reading is a wanted plate that they do not have), with
        wrong_hit_low and wrong_hit_high; missed (of 100 wanted cars, those that pass unseen), with missed_low and
        missed_high; plates and enough.

    Raises
    ------
    ValueError
        As `read_errors`, or if a number is out of its range.
    """
    if not (0 <= wanted <= registered <= POSSIBLE and cars >= 1):
        raise ValueError(
            f"registered is {registered:,}, wanted is {wanted:,} and cars is {cars:,}; no more plates can be wanted "
            f"than registered, at most {POSSIBLE:,} can be registered, and at least 1 car must pass."
        )
    wrong = _wrong(texts, read).any(axis=1)
    exists = wrong & np.array([region_of(text) is not None for text in _texts(read)])
    rows = {}
    for name, of_group in _groups(group, len(wrong)).items():
        other, missed = _share(exists[of_group]), _share(wrong[of_group])
        rows[name] = [
            *other[:3],
            *(cars * registered / POSSIBLE * end for end in other[:3]),
            *(cars * wanted / POSSIBLE * end for end in other[:3]),
            *(100 * end for end in missed[:3]),
            len(wrong[of_group]),
            other.enough,
        ]
    kinds = ["other_plate", "wrong_owner", "wrong_hit", "missed"]
    columns = [column for kind in kinds for column in (kind, f"{kind}_low", f"{kind}_high")]
    table = pd.DataFrame(list(rows.values()), _index(rows, group), [*columns, "plates", "enough"])
    return table.rename(columns={"other_plate_low": "low", "other_plate_high": "high"})


def region_classifier():
    """Return the untrained model that names a plate's region from its whole picture.

    Histograms of oriented gradients, standardised, into a logistic regression. A plain scikit-learn pipeline,
    ``fit(pictures, regions)``, of a column of pictures or a stack as `plate_stack` makes it; of a column no stack is
    kept in memory. It may use whatever is in the picture.

    Returns
    -------
    sklearn.pipeline.Pipeline
    """
    shapes = FunctionTransformer(_shapes)
    # The features are made anew for each call, so they may be overwritten: that saves a copy of them in memory.
    return make_pipeline(shapes, StandardScaler(copy=False), LogisticRegression(C=0.01, max_iter=500))


def _shapes(pictures):
    return np.concatenate([hog_features(stack, cell=8).astype(np.float32) for stack in _stacks(pictures)])


def region_score(classifier, region):
    """Return a function from a stack of pictures to the probability that each is of a region.

    Parameters
    ----------
    classifier : Pipeline
        A fitted `region_classifier`.
    region : str

    Returns
    -------
    callable
        To give to an occlusion map.

    Raises
    ------
    ValueError
        If the classifier does not know the region.
    """
    known = list(classifier.classes_)
    if region not in known:
        raise ValueError(f"The classifier does not know the region {region!r}; it knows {', '.join(known)}.")
    place = known.index(region)
    return lambda pictures: classifier.predict_proba(pictures)[:, place]


def named_right(regions, named, group):
    """Return the share of plates whose region was named right, by group.

    Parameters
    ----------
    regions, named : array_like of str, shape (n_plates,)
        The region, and what the classifier named.
    group : array_like, shape (n_plates,) or DataFrame with n_plates rows
        For instance the columns region and sticker: each of their crossings is a group.

    Returns
    -------
    pandas.DataFrame
        A row for each group, indexed by the columns of `group`: the fields of `workshop.audit.Estimate` (Wilson's
        interval; with fewer than 30 plates not enough to tell), and instead, the region that its wrong ones were named
        most often ("" if there is none).

    Raises
    ------
    ValueError
        If the columns differ in length or are empty.
    """
    regions, named = np.asarray(regions, dtype=object), np.asarray(named, dtype=object)
    if regions.shape != named.shape:
        raise ValueError(f"regions and named have different lengths ({regions.size:,} and {named.size:,}).")
    rows = {}
    for name, of_group in _groups(group, len(regions)).items():
        right = regions[of_group] == named[of_group]
        instead = sorted(
            Counter(named[of_group][~right].tolist()).items(), key=lambda item: (-item[1], item[0])
        )
        rows[name] = (*_share(right), instead[0][0] if instead else "")
    return pd.DataFrame(list(rows.values()), _index(rows, group), [*Estimate._fields, "instead"])


def _texts(column):
    return [str(text) for text in np.asarray(column, dtype=object)]


def _wrong(texts, read):
    """Return which characters were read wrong, n_plates x n_characters."""
    texts, read = _texts(texts), _texts(read)
    if len(texts) != len(read):
        raise ValueError(f"texts and read have different lengths ({len(texts):,} and {len(read):,}).")
    if len({len(text) for text in [*texts, *read]}) != 1:
        raise ValueError(
            "The texts do not all have the same number of characters, or there are none; leave the others out."
        )
    return np.array([[a != b for a, b in zip(*pair, strict=True)] for pair in zip(texts, read, strict=True)])


def _groups(group, length):
    """Return the rows of each group, groups in sorted order."""
    columns = pd.DataFrame(group).reset_index(drop=True)
    if len(columns) != length or not length:
        raise ValueError(
            f"There are {length:,} plates and {len(columns):,} groups; give one group for each plate."
        )
    if columns.isna().any(axis=None):
        raise ValueError("A plate has no group; leave it out or name it.")
    by = list(columns)
    return columns.groupby(by if len(by) > 1 else by[0]).indices


def _share(yes):
    """Return the share of the true as an Estimate with Wilson's interval."""
    times, trials = int(yes.sum()), len(yes)
    ends = map(float, wilson(times, trials))
    return Estimate(times / trials, *ends, float(times), float(trials), trials >= ENOUGH)


def _index(rows, group):
    """Return an index of the groups: one level for each column that made them."""
    names = list(pd.DataFrame(group))
    return pd.MultiIndex.from_tuples(rows, names=names) if len(names) > 1 else pd.Index(rows)


def _key(group):
    return group if isinstance(group, tuple) else (group,)
