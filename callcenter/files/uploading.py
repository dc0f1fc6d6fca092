"""A route that takes no more bytes than the settings allow: a larger body is refused before it is kept anywhere."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message

from callcenter.files.errors import FileTooLarge
from callcenter.files.settings import FileSettings

_FORM = 64 * 1024
"""Room for the other parts of the form, in bytes."""


class UploadRoute(APIRoute):
    """Reads one upload in a form, at most ``FileSettings.upload_limit_bytes``; raises FileTooLarge beyond."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def limited(request: Request) -> Response:
            settings: FileSettings = request.app.state.services[FileSettings]
            limit = settings.upload_limit_bytes
            declared = request.headers.get("content-length", "")
            received = 0

            async def receive() -> Message:
                nonlocal received
                message = await request.receive()
                received += len(message.get("body", b""))
                if received > limit + _FORM:
                    raise _too_large(limit)
                return message

            if declared.isdigit() and int(declared) > limit + _FORM:
                raise _too_large(limit)
            try:
                return await handle(Request(request.scope, receive))
            except HTTPException as error:  # FastAPI wraps whatever the reading of a body raises
                if isinstance(error.__cause__, FileTooLarge):
                    raise error.__cause__ from None
                raise

        return limited


def _too_large(limit: int) -> FileTooLarge:
    return FileTooLarge(f"a list has at most {limit} bytes: split it", limit=limit)
