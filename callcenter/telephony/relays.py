"""Relays for the sound of browser phones: STUN and TURN, with credentials that expire soon (coturn's REST form).

The relay and this service share one secret. A credential names the instant at which it expires, so the relay keeps no
accounts, and one that is copied from a browser is of no use an hour later.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section

_URL = r"(stun|turns?):[A-Za-z0-9.-]+(:\d{1,5})?(\?transport=(udp|tcp))?"
_URLS = rf"^({_URL}(,{_URL})*)?$"


class RelaySettings(Section):
    """Where the relays are; without any, phones and switch must reach each other directly."""

    model_config = SettingsConfigDict(env_prefix="CALLCENTER_RELAY_", extra="ignore", frozen=True)

    urls: str = Field(
        default="", pattern=_URLS, description="stun:, turn: and turns: addresses, separated by commas; empty: none"
    )
    secret: SecretStr | None = Field(
        default=None, min_length=12, description="coturn's static-auth-secret; needed for turn: and turns:"
    )
    lifetime: timedelta = Field(default=timedelta(hours=1), gt=timedelta(0), description="of a credential")
    only: bool = Field(default=False, description="all sound of phones goes through the relay")

    @model_validator(mode="after")
    def _require_secret(self) -> Self:
        if "turn" in self.urls and self.secret is None:
            raise ValueError("CALLCENTER_RELAY_URLS names a turn: address, so CALLCENTER_RELAY_SECRET is needed")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class IceServer:
    """One entry of a browser's list of relays."""

    urls: tuple[str, ...]
    username: str = ""
    """Empty: the server asks for none."""
    credential: str = field(default="", repr=False)


def ice_servers(settings: RelaySettings, phone: str, now: datetime) -> tuple[IceServer, ...]:
    """Returns the relays for a phone, with a credential that expires."""
    urls = [url for url in settings.urls.split(",") if url]
    plain = tuple(url for url in urls if url.startswith("stun:"))
    signed = tuple(url for url in urls if not url.startswith("stun:"))
    servers = [IceServer(urls=plain)] if plain else []
    if signed and settings.secret is not None:
        username = f"{int((now + settings.lifetime).timestamp())}:{phone}"
        # SHA-1 is what the relay computes; as a keyed hash it is sound.
        digest = hmac.digest(settings.secret.get_secret_value().encode(), username.encode(), hashlib.sha1)
        servers.append(IceServer(urls=signed, username=username, credential=base64.b64encode(digest).decode()))
    return tuple(servers)
