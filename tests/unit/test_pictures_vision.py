"""Pictures as shades of grey, from arrays and from files: what is taken, and what is refused in a sentence."""

import io
import struct
import zlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from workshop.domains.vision import pictures
from workshop.domains.vision.features import hog_features, roughness
from workshop.domains.vision.pictures import as_grey, as_stack, encode, read

SHADES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=30))


def saved(values, kind="PNG", mode=None, **options):
    file = io.BytesIO()
    image = Image.fromarray(values) if mode is None else Image.fromarray(values).convert(mode)
    image.save(file, format=kind, **options)
    return file.getvalue()


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


# From arrays


@given(SHADES)
def test_bytes_fractions_and_grey_colours_are_one_picture(shades):
    grey = as_grey(shades)
    assert grey.dtype == np.float64
    assert grey.shape == shades.shape
    assert np.array_equal(grey, shades / 255)
    assert np.array_equal(as_grey(shades / 255), grey)
    assert np.allclose(as_grey(np.dstack([shades] * 3)), grey, atol=1e-12)
    opaque = np.dstack([shades] * 3 + [np.full_like(shades, 255)])
    assert np.allclose(as_grey(opaque), grey, atol=1e-12)
    clear = np.dstack([shades] * 3 + [np.zeros_like(shades)])
    assert (as_grey(clear) == 1).all()  # nothing but the white below it


@given(arrays(np.float64, (4, 5, 3), elements=st.floats(0, 1)))
def test_colours_count_as_the_eye_sees_them(colours):
    expected = colours @ [0.2125, 0.7154, 0.0721]  # ITU-R BT.709, as skimage rounds it
    assert np.allclose(as_grey(colours), expected, atol=1e-9)
    assert 0 <= as_grey(colours).min() <= as_grey(colours).max() <= 1


def test_true_is_white():
    assert as_grey(np.eye(3, dtype=bool)).tolist() == np.eye(3).tolist()


def test_a_picture_is_the_callers_own():
    picture = np.full((4, 4), 0.5)
    as_grey(picture)[0, 0] = 1
    as_stack(picture[None])[0, 0, 0] = 1
    assert (picture == 0.5).all()


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ("face.png", "A str is no picture"),
        (None, "A NoneType is no picture"),
        ([["a", "b"]], "is no picture"),
        ([[0.1, 0.2], [0.3]], "rows of different lengths"),
        (np.array([[object()]]), "is no picture"),
        (0.5, r"shape \(\) is no picture"),
        (np.zeros(9), r"shape \(9,\) is no picture"),
        (np.zeros((4, 4, 2)), "is no picture"),
        (np.zeros((4, 4, 5)), "is no picture"),
        (np.zeros((2, 4, 4, 3)), "is no picture"),
        (np.zeros((0, 4)), "is empty"),
        (np.zeros((4, 0, 3)), "is empty"),
        (np.array([[0.1, np.nan]]), "no numbers"),
        (np.array([[0.1, np.inf]]), "no numbers"),
        (np.array([[0.0, 1.01]]), "from 0 to 1.01; give fractions"),
        (np.array([[-0.1, 1.0]]), "give fractions"),
        (np.array([[0.0, 255.0]]), "give fractions"),
        (np.array([[0, 255]], dtype=np.int64), "int64 has no known white"),
        (np.zeros((4, 4), dtype=np.uint16), "uint16 has no known white"),
        (np.zeros((4, 4), dtype=complex), "is no picture"),
    ],
)
def test_what_is_no_picture_is_refused(picture, words):
    with pytest.raises(ValueError, match=words):
        as_grey(picture)
    with pytest.raises(ValueError):  # noqa: PT011 - in whatever words
        as_stack([picture])


def test_a_picture_too_large_is_refused_before_it_is_worked_on():
    with pytest.raises(ValueError, match=r"has 9,000,000 pixels; at most 4,000,000"):
        as_grey(np.broadcast_to(np.uint8(3), (3000, 3000)))


def test_pictures_of_one_size_become_a_stack():
    column = pd.Series([np.full((3, 4), 0.2), np.full((3, 4), 51, dtype=np.uint8)], index=["a", "b"])
    assert np.allclose(as_stack(column), 0.2)
    assert as_stack(column).shape == (2, 3, 4)
    assert np.array_equal(as_stack(np.stack([*column[:1]])), as_stack([*column[:1]]))


@pytest.mark.parametrize(
    ("stack", "words"),
    [
        ([], "There are no pictures"),
        (np.zeros((0, 5, 5)), "is no stack"),
        (np.zeros((5, 5)), r"shape \(5, 5\) is no stack"),
        (np.zeros((2, 0, 5)), "is empty"),
        ([np.zeros((5, 5)), np.zeros((5, 6))], r"different sizes \(5 x 5, 6 x 5 pixels\)"),
        (None, "NoneType is no collection of pictures; give a list"),
        (7, "int is no collection of pictures"),
        (np.full((1, 5, 5), np.nan), "no numbers"),
        (np.full((1, 5, 5), 2.0), "give fractions"),
    ],
)
def test_what_is_no_stack_is_refused(stack, words):
    with pytest.raises(ValueError, match=words):
        as_stack(stack)


# Files


@given(SHADES)
@settings(max_examples=50)
def test_what_is_written_is_read_again(shades):
    file = encode(shades)
    assert file == encode(shades / 255)
    assert np.array_equal(read(file), shades / 255)


