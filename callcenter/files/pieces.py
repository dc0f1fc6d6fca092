"""The content of an upload: sealed pieces in the database, so that any process finds it, also after a restart.

The table is a room's own: its first column refers to the upload, ``number`` counts the pieces from 0, ``body_sealed``
holds one. A piece is sealed for its place and opens nowhere else.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from typing import BinaryIO, cast

from callcenter.files import repository
from callcenter.files.repository import PieceTable
from callcenter.kit.crypto import Vault
from callcenter.kit.places import Binding
from callcenter.kit.work import Work

_PIECE = 1 << 20
"""Bytes of a piece."""


class Pieces:
    """Keeps uploads in one table of pieces. ``binding``: of the table's sealed column."""

    def __init__(self, vault: Vault, table: PieceTable, binding: Binding) -> None:
        self._vault = vault
        self._table = table
        self._binding = binding

    async def keep(self, work: Work, upload_id: int, file: BinaryIO) -> None:
        """Seals the file piece by piece into the database."""

        def next_piece(number: int) -> bytes | None:
            piece = file.read(_PIECE)
            return self._vault.seal_bytes(piece, self._binding.place(upload_id, number)) if piece else None

        file.seek(0)
        number = 0
        while (sealed := await asyncio.to_thread(next_piece, number)) is not None:
            await repository.add_piece(work.session, self._table, upload_id, number, sealed)
            number += 1

    @contextlib.asynccontextmanager
    async def opened(self, work: Work, upload_id: int, *, most: int | None = None) -> AsyncIterator[BinaryIO]:
        """Yields the content in clear, in a file without a name that is gone when the block ends or the process dies.

        ``most``: only so many pieces of it, a megabyte each.
        """

        def write(to: BinaryIO, number: int, sealed: bytes) -> None:
            to.write(self._vault.open_bytes(sealed, self._binding.place(upload_id, number)))

        with cast(BinaryIO, tempfile.TemporaryFile(prefix="callcenter-upload-")) as file:
            async for number, sealed in repository.pieces(work.session, self._table, upload_id, most):
                await asyncio.to_thread(write, file, number, sealed)
            file.seek(0)
            yield file

    async def drop(self, work: Work, upload_id: int) -> None:
        """Deletes the content for good."""
        await repository.drop_pieces(work.session, self._table, upload_id)
