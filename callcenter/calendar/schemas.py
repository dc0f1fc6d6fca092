"""What the endpoints of the calendar take and return."""

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import AwareDatetime, BaseModel, Field

from callcenter.calendar.types import CalendarDay, DayDecision, DayKind, DayUse, HolidayName
from callcenter.kit.reasons import Reason


class OverrideOut(BaseModel):
    working: bool
    reason: str
    by: str | None = Field(description="name; null for the system")
    at: AwareDatetime


class CalendarDayOut(BaseModel):
    on: date
    working: bool
    kind: DayKind = Field(description="what the national calendar says")
    holiday: HolidayName | None
    provisional: bool = Field(description="a forecast: the year's holidays have not been announced")
    override: OverrideOut | None = Field(description="what the administrator has decided; it comes before the calendar")

    @classmethod
    def of(cls, day: CalendarDay, by: str | None) -> "CalendarDayOut":
        override = day.override
        return cls(
            on=day.on,
            working=day.working,
            kind=day.kind,
            holiday=day.holiday,
            provisional=day.provisional,
            override=override
            and OverrideOut(working=override.working, reason=override.reason, by=by, at=override.set_at),
        )


class CalendarOut(BaseModel):
    days: list[CalendarDayOut]


class DayDecisionOut(BaseModel):
    on: date
    working: bool | None = Field(description="null: the date was given back to the national calendar")
    before: bool | None = Field(description="the decision in force until then; null: the national calendar's")
    reason: str
    by: str | None = Field(description="name; null for the system")
    at: AwareDatetime


class CalendarHistoryOut(BaseModel):
    """Every decision about the dates asked for, the newest first."""

    decisions: list[DayDecisionOut]

    @classmethod
    def of(cls, decisions: Sequence[DayDecision], names: Mapping[int, str]) -> "CalendarHistoryOut":
        return cls(
            decisions=[
                DayDecisionOut(
                    on=decision.on,
                    working=decision.working,
                    before=decision.before,
                    reason=decision.reason,
                    by=None if decision.set_by is None else names.get(decision.set_by),
                    at=decision.set_at,
                )
                for decision in decisions
            ]
        )


class DayRequest(BaseModel):
    working: bool
    reason: Reason


class DayUseOut(BaseModel):
    run_id: int
    campaign_id: int


class DayAnswer(BaseModel):
    """The day as it is now, and the work that rests on what it was."""

    day: CalendarDayOut
    runs: list[DayUseOut] = Field(description="allocation runs for this day: return their leads, or run again")

    @classmethod
    def of(cls, day: CalendarDay, by: str | None, uses: Sequence[DayUse]) -> "DayAnswer":
        runs = [DayUseOut(run_id=use.run_id, campaign_id=use.campaign_id) for use in uses]
        return cls(day=CalendarDayOut.of(day, by), runs=runs)
