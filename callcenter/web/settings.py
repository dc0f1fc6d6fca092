"""Settings of the web edge: ``CALLCENTER_WEB_*``."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class WebSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_WEB_", extra="ignore", frozen=True)

    allowed_origins: tuple[str, ...] = Field(
        default=(),
        description="further origins that may open a WebSocket, as JSON list; the own one always may",
        examples=['["http://127.0.0.1:5173"]'],
    )
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        description="networks from which staff may work, as JSON list; empty: any; not for field staff",
        examples=['["10.20.0.0/16"]'],
    )
    metrics_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
        description="networks from which `/metrics` is answered, as JSON list; by default this machine alone",
        examples=['["127.0.0.0/8", "10.20.9.0/24"]'],
    )
    body_limit_bytes: int = Field(
        default=65_536,
        ge=16_384,
        description="largest body of a request, but for the endpoints that declare a larger one: long forms, files",
    )
    body_seconds: float = Field(
        default=15, gt=0, le=300, description="time in which a body has to come; 16 KiB of it are worth a second more"
    )
    head_seconds: float = Field(
        default=10, gt=0, le=300, description="time in which a connection has to send a whole head of a request"
    )
    taking_seconds: float = Field(
        default=30, gt=0, le=600, description="time for a client to take what was sent; 1 KiB of it a second at least"
    )
    workers: int = Field(
        default=1, ge=1, le=32, description="processes that serve the web where ``serve`` supervises the parts"
    )
    locale_default: Literal["zh-CN", "en"] = "zh-CN"
