"""Requests and responses of the nodes' endpoints, and what a browser phone has to know of its node."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from callcenter.agents.nodes import NodeCard
from callcenter.health.types import Keeping
from callcenter.kit.reasons import Reason
from callcenter.telephony.port import PhoneAccount
from callcenter.telephony.relays import IceServer


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


class RelayView(BaseModel):
    """One relay for the sound of the phone, as a browser takes it."""

    urls: list[str]
    username: str = Field(description="empty: the relay asks for none")
    credential: str


class PhoneView(BaseModel):
    """How a browser phone registers at a switch."""

    extension: str
    password: str
    websocket_url: str
    realm: str
    relays: list[RelayView] = Field(description="with credentials that expire: ask again before each leg")
    relay_only: bool = Field(description="all sound goes through a relay")

    @classmethod
    def of(cls, account: PhoneAccount, relays: Sequence[IceServer], *, relay_only: bool) -> "PhoneView":
        return cls(
            extension=account.extension,
            password=account.password,
            websocket_url=account.websocket_url,
            realm=account.realm,
            relays=[
                RelayView(urls=list(server.urls), username=server.username, credential=server.credential)
                for server in relays
            ],
            relay_only=relay_only,
        )
