"""The content of an upload: sealed pieces in the database, so that any process and a restart find it."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from typing import BinaryIO, cast

from callcenter.imports import repository
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work

_PIECE = 1 << 20


async def keep(work: Work, vault: Vault, upload_id: int, file: BinaryIO) -> None:
    """Seals the file piece by piece into the database."""

    def next_piece() -> bytes | None:
        piece = file.read(_PIECE)
        return vault.seal_bytes(piece, _place(upload_id, number)) if piece else None

    file.seek(0)
    number = 0
    while (sealed := await asyncio.to_thread(next_piece)) is not None:
        await repository.add_chunk(work.session, upload_id, number, sealed)
        number += 1


@contextlib.asynccontextmanager
async def opened(work: Work, vault: Vault, upload_id: int, *, most: int | None = None) -> AsyncIterator[BinaryIO]:
    """The content in clear, in a file without a name that is gone when the block ends or the process dies.

    ``most``: only so many pieces of it, a megabyte each.
    """
    with cast(BinaryIO, tempfile.TemporaryFile(prefix="callcenter-upload-")) as file:
        async for number, sealed in repository.chunks(work.session, upload_id, most):
            await asyncio.to_thread(_write, vault, sealed, _place(upload_id, number), file)
        file.seek(0)
        yield file


def _write(vault: Vault, sealed: bytes, place: str, file: BinaryIO) -> None:
    file.write(vault.open_bytes(sealed, place))


def _place(upload_id: int, number: int) -> str:
    return f"lead_upload:{upload_id}:{number}"
