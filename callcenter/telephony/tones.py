"""Makes the voices of a simulated call: tones, so that each can be found again in a recording."""

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 8000
"""Samples per second."""


def two_tones(seconds: float, left_hz: int, right_hz: int) -> npt.NDArray[np.int16]:
    """Returns two tones as interleaved 16-bit samples; 0 Hz is silence."""
    instants = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    channels = [np.sin(2 * np.pi * hz * instants) * 8000 for hz in (left_hz, right_hz)]
    return np.stack(channels, axis=1).astype("<i2")
