"""Requests and responses of the alerts' endpoints."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from callcenter.alerts.types import AlertCard, AlertKind


class Acknowledgement(BaseModel):
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] = Field(
        description="what you do about it"
    )


class AlertOut(BaseModel):
    id: int
    kind: AlertKind
    subject: str = Field(examples=["campaign:3"])
    facts: dict[str, Any] = Field(description="codes and figures")
    raised_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    acknowledged_by: str | None = Field(description="name")
    note: str

    @classmethod
    def of(cls, card: AlertCard, name: str | None) -> "AlertOut":
        return cls(
            id=card.id,
            kind=card.kind,
            subject=card.subject,
            facts=dict(card.facts),
            raised_at=card.raised_at,
            acknowledged_at=card.acknowledged_at,
            acknowledged_by=name,
            note=card.note,
        )


class AlertPage(BaseModel):
    items: list[AlertOut]
