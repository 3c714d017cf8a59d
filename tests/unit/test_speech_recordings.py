"""Recordings come in as 16 kHz mono, or with a sentence that says why not."""

import io
from contextlib import suppress

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.domains.speech.recordings import RATE, checked, encode, from_samples, read, read_folder

quick = settings(max_examples=40, deadline=None)


def tone(rate=RATE, seconds=0.5, hertz=440, level=0.5):
    return level * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)


def file_of(samples, rate=RATE, kind="WAV", subtype=None):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=kind, subtype=subtype)
    return file.getvalue()


def loudest_hertz(samples, rate=RATE):
    return np.argmax(np.abs(np.fft.rfft(samples * np.hanning(len(samples))))) * rate / len(samples)


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 48_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_rate_becomes_16_khz_mono(rate, channels):
    recording = read(file_of(np.stack([tone(rate)] * channels, axis=1), rate))
    assert recording.rate == RATE == 16_000
    assert recording.samples.dtype == np.float32
    assert recording.samples.shape == (8000,)
    assert recording.seconds == 0.5
    assert loudest_hertz(recording.samples) == pytest.approx(440, abs=2)
    middle = recording.samples[1000:-1000]
    np.testing.assert_allclose(np.sqrt(np.mean(middle**2)), 0.5 / np.sqrt(2), rtol=5e-3)


@pytest.mark.parametrize(
    ("kind", "subtype", "tolerance"),
    [
        ("WAV", "PCM_16", 1e-4),
        ("WAV", "PCM_24", 1e-6),
        ("WAV", "FLOAT", 1e-7),
        ("WAV", "ULAW", 0.02),
        ("WAV", "ALAW", 0.02),
        ("FLAC", "PCM_16", 1e-4),
        ("AIFF", "PCM_16", 1e-4),
        ("OGG", "VORBIS", 0.1),
        ("MP3", None, 0.1),
    ],
)
def test_every_kind_of_file_is_read(tmp_path, kind, subtype, tolerance):
    path = tmp_path / f"clip.{kind.lower()}"
    path.write_bytes(file_of(tone(), kind=kind, subtype=subtype))
    for source in (path, str(path), path.read_bytes()):
        samples = read(source).samples
        assert loudest_hertz(samples) == pytest.approx(440, abs=3)
        if len(samples) == 8000:
            np.testing.assert_allclose(samples, tone(), atol=tolerance)
        else:  # MP3 pads its ends
            assert kind == "MP3"


def test_channels_are_averaged():
    left, right = tone(hertz=300, level=0.4), tone(hertz=1000, level=0.2)
    mono = read(file_of(np.stack([left, right], axis=1), subtype="FLOAT")).samples
    np.testing.assert_allclose(mono, (left + right) / 2, atol=1e-6)


@quick
@given(st.integers(1600, 20_000), st.floats(0.01, 0.9), st.integers(0, 5))
def test_what_is_written_is_read_again(length, level, seed):
    samples = np.random.default_rng(seed).uniform(-level, level, length)
    for kind in ("FLAC", "WAV"):
        np.testing.assert_allclose(read(encode(samples, kind=kind)).samples, samples, atol=2**-15)


def test_too_loud_samples_are_turned_down_and_not_clipped():
    loud = tone(level=3.0)
    heard = read(encode(loud), most_clipped=1).samples
    np.testing.assert_allclose(heard, loud / np.abs(loud).max(), atol=2**-14)


def test_players_get_the_same_bytes_each_time():
    assert encode(tone()) == encode(tone())
    assert encode(tone(), kind="WAV")[:4] == b"RIFF"
    assert encode(tone())[:4] == b"fLaC"
    assert len(encode(tone())) < len(encode(tone(), kind="WAV"))


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(8000), "is silent; check the microphone"),
        (np.full(8000, 0.3), "is silent"),
        (1e-4 * tone(), "is silent"),
        (np.stack([tone(), -tone()], axis=1), "channels of the recording cancel each other"),
        (np.clip(3 * tone(level=1), -1, 1), r"is clipped: \d+% of its samples stand at full scale"),
        (np.stack([np.clip(9 * tone(), -1, 1), 0.1 * tone()], axis=1), "is clipped"),
        (np.append(tone(), np.nan), "no numbers"),
        (np.append(tone(), -np.inf), "no numbers"),
        (tone(seconds=0.05), r"lasts 0\.05 seconds, too short to judge; at least 0\.1"),
        (np.zeros((0, 1)), "holds no sound"),
    ],
)
@pytest.mark.parametrize("from_file", [True, False])
def test_what_cannot_be_judged_is_refused(samples, words, from_file):
    with pytest.raises(ValueError, match=words):
        read(file_of(samples, subtype="FLOAT")) if from_file else from_samples(samples, RATE)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "ULAW", "ALAW", "FLOAT"])
def test_clipping_is_seen_in_every_coding(subtype):
    clipped = np.clip(4 * tone(level=1), -1, 1)
    with pytest.raises(ValueError, match="is clipped"):
        read(file_of(clipped, subtype=subtype))
    assert len(read(file_of(clipped, subtype=subtype), most_clipped=1).samples) == 8000
    assert len(read(file_of(tone(level=0.9), subtype=subtype)).samples) == 8000


