"""What a score hangs on: cover a picture piece by piece, and see how the score changes."""

from typing import NamedTuple

import numpy as np

from workshop.domains.vision.pictures import as_grey, size_words

_AT_ONCE = 256  # covered pictures that are in memory at the same time


class OcclusionMap(NamedTuple):
    """The scores of a picture with a patch at each place.

    Attributes
    ----------
    before : float
        The score of the picture as it is.
    after : numpy.ndarray of float, shape (n_rows, n_columns)
        The score with the patch at each place.
    top, left : numpy.ndarray of int, shape (n_rows,) and (n_columns,)
        The first row and the first column of pixels that the patch covers.
    patch : tuple of int
        Height and width of the patch in pixels.
    """

    before: float
    after: np.ndarray
    top: np.ndarray
    left: np.ndarray
    patch: tuple

    @property
    def change(self):
        """What the patch does to the score: below 0 where it covers what speaks for the answer."""
        return self.after - self.before


def occlusion_map(score, picture, patch=8, places=(7, 7), fill=None):
    """Cover one piece of a picture after the other with an opaque patch, and score each of the covered pictures.

    The patch is itself something new in the picture: it has edges, and a model may answer to them. Pieces that can
    stand in for each other show less than they matter.

    Parameters
    ----------
    score : callable
        From pictures, an array of shape (n, height, width) from 0 to 1, to n numbers. For a fitted detector,
        ``lambda pictures: detector.predict_proba(pictures)[:, 1]``.
    picture : array_like
        As `workshop.domains.vision.pictures.as_grey` takes it.
    patch : int or (int, int), default 8
        Side, or height and width, in pixels.
    places : (int, int), default (7, 7)
        How many places of the patch, down and across, evenly from edge to edge. As many as there are pixels move it
        by one pixel.
    fill : float or array_like of the picture's shape, optional
        What the patch shows, from 0 (black) to 1 (white): one shade, or at each pixel its own. By default the mean
        shade of the picture.

    Returns
    -------
    OcclusionMap

    Raises
    ------
    ValueError
        If the picture is none, the patch or the places do not fit into it, the filling is out of range, or `score`
        does not return one finite number for each picture.

    References
    ----------
    Zeiler, M. D. and Fergus, R. (2014). Visualizing and understanding convolutional networks. ECCV 2014, section 4.2.
    """
    picture = as_grey(picture)
    height, width = _patch(patch, picture)
    top, left = (
        _starts(number, whole - part)
        for number, whole, part in zip(_places(places), picture.shape, (height, width), strict=True)
    )
    filling = _filling(fill, picture)
    rows = _covered(top, height, picture.shape[0])
    columns = _covered(left, width, picture.shape[1])
    place = np.indices((len(top), len(left))).reshape(2, -1)
    scores = [_scored(score, picture[None])]
    for start in range(0, place.shape[1], _AT_ONCE):
        row, column = place[:, start : start + _AT_ONCE]
        hidden = rows[row][:, :, None] & columns[column][:, None, :]
        scores.append(_scored(score, np.where(hidden, filling, picture)))
    before, *after = np.concatenate(scores).tolist()
    return OcclusionMap(before, np.reshape(after, (len(top), len(left))), top, left, (height, width))


def _patch(patch, picture):
    """Return height and width of the patch."""
    sides = patch if isinstance(patch, (tuple, list)) else (patch, patch)
    fits = len(sides) == 2 and all(
        _is_whole(side) and 1 <= side <= whole for side, whole in zip(sides, picture.shape, strict=False)
    )
    if not fits:
        raise ValueError(
            f"The patch is {patch!r}; give its side in pixels, or (height, width), that fit into a picture of "
            f"{size_words(picture)} pixels."
        )
    return tuple(map(int, sides))


def _places(places):
    if not (
        isinstance(places, (tuple, list))
        and len(places) == 2
        and all(_is_whole(n) and n >= 1 for n in places)
    ):
        raise ValueError(
            f"places is {places!r}; give how many places down and across, two whole numbers above 0."
        )
    return places


def _is_whole(number):
    return isinstance(number, (int, np.integer)) and not isinstance(number, bool)


def _starts(number, last):
    """Return up to `number` different starts from 0 to `last`; a single one is in the middle."""
    if number == 1:
        return np.array([last // 2])
    return np.unique(np.linspace(0, last, number).round().astype(int))


def _filling(fill, picture):
    if fill is None:
        return picture.mean()
    filling = np.asarray(fill, dtype=np.float64)
    if filling.shape not in ((), picture.shape) or not ((filling >= 0) & (filling <= 1)).all():
        raise ValueError(
            "fill must be a shade from 0 (black) to 1 (white), or one for each pixel of the picture."
        )
    return filling


def _covered(starts, length, whole):
    """Return for each start which of `whole` pixels the patch covers: shape (n_starts, whole)."""
    pixel = np.arange(whole)
    return (pixel >= starts[:, None]) & (pixel < starts[:, None] + length)


def _scored(score, pictures):
    scores = np.asarray(score(pictures), dtype=np.float64)
    if scores.shape != (len(pictures),) or not np.isfinite(scores).all():
        raise ValueError(
            f"score must return one finite number for each picture; for {len(pictures)} pictures it returned an array "
            f"of the shape {scores.shape}."
        )
    return scores