def test_kinds_and_modes_of_files_are_read_alike(tmp_path):
    shades = noise(20, 30)
    path = tmp_path / "Kennzeichen äö 1.png"
    path.write_bytes(saved(shades))
    for source in (
        path,
        str(path),
        saved(shades, "BMP"),
        saved(shades, mode="RGB"),
        saved(shades, mode="RGBA"),
    ):
        assert np.allclose(read(source), shades / 255, atol=1e-12)
    assert np.allclose(read(saved(shades, mode="LA")), shades / 255, atol=1e-12)
    assert np.allclose(read(saved(shades, mode="P")), shades / 255, atol=1e-12)
    assert np.array_equal(read(saved(shades > 99)), shades > 99)
    deep = shades.astype(np.uint16) * 257
    assert np.allclose(read(saved(deep)), shades / 255, atol=1e-12)
    smooth = np.tile(np.arange(40, 200, 4, dtype=np.uint8), (16, 1))
    assert np.abs(read(saved(smooth, "JPEG", quality=95)) - smooth / 255).max() < 0.02


def test_what_is_transparent_in_a_file_is_shown_on_white():
    shades = np.dstack([noise(6, 6)] * 3 + [np.zeros((6, 6), dtype=np.uint8)])
    assert (read(saved(shades)) == 1).all()
    palette = Image.fromarray(np.zeros((4, 4), dtype=np.uint8)).convert("P")
    file = io.BytesIO()
    palette.save(file, format="PNG", transparency=0)
    assert (read(file.getvalue()) == 1).all()


def test_a_photograph_is_turned_as_the_camera_was_held():
    shades = np.tile(np.arange(0, 240, 8, dtype=np.uint8), (16, 1))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera stood on its side
    turned = read(saved(shades, "JPEG", quality=95, exif=exif))
    assert turned.shape == (30, 16)
    assert np.abs(turned - np.rot90(shades / 255, -1)).max() < 0.03


def bomb(width, height):
    """Return a small PNG whose header claims a giant picture."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (20_000, 9_000), (11_000, 10_000), (2001, 2000)])
@pytest.mark.filterwarnings("error")
def test_a_decompression_bomb_is_refused_unopened(size, monkeypatch):
    monkeypatch.setattr(pictures, "_values", lambda image: pytest.fail("it was unpacked"))
    with pytest.raises(ValueError, match=r"too large|at most 4,000,000"):
        read(bomb(*size))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"just some text\n", "can't be read as a picture"),
        (saved(noise(50, 50))[:-40], "can't be read as a picture"),
        (saved(noise(50, 50))[:30], "can't be read as a picture"),
        (saved(noise(60, 60), "JPEG")[:900], "can't be read as a picture"),
        (saved(noise(50, 50), "GIF"), "give a whole PNG, JPEG or BMP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "can't be read as a picture"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(tmp_path, content, words):
    path = tmp_path / "plate.png"
    path.write_bytes(content)
    for source in (path, content):
        with pytest.raises(ValueError, match=words):
            read(source)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"There is no file .*nowhere\.png; check"):
        read(tmp_path / "nowhere.png")
    with pytest.raises(ValueError, match="can't be opened"):
        read(tmp_path)
    with pytest.raises(ValueError, match="can't be opened"):
        read("a\0b.png")
    for source in (3, None, np.zeros((3, 3))):
        with pytest.raises(ValueError, match="can't be read; give a path"):
            read(source)


@given(st.integers(0, 10_000), st.integers(1, 255), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_refused_in_a_sentence_or_read_as_a_picture(place, flip, jpeg):
    content = bytearray(saved(noise(24, 24), "JPEG" if jpeg else "PNG"))
    content[place % len(content)] ^= flip
    picture = told = None
    try:
        picture = read(bytes(content))
    except ValueError as error:
        told = str(error)
    if picture is None:
        assert told.endswith(".")
    else:
        assert picture.ndim == 2
        assert 0 <= picture.min() <= picture.max() <= 1


# Features


@given(arrays(np.float64, (2, 20, 24), elements=st.floats(0, 1)))
@settings(max_examples=25, deadline=None)
def test_features_are_finite_and_one_row_for_each_picture(stack):
    found = hog_features(stack, cell=5)
    assert found.shape == (2, 3 * 3 * 2 * 2 * 9)
    assert np.isfinite(found).all()
    assert np.array_equal(hog_features([stack[1]]), found[1:])


def test_features_tell_the_direction_of_edges_not_their_strength():
    upright = np.tile(np.linspace(0, 1, 20), (20, 1))
    first, weak, turned = hog_features([upright, 0.1 + 0.2 * upright, upright.T])
    assert np.allclose(first, weak, atol=1e-3)
    assert np.abs(first - turned).max() > 0.3
    assert not hog_features(np.full((1, 20, 20), 0.4)).any()


def test_roughness_is_the_mean_second_difference():
    stripes = np.tile([[0.0], [1.0]], (5, 8))
    plain, shade = np.full((10, 8), 0.3), np.tile(np.linspace(0, 1, 10)[:, None], 8)
    assert np.allclose(roughness([stripes, plain, shade]), [[2], [0], [0]])


@pytest.mark.parametrize(
    ("stack", "cell", "words"),
    [
        (np.zeros((1, 9, 30)), 5, r"have 30 x 9 pixels; cells of 5 pixels need at least 10 x 10"),
        (np.zeros((1, 30, 15)), 8, "need at least 16 x 16"),
        (np.zeros((1, 30, 30)), 1, "cell is 1"),
        (np.zeros((1, 30, 30)), 2.5, "cell is 2.5"),
        ([], 5, "no pictures"),
    ],
)
def test_pictures_too_small_for_features_are_refused(stack, cell, words):
    with pytest.raises(ValueError, match=words):
        hog_features(stack, cell)


def test_pictures_too_low_for_roughness_are_refused():
    with pytest.raises(ValueError, match="2 pixels high"):
        roughness(np.zeros((1, 2, 9)))
