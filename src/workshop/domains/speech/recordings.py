"""Recordings: read from a file, checked, brought to one rate, and written for a player."""

import io
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
from scipy.signal import resample_poly

RATE = 16_000  # samples a second of every recording that `read` and `from_samples` return
RATES = (8_000, 192_000)  # what a source may have: from a telephone's to a studio's
SHORTEST, LONGEST = 0.1, 60.0  # seconds
SILENCE = 1e-3  # of full scale, 60 dB below it: what never gets louder holds no speech that can be judged
MOST_CLIPPED = 0.01  # share of the samples
SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".aif", ".aiff")
_LONGEST_PIECE = 3600  # seconds; an hour of samples still fits into memory
_MOST_CHANNELS = 8
_LARGEST = 2.0  # of full scale: a lossy codec may overshoot a little; more says that the scale is another
# The largest value a coding can hold, of full scale: 8 bits, and the two laws of telephony (ITU-T G.711).
_TOPS = {"PCM_U8": 127 / 128, "PCM_S8": 127 / 128, "ULAW": 32_124 / 2**15, "ALAW": 32_256 / 2**15}
_TOP = (2**15 - 1) / 2**15


class Recording(NamedTuple):
    """Sound of one channel; ``mfcc(*recording)`` hands both parts on.

    Attributes
    ----------
    samples : numpy.ndarray of float32, shape (n_samples,)
        Full scale is -1 to 1.
    rate : int
        Samples a second.
    """

    samples: np.ndarray
    rate: int

    @property
    def seconds(self):
        """How long it is."""
        return len(self.samples) / self.rate


def read(source, shortest=SHORTEST, longest=LONGEST, most_clipped=MOST_CLIPPED):
    """Return a recording as 16 kHz mono, if it is one that can be judged.

    Channels are averaged. Everything that would make a model's answer meaningless is refused here.

    Parameters
    ----------
    source : str, pathlib.Path or bytes
        A file of any kind that libsndfile reads (WAV, FLAC, MP3, Ogg, AIFF), or its content.
    shortest, longest : float
        Seconds that it may take; 0.1 and 60 by default.
    most_clipped : float, default 0.01
        Share of the samples that may stand at full scale; 1 to accept any. Overload that was turned down
        afterwards can't be seen this way.

    Returns
    -------
    Recording

    Raises
    ------
    ValueError
        The file is missing, empty, unreadable, no sound, too short, too long, silent, clipped, of an unusual rate,
        or holds values that are no numbers.
    """
    _check_limits(shortest, longest)
    name, stream = _stream(source)
    with stream:
        try:
            with soundfile.SoundFile(stream) as file:
                rate, top = file.samplerate, _TOPS.get(file.subtype, _TOP)
                # A header may lie about the length, so no more is read than may be there.
                samples = file.read(int(longest * rate) + 1, dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, TypeError) as error:  # the latter for a name that ends in .raw
            reason = getattr(error, "error_string", "it has no header").rstrip(".")
            raise ValueError(
                f"{name} can't be read as sound ({reason}); give a whole WAV, FLAC, MP3, Ogg or AIFF file."
            ) from None
    return _recording(samples, rate, name, top, shortest, longest, most_clipped)


