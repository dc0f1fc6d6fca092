"""Serves the built panels: files, and the one page for every path inside a panel."""

import os
from mimetypes import guess_type
from stat import S_ISREG

import anyio.to_thread
from fastapi.responses import HTMLResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

_NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>callcenter</title>
<body><h1>界面尚未构建</h1>
<p>服务已启动，接口 <a href="/api/v1/about">/api/v1</a> 可用。请运行 <code>scripts/run</code>，它会先构建界面。</p>
<h1>The panels have not been built</h1>
<p>The service is up and its API answers. Start it with <code>scripts/run</code>, which builds the panels first.</p>
</body></html>"""


_PACKED = ".br"
"""Ends the name of a file that the build has compressed beside the file itself."""


class Panels:
    """Serves the panels' page for every path that no endpoint has."""

    def __init__(self, directory: os.PathLike[str]) -> None:
        self._files = StaticFiles(directory=directory, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 4404})
            return
        path = scope["path"].lstrip("/")
        if path.split("/", 1)[0] == "api":
            raise HTTPException(404, "there is no such endpoint")
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, "only GET and HEAD are possible here", {"Allow": "GET, HEAD"})
        file, stat = await anyio.to_thread.run_sync(self._files.lookup_path, path or "index.html")
        if stat is None or not S_ISREG(stat.st_mode) or _is_inner(path):
            if "." in path.rsplit("/", 1)[-1]:
                raise HTTPException(404, "there is no such file")
            path = "index.html"  # a path inside a panel: the page's own router reads it
            file, stat = await anyio.to_thread.run_sync(self._files.lookup_path, path)
        if stat is None:
            await HTMLResponse(_NOT_BUILT, 503, {"cache-control": "no-store"})(scope, receive, send)
            return
        encoding = None
        if "br" in Headers(scope=scope).get("accept-encoding", ""):
            packed, packed_stat = await anyio.to_thread.run_sync(self._files.lookup_path, f"{path}{_PACKED}")
            if packed_stat is not None:
                encoding, file, stat = "br", packed, packed_stat
        response = self._files.file_response(file, stat, scope)
        response.headers["cache-control"] = _caching(path)
        response.headers["vary"] = "Accept-Encoding"
        if encoding is not None:
            response.headers["content-encoding"] = encoding
            response.headers["content-type"] = _type_of(path)
        await response(scope, receive, send)


def _is_inner(path: str) -> bool:
    """Says whether a file is the build's own: its manifest, or another one in its compressed form."""
    return path.startswith(".") or path.endswith(_PACKED)


def _type_of(path: str) -> str:
    """Returns the type of the file that is packed; text is UTF-8, as the build writes it."""
    kind = guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _caching(path: str) -> str:
    """Returns how a file is cached: files with a hash in their name never change; the page that names them may."""
    if path.startswith("assets/"):
        return "public, max-age=31536000, immutable"
    return "no-cache" if path in ("", "index.html") else "public, max-age=3600"
