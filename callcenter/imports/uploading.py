"""A route that takes no more bytes than the service allows: a larger body is refused before it is kept anywhere."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message

from callcenter.imports.errors import FileTooLarge
from callcenter.imports.service import IntakeService

_FORM = 64 * 1024
"""Room for the other parts of the form."""


class UploadRoute(APIRoute):
    """For one upload in a form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def limited(request: Request) -> Response:
            intake: IntakeService = request.app.state.services[IntakeService]
            most = intake.upload_limit + _FORM
            declared = request.headers.get("content-length", "")
            taken = 0

            async def receive() -> Message:
                nonlocal taken
                message = await request.receive()
                taken += len(message.get("body", b""))
                if taken > most:
                    raise _too_large(intake.upload_limit)
                return message

            if declared.isdigit() and int(declared) > most:
                raise _too_large(intake.upload_limit)
            try:
                return await handle(Request(request.scope, receive))
            except HTTPException as error:
                if isinstance(error.__cause__, FileTooLarge):
                    raise error.__cause__ from None
                raise

        return limited


def _too_large(limit: int) -> FileTooLarge:
    return FileTooLarge(f"a list has at most {limit} bytes: split it", limit=limit)