def test_too_long_is_refused_whatever_the_header_says():
    with pytest.raises(ValueError, match="lasts over 60 seconds, too long for one piece"):
        read(file_of(np.tile(tone(8000), 121), 8000))
    assert read(file_of(np.tile(tone(8000), 121), 8000), longest=61).seconds == 60.5
    lying = bytearray(file_of(tone()))
    lying[40:44] = (2**32 - 1).to_bytes(4, "little")
    assert len(read(bytes(lying)).samples) == 8000


@pytest.mark.parametrize("limits", [(2, 1), (-1, 1), (0.1, np.inf), (np.nan, 1), (0.1, 1e9)])
def test_limits_are_seconds(limits):
    words = {"shortest": limits[0], "longest": limits[1]}
    with pytest.raises(ValueError, match="give seconds, rising"):
        read(file_of(tone()), **words)
    with pytest.raises(ValueError, match="give seconds, rising"):
        from_samples(tone(), RATE, **words)


@pytest.mark.parametrize("rate", [0, -16_000, 4000, 1_000_000, 16_000.5, "16000", None, np.nan, True])
def test_a_wrong_rate_is_refused(rate):
    for call in (from_samples, checked, encode):
        with pytest.raises(ValueError, match="whole number from 8,000 to 192,000"):
            call(tone(), rate)


def test_a_file_with_a_wrong_rate_is_refused():
    with pytest.raises(ValueError, match="The rate is 2000"):
        read(file_of(tone(2000), 2000))


@pytest.mark.parametrize(
    "source", [b"", b"not a sound at all", b"RIFF", file_of(tone())[:30], file_of(tone(), kind="FLAC")[:60]]
)
def test_what_is_no_sound_is_refused(tmp_path, source):
    path = tmp_path / "clip.wav"
    path.write_bytes(source)
    for place in (source, path):
        with pytest.raises(
            ValueError, match=r"is empty \(0 bytes\)|can't be read as sound|holds no sound|too short"
        ):
            read(place)


def test_a_file_without_a_header_is_refused(tmp_path):
    path = tmp_path / "clip.raw"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(ValueError, match="can't be read as sound"):
        read(path)


@quick
@given(st.binary(max_size=200), st.integers(0, 60))
def test_damaged_bytes_give_a_sentence_or_a_recording(tail, kept):
    damaged = file_of(tone(), kind="FLAC")[:kept] + tail
    with suppress(ValueError):  # any other error fails the test
        assert np.isfinite(read(damaged).samples).all()


def test_a_missing_file_a_folder_and_what_is_no_path_are_told(tmp_path):
    with pytest.raises(ValueError, match=r"There is no file .*nowhere\.wav; check the path"):
        read(tmp_path / "nowhere.wav")
    with pytest.raises(ValueError, match="is a folder; read it with read_folder"):
        read(tmp_path)
    with pytest.raises(ValueError, match="can't be opened"):
        read("a\0b.wav")
    for source in (None, 3, tone(), [1, 2]):
        with pytest.raises(ValueError, match="give a path or the bytes of a file, or use from_samples"):
            read(source)


def test_a_folder_is_read_in_order_with_what_is_in_it(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.WAV").write_bytes(file_of(tone()))
    (tmp_path / "one.flac").write_bytes(file_of(tone(8000), 8000, "FLAC"))
    (tmp_path / "notes.txt").write_text("not a sound")
    recordings = read_folder(tmp_path)
    assert list(recordings) == ["b/two.WAV", "one.flac"]
    assert {recording.rate for recording in recordings.values()} == {RATE}
    with pytest.raises(ValueError, match=r"one\.flac lasts 0\.50 seconds, too short|two\.WAV lasts 0\.50"):
        read_folder(tmp_path, shortest=1)


def test_an_empty_or_missing_folder_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"holds no sound file; put \.wav"):
        read_folder(tmp_path)
    with pytest.raises(ValueError, match="There is no folder"):
        read_folder(tmp_path / "nowhere")
    (tmp_path / "bad.wav").write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"bad\.wav can't be read as sound"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("uint8", 1e-2), ("int16", 1e-4), ("int32", 1e-6), ("float32", 1e-7), ("float64", 1e-7)],
)
def test_samples_in_memory_keep_their_scale(dtype, tolerance):
    values = tone()
    if dtype == "uint8":
        values = np.round(values * 127) + 128
    elif dtype.startswith("int"):
        values = values * np.iinfo(dtype).max
    np.testing.assert_allclose(from_samples(values.astype(dtype), RATE).samples, tone(), atol=tolerance)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (20_000 * tone(), "holds values up to 20,000|divide them so that full scale is -1 to 1"),
        ((1e4 * tone()).astype("int64"), "the type int64 have no known scale"),
        (np.stack([tone()] * 2), "8,000 columns; give one column for each channel"),
        (tone().reshape(20, 20, 20), "in one row, or in one column for each channel"),
        (["a", "b"], "must be numbers"),
        (0.5, "must be numbers"),
        ([], "holds no sound"),
    ],
)
def test_samples_of_another_shape_or_scale_are_refused(samples, words):
    with pytest.raises(ValueError, match=words):
        from_samples(samples, RATE)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ([], "is empty"),
        (np.zeros((3, 2)), "one row of numbers"),
        ([1, np.nan], "no numbers"),
        (["a"], "one row of numbers"),
    ],
)
def test_checked_samples_are_one_row_of_numbers(samples, words):
    for call in (checked, encode):
        with pytest.raises(ValueError, match=words):
            call(samples)


def test_an_unknown_kind_of_file_is_refused():
    with pytest.raises(ValueError, match="choose FLAC or WAV"):
        encode(tone(), kind="MP3")
