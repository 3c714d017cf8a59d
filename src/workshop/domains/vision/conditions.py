"""What light, lens, angle of view and dirt do to a picture, done to a picture that was taken well.

Every function takes one grey picture or a stack of them, with values from 0 (no light) to 1 (as bright as the sensor
can tell), and returns new ones of the same size; the same seed gives the same pictures. The values are taken for
amounts of light: a real camera bends them into its own curve first, so a stop here is about, not exactly, a stop there.
"""

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.transform import ProjectiveTransform, resize, warp

from workshop.domains.vision.pictures import as_grey, as_stack, size_words

DISTANCE = 8.0  # of the camera that looks from the side, in widths of what it looks at
DIRT, COVER = 0.4, 0.85  # grey of dirt, and how much of what is below it hides
_STOPS, _STEEPEST, _MOST_DIRT, _MOST_NOISE = (-8.0, 8.0), 80.0, 0.9, 0.5
_BLOTCH = 1 / 12  # of the picture's height: how coarse the dirt is


def exposure(pictures, stops, noise=0.0, seed=0):
    """Give a picture more or less light, as a longer or a shorter exposure does.

    Parameters
    ----------
    pictures : array_like, shape (height, width) or (n_pictures, height, width)
        As `as_grey` and `as_stack` of `workshop.domains.vision.pictures` take them.
    stops : float
        Each stop doubles the light, each stop below 0 halves it; -8 to 8. What goes beyond 1 is clipped.
    noise : float, default 0
        Standard deviation of the sensor's noise, 0 to 0.5. It is added after the light, so it drowns dark pictures.
    seed : int, default 0
        Of the noise.

    Returns
    -------
    numpy.ndarray of float32, of the same shape
        From 0 to 1.

    Raises
    ------
    ValueError
        If there is no picture, or a number is out of its range.
    """
    pictures = _checked(pictures)
    stops = _number("stops", stops, *_STOPS)
    noise = _number("noise", noise, 0, _MOST_NOISE)
    lit = pictures * np.float32(2**stops)
    if noise:
        lit += np.float32(noise) * _normal(lit.shape, seed)
    return np.clip(lit, 0, 1, out=lit)


def blur(pictures, sigma):
    """Blur a picture evenly, as a lens does that is out of focus (motion would blur along its own direction only).

    Parameters
    ----------
    pictures : array_like, shape (height, width) or (n_pictures, height, width)
        As `as_grey` and `as_stack` of `workshop.domains.vision.pictures` take them.
    sigma : float
        Standard deviation of the Gaussian, in pixels: 0 to a quarter of the shorter side.

    Returns
    -------
    numpy.ndarray of float32, of the same shape

    Raises
    ------
    ValueError
        As `exposure`.
    """
    pictures = _checked(pictures)
    sigma = _number("sigma", sigma, 0, min(pictures.shape[-2:]) / 4)
    return gaussian_filter(pictures, sigma, mode="nearest", axes=(-2, -1))


def turn(pictures, degrees):
    """Look at a flat thing from the side, and stretch what is seen to the size of the picture again.

    Seen from the side it is narrower, so fewer pixels of the sensor see it, and its far end is lower than its near end.
    The camera is 8 widths of the picture away.

    Parameters
    ----------
    pictures : array_like, shape (height, width) or (n_pictures, height, width)
        What is on the flat thing, seen from the front.
    degrees : float
        Between the line of sight and the front: -80 to 80. Above 0 the right end is the far one.

    Returns
    -------
    numpy.ndarray of float32, of the same shape

    Raises
    ------
    ValueError
        As `exposure`.
    """
    pictures = _checked(pictures)
    degrees = _number("degrees", degrees, -_STEEPEST, _STEEPEST)
    if not degrees:
        return pictures
    height, width = pictures.shape[-2:]
    # scikit-image warps the first two axes, and all that is in the third at once.
    flat = np.moveaxis(pictures.reshape(-1, height, width), 0, -1)
    seen = max(2, round(width * np.cos(np.radians(degrees))))
    narrow = resize(flat, (height, seen), order=1, anti_aliasing=True)
    back = _back_to_front(np.radians(degrees), height, width, seen)
    turned = warp(narrow, back, output_shape=(height, width), order=1, mode="edge")
    return np.clip(np.moveaxis(turned, -1, 0).reshape(pictures.shape), 0, 1).astype(np.float32)


def dirt(pictures, share, seed=0):
    """Cover a share of a picture with blotches of dirt that let little of it through.

    Parameters
    ----------
    pictures : array_like, shape (height, width) or (n_pictures, height, width)
        As `as_grey` and `as_stack` of `workshop.domains.vision.pictures` take them.
    share : float
        Of the pixels, 0 to 0.9. With more of it the same blotches grow.
    seed : int, default 0
        Of the places; each picture of a stack has its own.

    Returns
    -------
    numpy.ndarray of float32, of the same shape

    Raises
    ------
    ValueError
        As `exposure`.
    """
    pictures = _checked(pictures)
    share = _number("share", share, 0, _MOST_DIRT)
    covered = round(share * pictures.shape[-2] * pictures.shape[-1])
    if not covered:
        return pictures
    sigma = _BLOTCH * pictures.shape[-2]
    field = gaussian_filter(_normal(pictures.shape, seed), sigma, mode="nearest", axes=(-2, -1))
    rank = field.reshape(*field.shape[:-2], -1)
    least = np.partition(rank, -covered, axis=-1)[..., -covered, None, None]
    return np.where(field >= least, pictures + COVER * (np.float32(DIRT) - pictures), pictures)


def _checked(pictures):
    """Return a copy of a picture or of a stack of them as float32."""
    checked = as_stack(pictures) if _is_stack(pictures) else as_grey(pictures)
    if min(checked.shape[-2:]) < 2:
        raise ValueError(
            f"The picture has {size_words(checked.T)} pixels; at least 2 x 2 are needed to change its light."
        )
    return np.array(checked, dtype=np.float32)


def _is_stack(pictures):
    try:
        return np.ndim(pictures) not in (0, 2)
    except ValueError:  # of different sizes, as `as_stack` will say
        return True


def _number(name, value, low, high):
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not low <= number <= high:
        raise ValueError(f"{name} is {value!r}; give a number from {low:g} to {high:g}.")
    return number


def _normal(shape, seed):
    try:
        rng = np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(f"seed is {seed!r}; give a whole number, 0 or more.") from None
    return rng.standard_normal(shape, dtype=np.float32)


def _back_to_front(angle, height, width, seen):
    """Return the transform from a place in the picture to the place in the narrow picture that is seen there."""
    ends = np.array([-0.5, 0.5])  # of the flat thing, in its widths
    depth = DISTANCE + ends * np.sin(angle)
    tall = height * depth.min() / depth  # the near end fills the height
    corners = [
        (x * (width - 1), (height - 1) / 2 + side * (tall[x] - 1) / 2) for x in (0, 1) for side in (-1, 1)
    ]
    front = [(x * (seen - 1), y * (height - 1)) for x in (0, 1) for y in (0, 1)]
    return ProjectiveTransform.from_estimate(np.array(corners), np.array(front))
