"""Response of the parts' endpoint."""

from datetime import datetime

from pydantic import BaseModel, Field

from callcenter.health.types import Keeping, Part, PartCard


class PartOut(BaseModel):
    part: Part
    node: str | None = Field(description="for a part that each node has", examples=["n1"])
    running: bool = Field(description="whether a process leads it")
    since: datetime | None = Field(description="when the first of its processes began to lead it")
    processes: int = Field(description="processes that lead it: one, or the web workers")
    standbys: int = Field(description="processes that wait to lead")
    heard_at: datetime | None = Field(description="the latest heartbeat of a process that led it; null: none this hour")
    keeping: Keeping | None = Field(description="of an engine: how it keeps up with its switch")
    lag_seconds: float | None = Field(description="of an engine: how late it takes what the switch reports")

    @classmethod
    def of(cls, card: PartCard) -> "PartOut":
        engine = card.engine
        return cls(
            part=card.part,
            node=card.node,
            running=card.running,
            since=card.since,
            processes=card.processes,
            standbys=card.standbys,
            heard_at=card.heard_at,
            keeping=engine.keeping if engine else None,
            lag_seconds=round(engine.lag.total_seconds(), 1) if engine else None,
        )
