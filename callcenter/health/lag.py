"""Measures how late an engine takes the signals of its switch, in memory: no statement is sent for it."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from callcenter.health.figures import SIGNAL_BUCKETS, Figures, bucket_name
from callcenter.health.rules.lag import LagState, next_state
from callcenter.health.settings import HealthSettings
from callcenter.health.types import EngineReport, Keeping
from callcenter.kit.clock import Clock

_REMEMBERED = timedelta(seconds=3)
"""The lag is that of the signals taken within this time, or of the oldest one that waits."""


class LagMeter:
    """Measures the lag of this process's engine, and says how it keeps up. One per process."""

    def __init__(self, clock: Clock, settings: HealthSettings, figures: Figures) -> None:
        self._clock = clock
        self._limits = settings.limits
        self._silent_after = settings.silent_after
        self.figures = figures
        self._waiting_since: datetime | None = None
        self._taken: deque[tuple[datetime, timedelta]] = deque()
        self._state: LagState | None = None
        self._linked: Callable[[], bool] | None = None
        self._unlinked_since: datetime | None = None
        self.leads_since: datetime | None = None
        """When this process's engine began to command the switch; None while it does not."""

    @contextmanager
    def leading(self, linked: Callable[[], bool]) -> Iterator[None]:
        """Measures within the block, while this process's engine commands the switch; before and after it does not.

        ``linked`` says whether the switch answers: what it does meanwhile cannot be late, and is not known.
        """
        self.leads_since = self._clock.now()
        self._state, self._waiting_since = LagState(Keeping.IN_TIME, self.leads_since), None
        self._linked, self._unlinked_since = linked, None
        self._taken.clear()
        try:
            yield
        finally:
            self._state = self._waiting_since = self._linked = self.leads_since = None

    @contextmanager
    def taking(self, oldest_at: datetime) -> Iterator[None]:
        """Takes note that a batch has come whose oldest signal is of this instant; the block takes the batch."""
        self._waiting_since = oldest_at
        try:
            yield
        finally:
            self._waiting_since = None

    def taken(self, at: datetime) -> None:
        """Takes note that a signal of this instant has been taken, and with it all before it."""
        now = self._clock.now()
        lag = max(now - at, timedelta(0))
        self._taken.append((now, lag))
        self._forget(now)
        if self._waiting_since is not None:
            self._waiting_since = max(self._waiting_since, at)
        seconds = lag.total_seconds()
        self.figures.add("signals", 1)
        self.figures.add("signal_lag_seconds_sum", seconds)
        for limit in SIGNAL_BUCKETS:
            if seconds <= limit:
                self.figures.add(bucket_name(limit), 1)

    def report(self) -> EngineReport | None:
        """Judges the present lag; None while this process commands no switch."""
        if self._state is None or self._linked is None:
            return None
        now = self._clock.now()
        self._unlinked_since = None if self._linked() else self._unlinked_since or now
        if self._unlinked_since is not None and now - self._unlinked_since > self._silent_after:
            return EngineReport(Keeping.NO_SWITCH, self._unlinked_since, timedelta(0))
        lag = self._lag(now)
        self._state = next_state(self._state, lag, self._limits, now)
        return EngineReport(self._state.keeping, self._state.since, lag)

    @property
    def offers(self) -> bool:
        """Returns whether agents may be offered new calls: the lag is judged as it is now."""
        report = self.report()
        return report is None or report.keeping.offers

    def _lag(self, now: datetime) -> timedelta:
        self._forget(now)
        taken = max((lag for _, lag in self._taken), default=timedelta(0))
        waiting = now - self._waiting_since if self._waiting_since is not None else timedelta(0)
        return max(taken, waiting)

    def _forget(self, now: datetime) -> None:
        while self._taken and now - self._taken[0][0] > _REMEMBERED:
            self._taken.popleft()
