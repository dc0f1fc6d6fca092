"""Knows what was in force at each instant: the past is judged by the rules of its time (law 11). Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any, Generic, TypeVar

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calendar.types import Day, DaySource, Override
from callcenter.campaigns.types import CampaignRules, ServiceHours

T = TypeVar("T")


class Timeline(Generic[T]):
    """Holds the values of one fact, each from its instant on until the next."""

    def __init__(self, values: Sequence[tuple[datetime, T]]) -> None:
        """Takes the values in the order in which they replaced each other."""
        self._from = [at for at, _ in values]
        self.values = [value for _, value in values]

    def known(self, at: datetime) -> int:
        """Returns how many values had been set at an instant; the last of them was in force."""
        return bisect_right(self._from, at)


@dataclass(frozen=True, slots=True)
class DayWord:
    """A decision of the administrator about one date; without an override it gives the date back to the calendar."""

    at: datetime
    on: date
    override: Override | None
    id: int


@dataclass(frozen=True, slots=True)
class Edition:
    """What the national calendar said: the dates that were not as their day of the week."""

    days: Mapping[date, bool]

    def is_working(self, on: date) -> bool | None:
        """Returns whether a date was worked; None for a year that the edition does not speak of."""
        if not any(known.year == on.year for known in self.days):
            return None
        return self.days.get(on, on.weekday() < 5)


class _CalendarOfItsTime(WorkingCalendar):
    """Answers as the calendar did when only these decisions and this edition were known."""

    def __init__(self, overrides: Mapping[date, Override], edition: Edition | None) -> None:
        super().__init__(overrides)
        self._decided = frozenset(overrides)
        self._edition = edition

    def day(self, on: date) -> Day:
        if on not in self._decided and self._edition is not None:
            working = self._edition.is_working(on)
            if working is not None:
                return Day(on, working, DaySource.ANNOUNCED, "by the national calendar as it was known then")
        return super().day(on)


@dataclass(frozen=True, slots=True)
class KnownRuleSet:
    """Since when a rule set has judged calls here."""

    first_used_at: datetime
    names_versions: bool
    """False: from before verdicts named the versions they were given by."""


class History:
    """Answers what was in force when."""

    def __init__(
        self,
        *,
        campaigns: Mapping[int, Timeline[CampaignRules]],
        service_hours: Timeline[ServiceHours],
        days: Sequence[DayWord],
        editions: Timeline[Edition],
        rule_sets: Mapping[str, KnownRuleSet],
    ) -> None:
        self._campaigns = campaigns
        self._service_hours = service_hours
        self._days = sorted(days, key=lambda word: (word.at, word.id))
        self._days_from = [word.at for word in self._days]
        self._newest = list(accumulate((word.id for word in self._days), max, initial=0))
        self._editions = editions
        self._rule_sets = rule_sets
        self._calendars: dict[tuple[int, int], WorkingCalendar] = {}

    def rules(self, campaign_id: int, at: datetime) -> CampaignRules | None:
        """Returns the campaign's rules; before its first version those of the first. None: there is none."""
        versions = self._campaigns.get(campaign_id)
        return None if versions is None else versions.values[max(versions.known(at) - 1, 0)]

    def service_hours(self, at: datetime) -> ServiceHours:
        """Returns the service hours; before their first change the default."""
        known = self._service_hours.known(at)
        return self._service_hours.values[known - 1] if known else ServiceHours()

    def rule_set(self, name: object) -> KnownRuleSet | None:
        """Returns what is known of a rule set; None when it has never been used here."""
        return self._rule_sets.get(name) if isinstance(name, str) else None

    def day_change(self, at: datetime) -> int:
        """Returns the newest decision about any day that had been made; 0 when there was none."""
        return self._newest[bisect_right(self._days_from, at)]

    def calendar_key(self, at: datetime) -> tuple[int, int]:
        """Returns a key that differs between two states of the calendar."""
        return self._editions.known(at), bisect_right(self._days_from, at)

    def calendar(self, at: datetime) -> WorkingCalendar:
        """Returns the calendar as it was known."""
        key = self.calendar_key(at)
        if key not in self._calendars:
            self._calendars[key] = self._calendar(*key)
        return self._calendars[key]

    def _calendar(self, edition: int, decisions: int) -> WorkingCalendar:
        overrides: dict[date, Override] = {}
        for word in self._days[:decisions]:
            if word.override is None:
                overrides.pop(word.on, None)
            else:
                overrides[word.on] = word.override
        return _CalendarOfItsTime(overrides, self._editions.values[edition - 1] if edition else None)


def named(verdict: Mapping[str, Any], *path: str) -> Any:
    """Returns what a stored verdict names under a path; None where it names nothing."""
    value: Any = verdict
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
