"""What a model sees of a picture: the directions of its edges, and how rough it is."""

import numpy as np
from skimage.feature import hog

from workshop.domains.vision.pictures import as_stack, size_words

CELL = 5  # pixels
_BLOCK = 2  # cells


def hog_features(pictures, cell=CELL):
    """Return histograms of oriented gradients: how strong the edges of each direction are in each part of a picture.

    A picture is cut into square cells. For each, the edges are counted by direction, in 9 classes of 20 degrees. Blocks
    of 2 x 2 cells are brought to the same strength, so that a dark picture counts as much as a bright one.

    Parameters
    ----------
    pictures : iterable of array_like, or numpy.ndarray of shape (n_pictures, height, width)
        All of one size, as `workshop.domains.vision.pictures.as_stack` takes them.
    cell : int, default 5
        Side of a cell in pixels. What is left over at the right and lower edge is not used.

    Returns
    -------
    numpy.ndarray of float, shape (n_pictures, n_features)
        For pictures of 25 x 25 pixels and cells of 5, 576 features.

    Raises
    ------
    ValueError
        If `pictures` are none, or have different sizes, or are too small for 2 x 2 cells.

    References
    ----------
    Dalal, N. and Triggs, B. (2005). Histograms of oriented gradients for human detection. CVPR 2005, 886-893.
    """
    pictures = as_stack(pictures)
    if not (isinstance(cell, (int, np.integer)) and cell >= 2):
        raise ValueError(f"cell is {cell!r}; give the side of a cell as a whole number of pixels, 2 or more.")
    if min(pictures.shape[1:]) < _BLOCK * cell:
        raise ValueError(
            f"The pictures have {size_words(pictures[0])} pixels; cells of {cell} pixels need at least "
            f"{_BLOCK * cell} x {_BLOCK * cell}."
        )
    sizes = {"pixels_per_cell": (cell, cell), "cells_per_block": (_BLOCK, _BLOCK)}
    return np.array([hog(picture, orientations=9, block_norm="L2-Hys", **sizes) for picture in pictures])


def roughness(pictures):
    """Return how much neighbouring pixels differ: one number that knows nothing of what is in a picture.

    Parameters
    ----------
    pictures : iterable of array_like, or numpy.ndarray of shape (n_pictures, height, width)
        All of one size, at least 3 pixels high.

    Returns
    -------
    numpy.ndarray of float, shape (n_pictures, 1)
        The mean distance of a pixel's grey from what its neighbours above and below let expect, times two: the mean
        absolute second difference. 0 for a plain surface or an even shade.

    Raises
    ------
    ValueError
        If `pictures` are none, have different sizes, or are less than 3 pixels high.
    """
    pictures = as_stack(pictures)
    if pictures.shape[1] < 3:
        raise ValueError(
            f"The pictures are {pictures.shape[1]} pixels high; at least 3 are needed to compare."
        )
    return np.abs(np.diff(pictures, n=2, axis=1)).mean(axis=(1, 2))[:, None]
