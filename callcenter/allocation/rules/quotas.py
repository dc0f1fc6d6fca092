"""Decides how many leads an agent may hold on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class QuotaSetting:
    """A quota set manually, from a day on."""

    staff_id: int | None
    """None: of everybody who has none of their own."""
    quota: int
    from_on: date


class QuotaBook:
    """Holds the quotas set in one campaign, and says which one counts."""

    def __init__(self, campaign_quota: int, settings: Iterable[QuotaSetting]) -> None:
        self._campaign_quota = campaign_quota
        self._settings: dict[int | None, list[QuotaSetting]] = {}
        for setting in sorted(settings, key=lambda setting: setting.from_on):
            self._settings.setdefault(setting.staff_id, []).append(setting)

    def quota(self, staff_id: int, on: date, part: int) -> int:
        """Returns the agent's own quota, else the campaign's, times the part of the day (percent); at least 1."""
        whole = self._last(staff_id, on) or self._last(None, on) or self._campaign_quota
        return max(1, whole * part // 100)

    def _last(self, staff_id: int | None, on: date) -> int | None:
        return next(
            (setting.quota for setting in reversed(self._settings.get(staff_id, ())) if setting.from_on <= on), None
        )
