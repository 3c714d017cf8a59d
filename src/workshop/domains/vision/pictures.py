"""Pictures: read from a file, checked, brought to one shade of grey a pixel, and written for a page."""

import io
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from skimage.color import rgb2gray, rgba2rgb

LARGEST = 4_000_000  # pixels; a picture of the course has a few thousand
_KINDS = ("PNG", "JPEG", "BMP")
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


def as_grey(picture):
    """Return a picture as shades of grey.

    Parameters
    ----------
    picture : array_like, shape (height, width), (height, width, 3) or (height, width, 4)
        Grey, red-green-blue, or that with transparency; whole numbers from 0 to 255 of the type uint8, fractions from
        0 (black) to 1 (white), or True and False. What is transparent is shown on white.

    Returns
    -------
    numpy.ndarray of float64, shape (height, width)
        From 0 (black) to 1 (white). Colours count as the eye sees them (ITU-R BT.709), as in skimage's ``rgb2gray``.

    Raises
    ------
    ValueError
        If it is no picture, is empty or too large, or holds values out of range.
    """
    values = _numbers(picture)
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (3, 4)):
        raise ValueError(
            f"An array of the shape {values.shape} is no picture; give rows and columns, and 3 or 4 channels if it "
            "has colour."
        )
    _check_size(*values.shape[:2])
    values = _fractions(values)
    if values.ndim == 2:
        return values
    # Rounding may carry a sum of channels a hair above white.
    return np.clip(rgb2gray(rgba2rgb(values) if values.shape[2] == 4 else values), 0.0, 1.0)


def as_stack(pictures):
    """Return pictures of one size as one array.

    Parameters
    ----------
    pictures : iterable of array_like, or numpy.ndarray of shape (n_pictures, height, width)
        As `as_grey` takes them, for instance the column ``picture`` of a table.

    Returns
    -------
    numpy.ndarray of float64, shape (n_pictures, height, width)
        From 0 (black) to 1 (white).

    Raises
    ------
    ValueError
        If there are no pictures, one of them is no picture, or their sizes differ.
    """
    if isinstance(pictures, np.ndarray) and pictures.dtype != object:
        if pictures.ndim != 3 or not len(pictures):
            raise ValueError(
                f"An array of the shape {pictures.shape} is no stack of pictures; it needs at least one picture, and "
                "rows and columns of pixels for each."
            )
        _check_size(*pictures.shape[1:])
        return _fractions(_numbers(pictures))
    if not isinstance(pictures, Iterable):
        raise ValueError(
            f"{type(pictures).__name__} is no collection of pictures; give a list of them, or a column of a table."
        )
    pictures = [as_grey(picture) for picture in pictures]
    if not pictures:
        raise ValueError("There are no pictures; give at least one.")
    sizes = {size_words(picture) for picture in pictures}
    if len(sizes) > 1:
        raise ValueError(
            f"The pictures have different sizes ({', '.join(sorted(sizes)[:3])} pixels); bring all to one size, for "
            "instance with skimage.transform.resize."
        )
    return np.stack(pictures)


def size_words(picture):
    """Return the size of a picture in words, width first: "25 x 20"."""
    height, width = picture.shape[:2]
    return f"{width} x {height}"


def read(source):
    """Return the picture in a file as shades of grey.

    Parameters
    ----------
    source : str, pathlib.Path or bytes
        A PNG, JPEG or BMP file, or its content. A camera's note of how it was held is obeyed.

    Returns
    -------
    numpy.ndarray of float64, shape (height, width)
        From 0 (black) to 1 (white).

    Raises
    ------
    ValueError
        If the file is missing, empty, no picture, cut or too large.
    """
    name, stream = _stream(source)
    with stream, warnings.catch_warnings():
        # Pillow's warning of a picture that unpacks to far too much; the size is checked here, and more strictly.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(stream, formats=_KINDS) as image:
                width, height = image.size
                if width * height <= LARGEST:
                    values = _values(image)
        except _UNREADABLE as error:
            if isinstance(error, Image.DecompressionBombError):
                raise ValueError(f"{name} is too large to be read; make the picture smaller.") from None
            raise ValueError(
                f"{name} can't be read as a picture; give a whole PNG, JPEG or BMP file."
            ) from None
    _check_size(height, width)
    return as_grey(values)


def encode(picture):
    """Return a picture as the bytes of a grey PNG file of 8 bits; the same picture gives the same bytes.

    Parameters
    ----------
    picture : array_like
        As `as_grey` takes it.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        As `as_grey`.
    """
    file = io.BytesIO()
    Image.fromarray(np.rint(255 * as_grey(picture)).astype(np.uint8)).save(file, format="PNG")
    return file.getvalue()


def _numbers(picture):
    try:
        values = np.asarray(picture)
    except ValueError:  # rows of different lengths
        raise ValueError("The picture has rows of different lengths; give every row the same.") from None
    if values.dtype.kind not in "buif":
        raise ValueError(
            f"A {type(picture).__name__} is no picture; give an array of numbers, or read a file with `read`."
        )
    return values


def _check_size(height, width):
    if not height * width:
        raise ValueError("The picture is empty; it needs at least one pixel.")
    if height * width > LARGEST:
        raise ValueError(
            f"The picture has {height * width:,} pixels; at most {LARGEST:,} can be used, so make it smaller."
        )


def _fractions(values):
    """Return values as float64 from 0 to 1."""
    if values.dtype == np.uint8:
        return values / 255
    if values.dtype.kind in "ui":
        raise ValueError(
            f"A picture of the type {values.dtype.name} has no known white; give uint8 (0 to 255) or fractions from 0 "
            "to 1."
        )
    values = values.astype(np.float64)
    if not np.isfinite(values).all():
        raise ValueError("The picture holds values that are no numbers (NaN or infinite); load it again.")
    if values.min() < 0 or values.max() > 1:
        raise ValueError(
            f"The picture holds values from {values.min():.3g} to {values.max():.3g}; give fractions from 0 (black) to "
            "1 (white)."
        )
    return values


def _stream(source):
    """Return how to call the source in a sentence, and its content as an open stream."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        name, stream = "The picture", io.BytesIO(source)
    elif isinstance(source, (str, Path)):
        path = Path(source).expanduser()
        name = f"The file {path}"
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            raise ValueError(f"There is no file {path}; check the path.") from None
        except (OSError, ValueError) as error:  # the latter for a name with a zero byte
            reason = getattr(error, "strerror", None) or error
            raise ValueError(f"{name} can't be opened ({reason}); check its path and permissions.") from None
    else:
        raise ValueError(
            f"A {type(source).__name__} can't be read; give a path or the bytes of a file, or use as_grey."
        )
    if not stream.read(1):
        stream.close()
        raise ValueError(f"{name} is empty (0 bytes); save or copy it again.")
    stream.seek(0)
    return name, stream


def _values(image):
    """Return the pixels of an opened image as `as_grey` takes them."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # grey of 16 bits
        return np.asarray(image) / (2**16 - 1)
    if image.has_transparency_data:
        return np.asarray(image.convert("RGBA"))
    return np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
