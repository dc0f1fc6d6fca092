"""Encodes the raw audio of a call as one stereo FLAC, and measures it. Blocking; runs in a thread.

Raw means 8 kHz, 16 bits little-endian, interleaved: left the customer, right the agent. Memory does not grow with the
length of the call. The finished FLAC is decoded and compared with the raw file sample by sample before it is used,
because the raw file is removed later (requirement R2).
"""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from callcenter.recordings.rules import FRAME_BYTES
from callcenter.recordings.types import Channel, Encoded, Figures

RATE = 8000
"""Samples per second."""
PEAK_PARTS = 800
_WINDOW = 160
"""Samples (20 ms) of one window; a side of the call is heard in a window or it is not."""
_BLOCK = _WINDOW * 400
_HEARD = 10 ** (-45 / 20) * 32768
"""A window louder than -45 dBFS (RMS) is talk."""
_FLOOR_DB = -120.0

Samples = npt.NDArray[np.int16]


class EncodingError(Exception):
    """The FLAC does not decode to what the raw file holds. The raw file is untouched."""


def encode(raw: Path, flac: Path) -> Encoded:
    """Encodes ``raw`` into ``flac``, completely or not at all. Raises EncodingError, OSError.

    The raw file must not grow any more; trailing bytes of an incomplete sample are dropped and counted.
    """
    part = flac.with_suffix(".part")
    frames, dropped = divmod(raw.stat().st_size, FRAME_BYTES)
    measure = _Measure(frames)
    try:
        with (
            raw.open("rb") as source,
            soundfile.SoundFile(part, "w", samplerate=RATE, channels=2, format="FLAC", subtype="PCM_16") as target,
        ):
            left = frames
            while left:
                block = _read(source.read(min(left, _BLOCK) * FRAME_BYTES))
                if not len(block):
                    raise EncodingError("the raw file became shorter while it was read")
                target.write(block)
                measure.take(block)
                left -= len(block)
        _compare(raw, part, frames)
        _sync(part)
        sha256, size = hash_file(part)
        part.rename(flac)
        _sync(flac.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Encoded(
        sha256=sha256,
        size=size,
        duration=timedelta(seconds=frames / RATE),
        peaks=measure.peaks(),
        figures=measure.figures(dropped),
    )


def hash_file(file: Path) -> tuple[str, int]:
    """Returns a file's SHA-256 (hexadecimal) and its size in bytes."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest(), os.fstat(source.fileno()).st_size


def _read(data: bytes) -> Samples:
    whole = len(data) - len(data) % FRAME_BYTES
    return np.frombuffer(data[:whole], dtype="<i2").astype(np.int16, copy=False).reshape(-1, 2)


def _compare(raw: Path, flac: Path, frames: int) -> None:
    with raw.open("rb") as source, soundfile.SoundFile(flac) as decoded:
        if decoded.frames != frames:
            raise EncodingError(f"the FLAC has {decoded.frames} samples, the raw file {frames}")
        while len(block := decoded.read(_BLOCK, dtype="int16", always_2d=True)):
            if not np.array_equal(block, _read(source.read(len(block) * FRAME_BYTES))):
                raise EncodingError("the FLAC differs from the raw file")


def _sync(path: Path) -> None:
    """Waits until the file's bytes, or the folder's entries, are on the disk. Only then may the row name the FLAC."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Measure:
    """Adds up figures block by block. Blocks are whole windows, except the last."""

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._per_part = max(1, -(-frames // PEAK_PARTS))
        self._peaks = np.zeros((-(-frames // self._per_part), 2), dtype=np.int32)
        self._squares = np.zeros(2, dtype=np.float64)
        self._seen = 0
        self._windows = 0
        self._heard = np.zeros(2, dtype=np.int64)
        self._both = 0
        self._neither = 0

    def take(self, block: Samples) -> None:
        level = np.abs(block.astype(np.int32))
        parts = np.arange(self._seen, self._seen + len(block)) // self._per_part
        np.maximum.at(self._peaks, parts[_starts(parts)], np.maximum.reduceat(level, _starts(parts), axis=0))
        squares = level.astype(np.float64) ** 2
        self._squares += squares.sum(axis=0)
        starts = np.arange(0, len(block), _WINDOW)
        lengths = np.diff(np.append(starts, len(block)))
        loud = np.sqrt(np.add.reduceat(squares, starts, axis=0) / lengths[:, None]) > _HEARD
        self._windows += len(starts)
        self._heard += loud.sum(axis=0)
        self._both += int(loud.all(axis=1).sum())
        self._neither += int((~loud.any(axis=1)).sum())
        self._seen += len(block)

    def peaks(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        scaled = np.minimum(self._peaks * 127 // 32767, 127)
        return tuple(scaled[:, 0].tolist()), tuple(scaled[:, 1].tolist())

    def figures(self, dropped: int) -> Figures:
        customer, agent = (self._channel(side) for side in (0, 1))
        talk = int(self._heard.sum())
        return Figures(
            customer=customer,
            agent=agent,
            silence_rate=self._rate(self._neither),
            talk_over_rate=self._rate(self._both),
            agent_talk_rate=round(int(self._heard[1]) / talk, 4) if talk else 0.0,
            dropped_bytes=dropped,
        )

    def _channel(self, side: int) -> Channel:
        mean = float(self._squares[side]) / self._frames if self._frames else 0.0
        rms = max(_FLOOR_DB, 10 * float(np.log10(mean / 32768**2))) if mean > 0 else _FLOOR_DB
        return Channel(rms_dbfs=round(rms, 1), talk_rate=self._rate(int(self._heard[side])))

    def _rate(self, windows: int) -> float:
        return round(windows / self._windows, 4) if self._windows else 0.0


def _starts(parts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Returns where in the block each part of the waveform begins."""
    return np.flatnonzero(np.diff(parts, prepend=-1))
