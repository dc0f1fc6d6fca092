"""Response of the schedule's endpoint."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from callcenter.schedule.types import Health, TaskCard


class TaskRunOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    due_at: datetime
    started_at: datetime
    ended_at: datetime
    failures: int = Field(description="failed runs in a row, up to this one")
    failed_at: datetime | None = Field(description="of the latest failure, which may be long ago")
    error: str | None = Field(description="of the latest failure: class and message")


class TaskOut(BaseModel):
    name: str = Field(examples=["allocation.next_working_day"])
    daily_at: str | None = Field(description="time in Shanghai", examples=["20:00"])
    period_seconds: int | None = Field(description="of a task that is not daily")
    next_due_at: datetime
    health: Health
    latest: TaskRunOut | None = Field(description="null: it has never run")

    @classmethod
    def of(cls, card: TaskCard) -> "TaskOut":
        return cls(
            name=card.name,
            daily_at=card.daily_at,
            period_seconds=int(card.period.total_seconds()) if card.period else None,
            next_due_at=card.next_due_at,
            health=card.health,
            latest=TaskRunOut.model_validate(card.latest) if card.latest else None,
        )
