"""How many leads an agent may hold on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class QuotaWord:
    """A quota set manually, from a day on."""

    staff_id: int | None
    """None: of everybody who has none of his own."""
    quota: int
    from_on: date


class QuotaBook:
    """What was said about quotas in one campaign."""

    def __init__(self, campaign_quota: int, words: Iterable[QuotaWord]) -> None:
        self._campaign_quota = campaign_quota
        self._words: dict[int | None, list[QuotaWord]] = {}
        for word in sorted(words, key=lambda word: word.from_on):
            self._words.setdefault(word.staff_id, []).append(word)

    def quota(self, staff_id: int, on: date, part: int) -> int:
        """The agent's own, else the campaign's; times the part of the day, rounded down, one at least."""
        whole = self._last(staff_id, on) or self._last(None, on) or self._campaign_quota
        return max(1, whole * part // 100)

    def _last(self, staff_id: int | None, on: date) -> int | None:
        return next((word.quota for word in reversed(self._words.get(staff_id, ())) if word.from_on <= on), None)
