"""Counts what one process does, in memory, for its heartbeat and ``/metrics``. All counters begin at 0."""

import os
import resource
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import event

from callcenter.kit.db import Database

SIGNAL_BUCKETS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper limits in seconds by which the lags of signals are counted."""


def bucket_name(limit: float) -> str:
    """Returns the figure that counts the signals taken within so many seconds."""
    return f"signal_lag_seconds_le_{limit:g}"


class Figures:
    """Holds the counters of this process. One per process."""

    def __init__(self, database: Database) -> None:
        self._counters: dict[str, float] = defaultdict(float)
        engine = database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", self._executed)
        event.listen(engine, "commit", self._committed)

    def add(self, name: str, by: float) -> None:
        """Raises a counter."""
        self._counters[name] += by

    def read(self) -> Mapping[str, float]:
        """Returns the counters, the CPU time this process and its ended children have used, and its memory."""
        times = os.times()
        return {
            **self._counters,
            "cpu_seconds": round(times.user + times.system, 3),
            "children_cpu_seconds": round(times.children_user + times.children_system, 3),
            "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }

    def _executed(self, *_: Any) -> None:
        self._counters["statements"] += 1

    def _committed(self, *_: Any) -> None:
        self._counters["commits"] += 1
