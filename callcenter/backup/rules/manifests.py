"""Reads and writes manifests, and decides whether a run may begin, go on or has to be refused. Pure."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from callcenter.backup.types import FORMAT, MANIFEST, Manifest, PartFacts, PartName


class ManifestFault(Exception):  # noqa: N818 - as a refusal
    """Says why a manifest cannot be understood."""


class Beginning(StrEnum):
    """What a run finds in the folder that it is to write."""

    EMPTY = "empty"
    RESUMED = "resumed"
    COMPLETE = "complete"
    OTHER = "other"
    """Unfinished, of another database."""
    FOREIGN = "foreign"


def to_text(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n"


def from_text(text: str) -> Manifest:
    """Reads a manifest. Raises ManifestFault."""
    try:
        raw: Mapping[str, Any] = json.loads(text)
        if raw["format"] != FORMAT:
            raise ManifestFault(f"format {raw['format']}")
        parts = {PartName(name): PartFacts(str(one["sha256"]), int(one["size"])) for name, one in raw["parts"].items()}
        return Manifest(
            made_at=str(raw["made_at"]),
            release=str(raw["release"]),
            revision=str(raw["revision"]),
            postgres=int(raw["postgres"]),
            keys={str(name): str(value) for name, value in raw["keys"].items()},
            tables={str(name): int(count) for name, count in raw["tables"].items()},
            parts=parts,
            objects=None if raw["objects"] is None else int(raw["objects"]),
            complete=bool(raw["complete"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestFault(type(error).__name__) from None


def beginning(names: Collection[str], present: Manifest | None, keys: Mapping[str, str]) -> Beginning:
    """Decides by the names in the folder, its manifest and the check values of this database's keys."""
    if present is None:
        left = {name for name in names if not name.endswith(".part")}
        return Beginning.FOREIGN if left else Beginning.EMPTY
    if present.complete:
        return Beginning.COMPLETE
    if present.keys and dict(present.keys) != dict(keys):
        return Beginning.OTHER
    known = {MANIFEST, *PartName}
    return Beginning.RESUMED if all(name in known or name.endswith(".part") for name in names) else Beginning.FOREIGN


def differing_tables(backed_up: Mapping[str, int], restored: Mapping[str, int]) -> list[str]:
    """Names the tables with another number of rows, each with both numbers."""
    return [
        f"{name} {backed_up.get(name, '–')} → {restored.get(name, '–')}"
        for name in sorted(backed_up.keys() | restored.keys())
        if backed_up.get(name) != restored.get(name)
    ]
