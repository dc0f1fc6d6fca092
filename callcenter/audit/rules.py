"""Decides what an entry's hash covers, and where a chain is broken. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from callcenter.audit.types import Anchor, Break, ChainReport, Fault

GENESIS = "0" * 64
"""The previous hash of the first entry."""
_UNKNOWN = ""
"""The hash of the entry before a check that begins later: the noted entry itself is compared with its note."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the trail. Ids have no gaps."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    facts: Mapping[str, Any]
    previous_hash: str
    hash: str = ""
    """Hash of the fields above; empty until it is computed."""


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the facts in the form in which jsonb returns them later, so that their hash stays the same."""
    decoded: dict[str, Any] = json.loads(json.dumps(dict(facts), default=str, allow_nan=False))
    settled: dict[str, Any] = _settled(decoded)
    return settled


def _settled(value: Any) -> Any:
    """Returns whole floats as integers: jsonb stores 1e22 and 10000000000000000000000 as the same number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _settled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_settled(inner) for inner in value]
    return value


def hash_entry(entry: Entry) -> str:
    """Returns SHA-256 (hexadecimal) over all fields of an entry, including the hash of the entry before it.

    Only its own ``hash`` is left out.
    """
    content = json.dumps(
        [
            entry.id,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor,
            entry.act,
            entry.subject,
            plain(entry.facts),
            entry.previous_hash,
        ],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()


def write_after(head: Anchor | None, last: Anchor | None) -> Anchor:
    """Returns the id and hash that the next entry follows: those of the noted head.

    Where note and trail disagree, one of them was tampered with. Acts must still be recorded: the next entry takes
    an id above every used one and follows the note, so that the break stays visible for ever.
    """
    if head is None:
        return Anchor(last.entry_id if last else 0, GENESIS)
    return Anchor(max(head.entry_id, last.entry_id if last else 0), head.hash)


class ChainCheck:
    """Checks the chain entry by entry, in the order of the ids, in constant memory."""

    def __init__(self, anchors: Sequence[Anchor] = (), *, since: Anchor | None = None) -> None:
        """``since``: begins with this entry, which was noted outside the database, instead of with the first one."""
        self._anchors: dict[int, set[str]] = {}
        for anchor in anchors:
            self._anchors.setdefault(anchor.entry_id, set()).add(anchor.hash)
        self._broken: list[Break] = []
        self._entries = 0
        self._last = Anchor(0, GENESIS) if since is None else Anchor(since.entry_id - 1, _UNKNOWN)

    def take(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._entries += 1
            self._look_at(entry)
            self._last = Anchor(entry.id, entry.hash)

    def finish(self, head: Anchor | None) -> ChainReport:
        """Ends the check. ``head`` is the last entry by the database's own note; None when there is no note."""
        last = self._last
        if head is None:
            if self._entries:
                self._found(last.entry_id, Fault.UNCHAINED, "the note of the last entry is gone")
        elif head.entry_id > last.entry_id:
            self._found(head.entry_id, Fault.REMOVED, f"the trail ends at {last.entry_id} instead of {head.entry_id}")
        elif head != last:
            self._found(last.entry_id, Fault.UNCHAINED, f"the note of the last entry says {head.entry_id}")
        for entry_id in sorted(self._anchors):
            if entry_id > max(last.entry_id, head.entry_id if head else 0):
                self._found(entry_id, Fault.REMOVED, "an entry noted outside the database is gone")
        return ChainReport(self._entries, last if self._entries else None, tuple(self._broken))

    def _look_at(self, entry: Entry) -> None:
        last = self._last
        if entry.id != last.entry_id + 1:
            self._found(entry.id, Fault.REMOVED, f"entries {last.entry_id + 1} to {entry.id - 1} are gone")
        elif last.hash != _UNKNOWN and entry.previous_hash != last.hash:
            self._found(entry.id, Fault.UNCHAINED, f"it does not follow from entry {last.entry_id}")
        if entry.hash != hash_entry(entry):
            self._found(entry.id, Fault.CHANGED, "its content does not match its hash")
        elif self._anchors.get(entry.id, {entry.hash}) != {entry.hash}:
            self._found(entry.id, Fault.CHANGED, "it differs from the entry noted outside the database")

    def _found(self, entry_id: int, fault: Fault, detail: str) -> None:
        self._broken.append(Break(entry_id, fault, detail))
