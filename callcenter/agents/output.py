"""How a browser phone is described to the person whose phone it is."""

from pydantic import Field

from callcenter.kit.output import Output


class RelayOut(Output):
    """One relay for the sound of a phone, as a browser takes it."""

    urls: list[str]
    username: str = Field(description="empty: the relay asks for none")
    credential: str


class PhoneOut(Output):
    """How a browser phone registers, and by which relays its sound goes."""

    extension: str
    password: str
    websocket_url: str
    realm: str
    relays: list[RelayOut] = Field(description="with credentials that expire: ask again before each leg")
    relay_only: bool = Field(description="all sound goes through a relay")
