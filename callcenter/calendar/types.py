"""What a date is in the calendar, and who says so (requirement D1)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from callcenter.kit.events import Event


class DaySource(StrEnum):
    ANNOUNCED = "announced"
    """The State Council has announced the year's holidays."""
    FORECAST = "forecast"
    """Not announced yet: computed, and therefore provisional."""
    OVERRIDE = "override"
    """The administrator has decided."""


class DayKind(StrEnum):
    """What a date is in the national calendar."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    MAKE_UP = "make_up"
    """A Saturday or Sunday that is worked instead of a bridging day."""
    HOLIDAY = "holiday"


class HolidayName(StrEnum):
    NEW_YEAR = "new_year"
    SPRING_FESTIVAL = "spring_festival"
    TOMB_SWEEPING = "tomb_sweeping"
    LABOUR_DAY = "labour_day"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"
    NATIONAL_DAY = "national_day"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Day:
    """Whether a date is worked, and by which source."""

    on: date
    working: bool
    source: DaySource
    reason: str

    @property
    def provisional(self) -> bool:
        return self.source is DaySource.FORECAST


@dataclass(frozen=True, slots=True)
class Override:
    """What the administrator has decided about one date."""

    working: bool
    reason: str


@dataclass(frozen=True, slots=True)
class OverrideCard:
    """The same, with who decided it and when."""

    working: bool
    reason: str
    set_at: datetime
    set_by: int | None
    """Staff id; None for the system."""


@dataclass(frozen=True, slots=True)
class CalendarState:
    """Which calendar an answer was given by (law 11)."""

    edition: str
    """Of the national calendar: the packages with their versions."""
    change: int = 0
    """The id of the newest decision of the administrator; 0: none was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDecision:
    """One decision of the administrator about a date."""

    on: date
    working: bool | None
    """None: the date was given back to the national calendar."""
    before: bool | None
    """The decision that was in force until then; None: the national calendar's."""
    reason: str
    set_at: datetime
    set_by: int | None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One date as the calendar page shows it."""

    on: date
    working: bool
    kind: DayKind
    """What the national calendar says, whatever the administrator has decided."""
    holiday: HolidayName | None
    provisional: bool
    """A forecast that no administrator has confirmed."""
    override: OverrideCard | None


@dataclass(frozen=True, slots=True)
class DayUse:
    """Work that rests on a day being worked: an allocation run for it."""

    run_id: int
    campaign_id: int


@dataclass(frozen=True, slots=True)
class DayChanged(Event):
    """The administrator has decided whether a date is worked, or has taken that back."""

    on: date
    working: bool
