"""Requests and responses of the endpoints of signals that were kept aside."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from callcenter.dialer.types import KeptSignalCard, KeptState
from callcenter.kit.output import Output
from callcenter.kit.paging import Page
from callcenter.kit.reasons import Reason


class KeptSignalOut(Output):
    model_config = ConfigDict(from_attributes=True)

    id: int
    state: KeptState
    node: str = Field(description="the switch that reported it", examples=["n1"])
    kind: str = Field(examples=["CustomerHungUp"])
    call_id: UUID | None = Field(description="null for a signal that concerns no call")
    at: datetime = Field(description="when the switch saw it")
    kept_at: datetime
    error: str = Field(description="class of the latest error", examples=["ValueError"])
    message: str = Field(description="of the latest error, with numbers masked")
    failures: int = Field(description="how often it could not be taken")
    requested_at: datetime | None = Field(description="when it was last requested; null when that has failed since")
    settled_at: datetime | None = Field(description="null while it is kept")
    settled_by_name: str | None = Field(description="null: by command")
    reason: str = Field(description="of a dismissed one")

    @classmethod
    def of(cls, card: KeptSignalCard, settled_by_name: str | None) -> "KeptSignalOut":
        named = {name: getattr(card, name) for name in cls.model_fields if name != "settled_by_name"}
        return cls(settled_by_name=settled_by_name, **named)


class KeptSignalPage(Page[KeptSignalOut]):
    """Signals that were kept aside, the newest first."""


class TakeAgain(BaseModel):
    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] | None = Field(
        default=None, max_length=1000, description="the signals; null: all that are kept"
    )


class TakeAgainOut(Output):
    requested: int = Field(description="how many signals the engines take again; settled ones are left out")


class Dismissal(BaseModel):
    reason: Reason
