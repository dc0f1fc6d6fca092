"""Draws numbers from a seed: the same on every machine, whatever else is drawn."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Draws = npt.NDArray[np.uint64]


def draws(seed: int, kind: str, values: Sequence[int] | npt.NDArray[np.int64]) -> Draws:
    """Returns one number for each value. ``kind`` keeps drawings for different ends apart."""
    start = hashlib.blake2b(f"{seed}:{kind}".encode(), digest_size=8).digest()
    return mixed(np.asarray(values, dtype=np.int64).astype(np.uint64) ^ np.uint64(int.from_bytes(start, "big")))


def mixed(values: Draws) -> Draws:
    """Finishes as splitmix64 does: neighbours go far apart, and no two go to the same place."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
