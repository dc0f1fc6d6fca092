"""Proves a backup: restores it into a scratch cluster and certifies both, which must say the same.

The keys are those that the passphrase opens, not those of the running system: a backup whose keys cannot read its rows
is found now and not after the fire.
"""

import asyncio
import contextlib
import secrets
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callcenter.audit.certificate.report import as_json
from callcenter.audit.certificate.types import Certificate
from callcenter.backup import folders
from callcenter.backup.postgres import find_tools, tables_at
from callcenter.backup.rules import settings as kept_settings
from callcenter.backup.rules.manifests import differing_tables
from callcenter.backup.sealing import open_sealed
from callcenter.backup.types import PartName
from callcenter.bootstrap import verifying
from callcenter.bootstrap.starting import require_belonging
from callcenter.embedded.parts import postgres_part
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.process import free_ports
from callcenter.kit.clock import FrozenClock
from callcenter.kit.config import CoreSettings
from callcenter.supervision.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Drilled:
    """What the drill found."""

    certificate: Certificate
    """Of the restored database."""
    differing: list[str]
    """Tables and parts of the certificate in which both differ."""

    @property
    def same(self) -> bool:
        return not self.differing


async def drill(backup: Path, passphrase: str, certificate: Certificate) -> Drilled:
    """Restores and compares; ``certificate``: of the snapshot that was dumped. Raises BackupRefused, StartError."""
    manifest = await asyncio.to_thread(folders.require_backup, backup)
    sealed = (backup / PartName.SETTINGS).read_text(encoding="utf-8")
    opened = await asyncio.to_thread(open_sealed, sealed, passphrase, PartName.SETTINGS.value)
    keys = kept_settings.from_text(opened).settings
    async with _scratch() as (server, name):
        url = server.url(name)
        await find_tools(manifest.postgres).restore(backup / PartName.DATABASE, url)
        differing = differing_tables(manifest.tables, await tables_at(url))
        restored = _of_copy(keys, url)
        async with verifying(restored, with_store=False, clock=FrozenClock(certificate.made_at)) as verifier:
            await require_belonging(verifier.works, restored)
            async with verifier.works.begin() as work:
                period = certificate.period
                copy = await verifier.certificates.certify(work, period.since, period.until)
    return Drilled(copy, differing + differing_parts(certificate, copy))


def _of_copy(keys: Mapping[str, str], url: str) -> CoreSettings:
    """Returns this process's settings with the copy's database and the backup's keys."""
    return CoreSettings(
        database_url=SecretStr(url),
        field_keys=SecretStr(keys["CALLCENTER_FIELD_KEYS"]),
        index_key=SecretStr(keys["CALLCENTER_INDEX_KEY"]),
    )


@contextlib.asynccontextmanager
async def _scratch() -> AsyncIterator[tuple[EmbeddedPostgres, str]]:
    """Runs an empty cluster in a folder of its own, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="callcenter-drill-") as folder:
        server = EmbeddedPostgres(Path(folder, "postgres"), free_ports(1)[0], secrets.token_hex(16), durable=False)
        async with Supervisor([postgres_part(server, "drill", Path(folder))]):
            yield server, "drill"


def differing_parts(source: Certificate, copy: Certificate) -> list[str]:
    """Names what two certificates say differently; when each was made does not count."""
    before, after = as_json(source), as_json(copy)
    names = [name for name in ("period", "result", "figures", "chain_head") if before[name] != after[name]]
    sections = zip(before["sections"], after["sections"], strict=True)
    return names + [one["id"] for one, other in sections if one != other]


def render(source: Certificate, drilled: Drilled, console: Console) -> None:
    """Prints both certificates side by side."""
    table = Table(show_edge=False, pad_edge=False)
    for name in ("检查 Section", "原库 source", "恢复库 restored", ""):
        table.add_column(name, justify="left")
    for one, other in zip(source.sections, drilled.certificate.sections, strict=True):
        table.add_row(
            Text(f"{one.title_zh} {one.title_en}"),
            f"{one.checked} / {len(one.exceptions)} · {one.result}",
            f"{other.checked} / {len(other.exceptions)} · {other.result}",
            Text("=", style="green") if one == other else Text("≠", style="bold red"),
        )
    console.print(Text("证书对照 certificates: 已查 checked / 例外 exceptions · 结果 result", style="bold"))
    console.print(table)
    period = f"{_shown(source.period.since)} – {_shown(source.period.until)}"
    console.print(f"期间 period: {period}", highlight=False)
    if drilled.same:
        console.print("演练成功：恢复库与原库一致 drill passed: the restored database says the same", style="green")
    else:
        console.print(f"演练失败 drill failed, these differ: {', '.join(drilled.differing)}", style="bold red")


def _shown(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
