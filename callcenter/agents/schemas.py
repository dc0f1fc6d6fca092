"""Requests and responses of the nodes' endpoints."""

from datetime import datetime

from pydantic import BaseModel, Field

from callcenter.agents.nodes import NodeCard
from callcenter.health.types import Keeping
from callcenter.kit.reasons import Reason


class NodeOut(BaseModel):
    name: str = Field(examples=["n1"])
    websocket_url: str = Field(description="where the browser phones of its agents register")
    agents: int = Field(description="logged on there now")
    keeping: Keeping | None = Field(description="how its engine keeps up; null: it has not reported within the hour")
    closed_at: datetime | None = Field(description="out of use since then; null: in use")
    closed_reason: str

    @classmethod
    def of(cls, card: NodeCard) -> "NodeOut":
        return cls(
            name=card.node.name,
            websocket_url=card.node.websocket_url,
            agents=card.agents,
            keeping=card.engine.keeping if card.engine else None,
            closed_at=card.node.closed_at,
            closed_reason=card.node.closed_reason,
        )


class CloseNodeBody(BaseModel):
    reason: Reason
