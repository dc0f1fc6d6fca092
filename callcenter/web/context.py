"""The parts of the system that bootstrap hands over to the edge."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI

from callcenter.kit.config import CoreSettings
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from callcenter.web.settings import WebSettings

PANELS = Path(__file__).parent / "static"
"""The folder of the built panels."""


@dataclass(frozen=True, kw_only=True)
class WebContext:
    """The parts of a running system that the edge needs."""

    works: Works
    waker: Waker
    services: dict[type[Any], Any]
    """Each room's service by its class; PeopleService must be among them."""
    settings: CoreSettings
    routers: Sequence[APIRouter]
    """The rooms' routers, mounted under /api/v1."""
    web: WebSettings = field(default_factory=WebSettings)
    static_dir: Path = PANELS
    phone_urls: Callable[[], Iterable[str]] = tuple
    """Returns the switches' WebSocket addresses: browsers may connect there besides the own origin."""
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None