def read_folder(folder, **limits):
    """Return the recordings of a folder and the folders in it.

    Parameters
    ----------
    folder : str or pathlib.Path
    **limits
        As for `read`.

    Returns
    -------
    dict of str to Recording
        By path inside the folder, in alphabetical order.

    Raises
    ------
    ValueError
        There is no such folder, no sound file in it, or one of them is refused by `read`.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}; check the path.")
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not files:
        raise ValueError(f"The folder {folder} holds no sound file; put {', '.join(SUFFIXES)} files there.")
    return {path.relative_to(folder).as_posix(): read(path, **limits) for path in files}


def from_samples(samples, rate, shortest=SHORTEST, longest=LONGEST, most_clipped=MOST_CLIPPED):
    """Return samples that are already in memory as a 16 kHz mono recording, checked as `read` does.

    Parameters
    ----------
    samples : array_like, shape (n_samples,) or (n_samples, n_channels)
        Numbers from -1 to 1, or whole numbers of 8 bits (unsigned), 16 or 32 bits as a WAV file holds them.
    rate : int
        Samples a second, 8,000 to 192,000. A wrong rate in this range can't be told from the samples; speech then
        sounds too fast or too slow.
    shortest, longest, most_clipped : float
        As for `read`.

    Returns
    -------
    Recording

    Raises
    ------
    ValueError
        As for `read`, and if `samples` has another shape or scale.
    """
    _check_limits(shortest, longest)
    values = np.asarray(samples)
    if values.ndim not in (1, 2) or values.dtype.kind not in "iuf":
        raise ValueError("The samples must be numbers in one row, or in one column for each channel.")
    columns = values[:, None] if values.ndim == 1 else values
    if columns.shape[1] > _MOST_CHANNELS:
        raise ValueError(f"The samples have {columns.shape[1]:,} columns; give one column for each channel.")
    columns, top = _on_full_scale(columns)
    return _recording(columns, rate, "The recording", top, shortest, longest, most_clipped)


def encode(samples, rate=RATE, kind="FLAC"):
    """Return samples as the bytes of a 16-bit sound file, for a player or to keep.

    Samples beyond full scale are turned down together, so that the player doesn't clip what was not clipped.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    rate : int, default 16000
    kind : {"FLAC", "WAV"}

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the samples are not one row of finite numbers, or there is no such kind.
    """
    samples = checked(samples, rate)
    if kind not in ("FLAC", "WAV"):
        raise ValueError(f"A recording can't be written as {kind!r}; choose FLAC or WAV.")
    file = io.BytesIO()
    soundfile.write(file, samples / max(1.0, np.abs(samples).max()), rate, format=kind, subtype="PCM_16")
    return file.getvalue()


def checked(samples, rate=RATE):
    """Return samples as one row of float64, if every function of this package can work with them.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    rate : int

    Raises
    ------
    ValueError
        If they are not one row of finite numbers, there are none, or the rate is unusual.
    """
    check_rate(rate)
    samples = np.asarray(samples)
    if samples.ndim != 1 or samples.dtype.kind not in "iuf":
        raise ValueError("The samples must be one row of numbers; `read` makes one of several channels.")
    if not len(samples):
        raise ValueError("The recording is empty; it needs at least one sample.")
    samples = samples.astype(np.float64)
    if not np.isfinite(samples).all():
        raise ValueError("The recording holds values that are no numbers (NaN or infinite); record it again.")
    return samples


def check_rate(rate):
    """Raise a ValueError unless `rate` is a whole number of samples a second from 8,000 to 192,000."""
    lowest, highest = RATES
    if not isinstance(rate, (int, np.integer)) or isinstance(rate, bool) or not lowest <= rate <= highest:
        raise ValueError(
            f"The rate is {rate!r}; give samples a second as a whole number from {lowest:,} to {highest:,}."
        )


def _stream(source):
    """Return how to call the source in a sentence, and its content as an open stream."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        stream = io.BytesIO(source)
        name, empty = "The recording", not stream.getbuffer().nbytes
    elif isinstance(source, (str, Path)):
        path = Path(source).expanduser()
        name = f"The file {path}"
        if path.is_dir():
            raise ValueError(f"{path} is a folder; read it with read_folder, or name one of its files.")
        try:
            stream, empty = path.open("rb"), not path.stat().st_size
        except FileNotFoundError:
            raise ValueError(f"There is no file {path}; check the path.") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ValueError(f"{name} can't be opened ({reason}); check its path and permissions.") from None
    else:
        raise ValueError(
            f"A {type(source).__name__} can't be read; give a path or the bytes of a file, or use from_samples."
        )
    if empty:
        stream.close()
        raise ValueError(f"{name} is empty (0 bytes); record or copy it again.")
    return name, stream


def _on_full_scale(values):
    """Return samples as float32 on a scale of -1 to 1, and the largest value they could have."""
    kind = values.dtype.name
    if kind == "uint8":
        return ((values.astype(np.float32) - 128) / 128), 127 / 128
    if kind in ("int16", "int32"):
        return (values / -float(np.iinfo(kind).min)).astype(np.float32), _TOP
    if values.dtype.kind != "f":
        raise ValueError(f"Samples of the type {kind} have no known scale; give numbers from -1 to 1.")
    return values.astype(np.float32), _TOP


def _recording(samples, rate, name, top, shortest, longest, most_clipped):
    """Check samples of shape (n_samples, n_channels), mix them down and bring them to `RATE`."""
    check_rate(rate)
    if not samples.size:
        raise ValueError(f"{name} holds no sound; record it again.")
    if not np.isfinite(samples).all():
        raise ValueError(f"{name} holds values that are no numbers (NaN or infinite); record it again.")
    if np.abs(samples).max() > _LARGEST:
        raise ValueError(
            f"{name} holds values up to {np.abs(samples).max():,.0f}; divide them so that full scale is -1 to 1."
        )
    _check_length(len(samples) / rate, name, shortest, longest)
    clipped = np.mean((np.abs(samples) >= top).any(axis=1))
    if clipped > most_clipped:
        raise ValueError(
            f"{name} is clipped: {100 * clipped:.0f}% of its samples stand at full scale, so the loud parts are cut "
            "off; record it again at a lower level, or allow it with most_clipped."
        )
    mono = samples.mean(axis=1)
    if np.abs(mono - mono.mean()).max() < SILENCE:
        _raise_silent(samples, name)
    divisor = math.gcd(RATE, int(rate))
    mono = resample_poly(mono, RATE // divisor, int(rate) // divisor)
    return Recording(mono.astype(np.float32, copy=False), RATE)


def _check_limits(shortest, longest):
    if not 0 <= shortest <= longest <= _LONGEST_PIECE:
        raise ValueError(
            f"shortest is {shortest} and longest is {longest}; give seconds, rising, from 0 to {_LONGEST_PIECE:,}."
        )


def _check_length(seconds, name, shortest, longest):
    if seconds < shortest:
        raise ValueError(
            f"{name} lasts {seconds:.2f} seconds, too short to judge; at least {shortest:g} are needed."
        )
    if seconds > longest:
        raise ValueError(f"{name} lasts over {longest:g} seconds, too long for one piece; cut it into parts.")


def _raise_silent(samples, name):
    if np.ptp(samples, axis=0).max() >= 2 * SILENCE:
        raise ValueError(
            f"The channels of {name[0].lower() + name[1:]} cancel each other (one is the other upside down); "
            "give one channel."
        )
    raise ValueError(f"{name} is silent; check the microphone and record it again.")
