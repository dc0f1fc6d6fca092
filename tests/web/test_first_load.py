"""What a browser fetches before it shows a page: at most 200 kB, compressed as the server sends it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Edge

STATIC = Path(__file__).parents[2] / "callcenter/web/static"
MOST_BYTES = 200_000
LANGUAGE = "src/locale/zh.ts"
"""The words every page waits for; those of the other language are not loaded."""

Manifest = dict[str, dict[str, Any]]
"""Vite's: source file → the file built from it, what it imports at once, its style sheets."""


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    built: Manifest = json.loads((STATIC / ".vite/manifest.json").read_text())
    return built


def pages(manifest: Manifest) -> list[str]:
    return [name for name, chunk in manifest.items() if name.endswith("Page.vue") and chunk.get("isDynamicEntry")]


def fetched(manifest: Manifest, *entries: str) -> set[str]:
    """The files that come before the entries run: theirs, and whatever they import without waiting."""
    files: set[str] = set()
    waiting, seen = list(entries), set(entries)
    while waiting:
        chunk = manifest[waiting.pop()]
        files |= {chunk["file"], *chunk.get("css", ())}
        new = set(chunk.get("imports", ())) - seen
        seen |= new
        waiting += new
    return files


def weight(files: set[str]) -> int:
    """Bytes on the wire: a file too small to be worth compressing goes as it is."""
    sizes = [
        [path.stat().st_size for path in (STATIC / f"{name}.br", STATIC / name) if path.exists()] for name in files
    ]
    return sum(size[0] for size in sizes)


def test_every_page_is_light(manifest: Manifest) -> None:
    """Also when it is the first one: a page may be opened by a link, or loaded again."""
    weights = {page: weight(fetched(manifest, "index.html", LANGUAGE, page)) for page in pages(manifest)}
    assert len(weights) > 25
    assert {page: size for page, size in weights.items() if size > MOST_BYTES} == {}


def test_a_page_does_not_load_the_other_language_or_another_roles_page(manifest: Manifest) -> None:
    files = fetched(manifest, "index.html", LANGUAGE, "src/agent/AgentPage.vue")
    assert manifest["src/locale/en.ts"]["file"] not in files
    assert manifest["src/ledger/LedgerPage.vue"]["file"] not in files


async def test_answers_of_the_interface_are_compressed(edge: Edge) -> None:
    packed = await edge.browser().get("/api/v1/openapi.json", headers={"accept-encoding": "gzip"})
    plain = await edge.browser().get("/api/v1/openapi.json", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) * 2 < len(plain.content)


async def test_a_file_goes_out_as_it_was_compressed_at_the_build(edge: Edge, manifest: Manifest) -> None:
    edge.static.symlink_to(STATIC)
    name = manifest["index.html"]["file"]

    async with edge.browser().stream("GET", f"/{name}", headers={"accept-encoding": "gzip, br"}) as packed:
        body = b"".join([part async for part in packed.aiter_raw()])
    plain = await edge.browser().get(f"/{name}", headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "br"
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert all("Accept-Encoding" in answer.headers["vary"] for answer in (packed, plain))
    assert packed.headers["etag"] != plain.headers["etag"]
    assert body == (STATIC / f"{name}.br").read_bytes()
    assert plain.content == (STATIC / name).read_bytes()


async def test_what_the_build_keeps_for_itself_is_not_served(edge: Edge) -> None:
    edge.static.symlink_to(STATIC)
    for path in ("/.vite/manifest.json", "/index.html.br"):
        assert (await edge.browser().get(path)).status_code == 404
