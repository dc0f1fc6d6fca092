"""Builds the HTTP application from the system's parts."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from callcenter.kit.boards import Boards
from callcenter.kit.stream import Streams
from callcenter.people.service import PeopleService
from callcenter.web import api, health, metrics
from callcenter.web.context import WebContext
from callcenter.web.description import Description
from callcenter.web.doors import Doors
from callcenter.web.errors import Incidents, Problem, handle_errors
from callcenter.web.guard import SafeHeaders, SameSite, Sessions
from callcenter.web.panels import Panels
from callcenter.web.values import StorableValues

_PACKED_ALREADY = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream")
"""Types of answers that compressing makes no smaller, beside Starlette's own (sound, pictures, event streams)."""

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Refused, or a part is down: problem details (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "model": Problem,
    }
}


def _operation_id(route: APIRoute) -> str:
    """Returns ``complaints_sign_off``: room and endpoint, the same when the path changes."""
    return "_".join([*(str(tag) for tag in route.tags), route.name])


def create_app(system: WebContext) -> FastAPI:
    """Returns the HTTP application: the rooms' endpoints under /api/v1, health, and the panels everywhere else."""
    app = FastAPI(
        title="callcenter",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        lifespan=system.lifespan,
    )
    app.state.system = system
    app.state.works = system.works
    app.state.waker = system.waker
    app.state.streams = Streams()
    app.state.boards = Boards(system.works, system.waker)
    app.state.services = system.services

    app.include_router(health.router)
    app.include_router(metrics.router)
    for router in (api.router, *system.routers):
        app.include_router(router, prefix="/api/v1", responses=_PROBLEMS)
    app.router.add_route("/api/v1/openapi.json", Description(app.openapi).answer, methods=["GET"])
    app.router.redirect_slashes = False
    app.router.default = Panels(system.static_dir)
    handle_errors(app)

    # The last one added sees the request first, so the first one stands directly before the endpoints.
    app.add_middleware(
        Doors,
        services=system.services,
        most_bytes=system.web.body_limit_bytes,
        seconds=system.web.body_seconds,
    )
    # Parts of files (206) and streams are never compressed.
    app.add_middleware(
        GZipMiddleware,
        minimum_size=1000,
        compresslevel=6,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, *_PACKED_ALREADY),
    )
    app.add_middleware(StorableValues)
    app.add_middleware(
        Sessions, works=system.works, people=system.services[PeopleService], networks=system.web.allowed_networks
    )
    app.add_middleware(SameSite, allowed_origins=system.web.allowed_origins)
    app.add_middleware(Incidents)
    app.add_middleware(SafeHeaders, phone_urls=system.phone_urls, tls=system.settings.secure_cookies)
    app.add_middleware(health.Measure)
    return app
