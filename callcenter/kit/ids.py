"""The id of a row as it comes from outside: beyond 64 bits it names no row, and no database takes it."""

from typing import Annotated

from fastapi import Path

RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]
