"""Use cases of the trunks that a person enters: listed, added, changed, removed; and what a switch needs of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from callcenter.calls.service import CallService
from callcenter.calls.types import TrunkDay
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.lines import repository
from callcenter.lines.cards import card_of, entry_of
from callcenter.lines.errors import (
    TrunkAccountMissing,
    TrunkChanged,
    TrunkNameTaken,
    TrunkNotEncrypted,
    TrunkNotFound,
    TrunkPasswordMissing,
)
from callcenter.lines.models import ConfiguredTrunk
from callcenter.lines.types import (
    TRUNK_PASSWORD,
    TrunkAccess,
    TrunkCard,
    TrunkEntry,
    TrunkForm,
    TrunkTransport,
)
from callcenter.telephony.settings import NodeSettings, SwitchSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkView:
    """A trunk with what is known of it today; ``entry`` is None for the one that only the settings name."""

    name: str
    entry: TrunkEntry | None
    health: TrunkCard | None
    day: TrunkDay


class TrunkService:
    """Writes trunks as they were entered. Their health is written by ``LineService`` alone."""

    def __init__(self, vault: Vault, calls: CallService, node: NodeSettings, switch: SwitchSettings) -> None:
        self._vault = vault
        self._calls = calls
        self._of_settings = switch.trunk if node.trunk_host else None

    async def entries(self, work: Work) -> Sequence[TrunkEntry]:
        """Returns the trunks that were entered, by group and priority."""
        return [entry_of(row) for row in await repository.configured(work.session)]

    async def named(self, work: Work, name: str) -> TrunkEntry:
        """Returns the trunk of this name. Raises TrunkNotFound."""
        for entry in await self.entries(work):
            if entry.name == name:
                return entry
        raise TrunkNotFound(f"there is no trunk {name}")

    async def views(self, work: Work) -> Sequence[TrunkView]:
        """Returns every trunk that was entered or carried calls today, with its health and the calls of the day."""
        entries = {entry.name: entry for entry in await self.entries(work)}
        days = await self._calls.days_of_trunks(work, business_date(work.now))
        others = days.keys() | ({self._of_settings} if self._of_settings else set())
        names = [*entries, *sorted(others - entries.keys())]
        states = {row.name: card_of(row) for row in await repository.states(work.session, names)}
        return [
            TrunkView(
                name=name,
                entry=entries.get(name),
                health=states.get(name),
                day=days.get(name, TrunkDay()),
            )
            for name in names
        ]

    async def with_passwords(self, work: Work) -> Sequence[TrunkEntry]:
        """Returns the trunks in use with their clear passwords, for the files of a switch and nothing else."""
        return [
            replace(entry, form=replace(entry.form, password=self._opened(row)))
            for row in await repository.configured(work.session)
            if (entry := entry_of(row)).form.in_use
        ]

    async def add(self, work: Work, name: str, form: TrunkForm, reason: str) -> TrunkEntry:
        """Adds a trunk. Raises TrunkNameTaken, TrunkAccountMissing, TrunkPasswordMissing, TrunkNotEncrypted."""
        await work.lock("lines.trunk_name")
        if name == self._of_settings or any(entry.name == name for entry in await self.entries(work)):
            raise TrunkNameTaken(f"a trunk is called {name} already: choose another name")
        row = ConfiguredTrunk(name=name, **_columns_of(form))
        work.session.add(row)
        await work.session.flush()
        return await self._set(work, row, form, reason)

    async def change(self, work: Work, trunk_id: int, version: int, form: TrunkForm, reason: str) -> TrunkEntry:
        """Changes a trunk as it was read. Raises TrunkNotFound, TrunkChanged and what ``add`` raises of the form."""
        row = await self._locked(work, trunk_id)
        if row.version != version:
            raise TrunkChanged(f"another person has changed {row.name}: look at it again before you change it")
        for column, value in _columns_of(form).items():
            setattr(row, column, value)
        row.version += 1
        return await self._set(work, row, form, reason)

    async def remove(self, work: Work, trunk_id: int, reason: str) -> None:
        """Removes a trunk; the calls on it go on. Raises TrunkNotFound."""
        row = await self._locked(work, trunk_id)
        row.removed_at = work.now
        row.password_sealed = None
        await work.announce(Noted("lines.trunk_removed", f"trunk:{row.name}", {"reason": reason}))

    async def _set(self, work: Work, row: ConfiguredTrunk, form: TrunkForm, reason: str) -> TrunkEntry:
        if form.access is TrunkAccess.ADDRESS:
            row.account, row.password_sealed = "", None
        elif not form.account:
            raise TrunkAccountMissing("a trunk that registers or signs needs the account the carrier has given")
        elif form.password:
            row.password_sealed = self._vault.seal(form.password, TRUNK_PASSWORD.at(row))
        elif row.password_sealed is None:
            raise TrunkPasswordMissing("an account needs its password")
        if form.encrypts_sound and form.transport is not TrunkTransport.TLS:
            raise TrunkNotEncrypted("encrypted sound needs TLS: over another transport its keys could be read")
        await work.session.flush()
        facts = {
            "version": row.version,
            "group": row.group_name,
            "server": f"{row.host}:{row.port}",
            "transport": row.transport.value,
            "access": row.access.value,
            "channels": row.channels,
            "calls_per_second": row.calls_per_second,
            "priority": row.priority,
            "share": row.share,
            "in_use": row.in_use,
            "reason": reason,
        }
        await work.announce(Noted("lines.trunk_set", f"trunk:{row.name}", facts))
        return entry_of(row)

    async def _locked(self, work: Work, trunk_id: int) -> ConfiguredTrunk:
        row = await repository.lock_configured(work.session, trunk_id)
        if row is None:
            raise TrunkNotFound(f"there is no trunk {trunk_id}, or it was removed: refresh the list")
        return row

    def _opened(self, row: ConfiguredTrunk) -> str | None:
        if row.password_sealed is None:
            return None
        return self._vault.open(row.password_sealed, TRUNK_PASSWORD.at(row))


def _columns_of(form: TrunkForm) -> Mapping[str, Any]:
    return {
        "group_name": form.group,
        "host": form.host,
        "port": form.port,
        "transport": form.transport,
        "encrypts_sound": form.encrypts_sound,
        "access": form.access,
        "account": form.account,
        "codecs": [codec.value for codec in form.codecs],
        "number_format": form.number_format,
        "prefix": form.prefix,
        "channels": form.channels,
        "calls_per_second": form.calls_per_second,
        "priority": form.priority,
        "share": form.share,
        "in_use": form.in_use,
    }
