"""Opens every sealed value at its place: one that was exchanged with another's opens there no more (requirement L7)."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlmodel import SQLModel

from callcenter.audit.certificate.remarks import FindingCode, Remark
from callcenter.audit.certificate.types import Finding, Section, SectionId
from callcenter.audit.seals import repository
from callcenter.audit.seals.columns import SealedTable, row_name, sealed_tables
from callcenter.audit.types import RESEAL, RESEALED
from callcenter.kit.crypto import UndecipherableError, Vault
from callcenter.kit.installation import BOUND_NOTE
from callcenter.kit.work import Work

_AT_ONCE = 2_000


async def held_in_place(work: Work, vault: Vault | None) -> Section:
    """Makes the section of the sealed values, of whatever day; without keys it looks at nothing."""
    if vault is None:
        return Section(id=SectionId.SEALS, checked=0)
    bound_only = await repository.all_bound(work.session, RESEALED)
    checked = 0
    astray: list[Finding] = []
    for table in sealed_tables(SQLModel.metadata):
        async for rows in repository.stream(work.session, table, _AT_ONCE):
            checked += len(rows)
            astray += await asyncio.to_thread(_astray, vault, table, rows, bound_only)
    notes: list[Finding] = []
    if not bound_only and checked:
        # An upgrade requests the job; a note that is gone without it was removed.
        waits = await repository.is_open(work.session, RESEAL)
        (notes if waits else astray).append(Finding(f"installation_note:{BOUND_NOTE}", Remark(FindingCode.SEALS_OPEN)))
    return Section(id=SectionId.SEALS, checked=checked, exceptions=tuple(astray), notes=tuple(notes))


def _astray(vault: Vault, table: SealedTable, rows: Sequence[Row[Any]], bound_only: bool) -> list[Finding]:
    """Returns the rows with a value that does not open at its place. Blocks."""
    astray: list[Finding] = []
    for row in rows:
        for column, value, place in zip(table.columns, table.sealed(row), table.places(row), strict=True):
            if value is not None and (code := _problem(vault, value, place, bound_only)):
                astray.append(
                    Finding(f"{table.name}:{row_name(table.key(row))}", Remark(code, {"column": column.name}))
                )
    return astray


def _problem(vault: Vault, value: str, place: str, bound_only: bool) -> FindingCode | None:
    if bound_only and not vault.is_bound(value):
        return FindingCode.SEAL_UNBOUND
    try:
        vault.open(value, place)
    except UndecipherableError:
        return FindingCode.SEAL_ASTRAY
    return None
