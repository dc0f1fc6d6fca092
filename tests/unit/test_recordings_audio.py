"""Raw audio becomes one FLAC that holds exactly what was recorded, each side on its own channel."""

import random
import tracemalloc
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile

from callcenter.recordings import audio
from callcenter.recordings.audio import RATE, EncodingError, encode, hash_file


def tone(hertz: float, seconds: float, level: float = 0.5) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * hertz * at) * level * 32767).astype("<i2")


def quiet(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), dtype="<i2")


def write_raw(path: Path, customer: np.ndarray, agent: np.ndarray, tail: bytes = b"") -> Path:
    path.write_bytes(np.column_stack([customer, agent]).astype("<i2").tobytes() + tail)
    return path


def loudest_hertz(samples: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "call.raw"


@pytest.fixture
def flac(tmp_path: Path) -> Path:
    return tmp_path / "call.flac"


def test_each_side_is_found_on_its_own_channel(raw: Path, flac: Path) -> None:
    write_raw(raw, tone(440, 3), tone(1000, 3))
    encoded = encode(raw, flac)
    samples, rate = soundfile.read(flac)
    assert (rate, samples.shape) == (RATE, (3 * RATE, 2))
    assert loudest_hertz(samples[:, 0]) == pytest.approx(440, abs=1)
    assert loudest_hertz(samples[:, 1]) == pytest.approx(1000, abs=1)
    assert encoded.duration == timedelta(seconds=3)
    assert (encoded.sha256, encoded.size) == hash_file(flac)
    assert not flac.with_suffix(".part").exists()


def test_nothing_is_lost_on_the_way(raw: Path, flac: Path) -> None:
    chance = np.random.default_rng(1)
    noise = chance.integers(-32768, 32767, (RATE * 9 + 77, 2), endpoint=True, dtype=np.int16)
    raw.write_bytes(noise.astype("<i2").tobytes())
    encode(raw, flac)
    decoded, _ = soundfile.read(flac, dtype="int16")
    assert np.array_equal(decoded, noise)


@pytest.mark.parametrize("tail", [b"", b"a", b"ab", b"abc"])
def test_a_file_cut_off_in_the_middle_of_a_sample_is_kept(raw: Path, flac: Path, tail: bytes) -> None:
    write_raw(raw, tone(440, 1), tone(600, 1), tail)
    encoded = encode(raw, flac)
    assert encoded.duration == timedelta(seconds=1)
    assert encoded.figures.dropped_bytes == len(tail)


def test_a_single_sample_is_a_recording(raw: Path, flac: Path) -> None:
    raw.write_bytes(b"\x01\x00\x02\x00")
    encoded = encode(raw, flac)
    assert encoded.duration == timedelta(seconds=1 / RATE)
    assert [len(side) for side in encoded.peaks] == [1, 1]


@pytest.mark.parametrize("seconds", [0.01, 0.1, 1.37, 8.0, 30.3])
def test_the_waveform_has_at_most_800_parts_and_shows_who_speaks_when(raw: Path, flac: Path, seconds: float) -> None:
    half = seconds / 2
    write_raw(
        raw,
        np.concatenate([tone(440, half, 1.0), quiet(half)]),
        np.concatenate([quiet(half), tone(440, half, 0.5)]),
    )
    customer, agent = encode(raw, flac).peaks
    assert len(customer) == len(agent) <= 800
    third = len(customer) // 3
    assert max(customer[: third + 1]) >= 100
    assert max(customer[-third:], default=0) == (0 if third else max(customer))
    assert max(agent) in range(30, 65)


def test_the_parts_do_not_depend_on_the_block_size(raw: Path, flac: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(2)
    raw.write_bytes(chance.integers(-9000, 9000, (RATE * 5, 2), dtype=np.int16).astype("<i2").tobytes())
    at_once = encode(raw, flac)
    monkeypatch.setattr(audio, "_BLOCK", audio._WINDOW * 3)
    assert encode(raw, flac) == at_once


def test_the_figures_show_who_talks(raw: Path, flac: Path) -> None:
    # customer alone 2 s, agent alone 1 s, both 1 s, silence 4 s
    write_raw(
        raw,
        np.concatenate([tone(440, 2), quiet(1), tone(440, 1), quiet(4)]),
        np.concatenate([quiet(2), tone(440, 1), tone(440, 1), quiet(4)]),
    )
    figures = encode(raw, flac).figures
    assert figures.customer.talk_rate == pytest.approx(3 / 8, abs=0.01)
    assert figures.agent.talk_rate == pytest.approx(2 / 8, abs=0.01)
    assert figures.silence_rate == pytest.approx(4 / 8, abs=0.01)
    assert figures.talk_over_rate == pytest.approx(1 / 8, abs=0.01)
    assert figures.agent_talk_rate == pytest.approx(2 / 5, abs=0.01)


def test_the_level_is_given_in_db_below_full_scale(raw: Path, flac: Path) -> None:
    write_raw(raw, tone(440, 1, 1.0), quiet(1))
    figures = encode(raw, flac).figures
    assert figures.customer.rms_dbfs == pytest.approx(-3.0, abs=0.1)  # a sine's mean is 3 dB below its peak
    assert figures.agent.rms_dbfs == -120.0


def test_the_same_audio_has_the_same_hash(raw: Path, flac: Path, tmp_path: Path) -> None:
    write_raw(raw, tone(440, 1), tone(700, 1))
    assert encode(raw, flac).sha256 == encode(raw, tmp_path / "again.flac").sha256


def test_an_encoder_that_writes_other_samples_is_noticed(
    raw: Path, flac: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw(raw, tone(440, 1), tone(700, 1))
    honest = soundfile.SoundFile.write
    monkeypatch.setattr(soundfile.SoundFile, "write", lambda self, block: honest(self, block[:, ::-1].copy()))
    with pytest.raises(EncodingError, match="differs"):
        encode(raw, flac)
    assert list(raw.parent.iterdir()) == [raw]


def test_a_full_disk_leaves_the_raw_file_and_no_half_flac(
    raw: Path, flac: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw(raw, tone(440, 1), tone(700, 1))

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(soundfile.SoundFile, "write", no_room)
    with pytest.raises(OSError, match="No space"):
        encode(raw, flac)
    assert list(raw.parent.iterdir()) == [raw]


def test_memory_does_not_grow_with_the_length(raw: Path, flac: Path) -> None:
    chance = random.Random(3)
    minute = np.column_stack([tone(440, 60), tone(500, 60)]).astype("<i2").tobytes()
    with raw.open("wb") as out:
        for _ in range(6):
            out.write(minute)
            out.write(chance.randbytes(4000))
    tracemalloc.start()
    try:
        encode(raw, flac)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 2**20 < raw.stat().st_size
