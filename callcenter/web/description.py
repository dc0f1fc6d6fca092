"""Serves the description of the interface (OpenAPI), which anyone may ask for.

It is written and compressed once: FastAPI would write its megabyte anew for each stranger who asks, and every other
request would wait.
"""

import asyncio
import gzip
import json
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response


class Description:
    """Keeps the description in the two forms that clients take."""

    def __init__(self, describe: Callable[[], dict[str, Any]]) -> None:
        self._describe = describe
        self._writing = threading.Lock()

    async def answer(self, request: Request) -> Response:
        """Sends the description, compressed where the client takes that."""
        plain, compressed = await asyncio.to_thread(self._written)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(plain, media_type="application/json", headers={"Vary": "Accept-Encoding"})
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(compressed, media_type="application/json", headers=headers)

    def _written(self) -> tuple[bytes, bytes]:
        with self._writing:
            return self._both

    @cached_property
    def _both(self) -> tuple[bytes, bytes]:
        plain = json.dumps(self._describe(), ensure_ascii=False, separators=(",", ":")).encode()
        return plain, gzip.compress(plain)
