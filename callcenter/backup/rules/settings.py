"""Decides which settings a backup keeps, and what they read in another place. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from callcenter.backup.types import SealedSettings
from callcenter.kit.config import PREFIX

_SET = re.compile(rf"({PREFIX}[A-Z0-9_]+)=(.*)", re.DOTALL)


def kept(values: Mapping[str, str], others: frozenset[str]) -> dict[str, str]:
    """Returns the settings among variables; ``others`` have our prefix and are none."""
    return {name: value for name, value in sorted(values.items()) if name.startswith(PREFIX) and name not in others}


def folder_of(settings: Mapping[str, str]) -> str:
    """Returns the folder of an installation, below which ``callcenter setup`` puts everything; empty: unknown."""
    kept_folder = settings.get("CALLCENTER_KEPT_FOLDER", "")
    return kept_folder if PurePosixPath(kept_folder).is_absolute() else ""


def moved(settings: Mapping[str, str], before: str, after: str) -> dict[str, str]:
    """Returns settings whose paths below the old folder are below the new one."""
    if not before:
        return dict(settings)
    return {
        name: after + value[len(before) :] if value == before or value.startswith(f"{before}/") else value
        for name, value in settings.items()
    }


def choice_of(text: str) -> tuple[str, str] | None:
    """Reads NAME=VALUE; None where it is not of this form."""
    match = _SET.fullmatch(text)
    return (match[1], match[2]) if match else None


def to_text(sealed: SealedSettings) -> str:
    return json.dumps(asdict(sealed), ensure_ascii=False)


def from_text(text: str) -> SealedSettings:
    """Reads what ``to_text`` wrote; it was authenticated before."""
    raw: Mapping[str, Any] = json.loads(text)
    return SealedSettings(folder=raw["folder"], settings=dict(raw["settings"]), answers=raw["answers"])
