"""Writes the sentence of an alert, by the same words as the panels (``alerts/words``)."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.messages.types import Language, Phase

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_UNKNOWN = "—"
_CODES: Mapping[str, str] = {"task": "task", "part": "part", "rate": "rate", "command": "command", "proof": "proof"}
"""Facts that are codes, and the group of words that names them."""
_INSTANTS = ("at", "until")


@cache
def words(language: Language) -> Mapping[str, Any]:
    """Returns the words of a language."""
    folder = files("callcenter.alerts").joinpath("words")
    bell, more = (
        json.loads(folder.joinpath(f"{language.value}{kind}.json").read_text(encoding="utf-8"))
        for kind in ("", ".more")  # the panels fetch the second one with the pages that need it
    )
    return {**bell, **more, "out": {**bell["out"], **more["out"]}}


def title(language: Language, kind: str | None, phase: Phase) -> str:
    """Returns the first line: the system, what has become of it, the kind of alert."""
    out = words(language)["out"]
    name = words(language)["alert"].get(kind, kind) if kind else out["test_name"]
    return _filled(out[phase.value], {"name": name})


def sentence(language: Language, kind: str, facts: Mapping[str, Any]) -> str:
    """Returns what has happened and what to do, as the bell says it. ``facts["campaign"]`` is the campaign's name."""
    known = words(language)
    values = {"count": _UNKNOWN, "error": _UNKNOWN, **facts}
    values |= {name: _named(known[group], str(facts[name])) for name, group in _CODES.items() if name in facts}
    values |= {name: moment(facts[name]) for name in _INSTANTS if facts.get(name)}
    if "part" in facts and facts.get("node"):
        values["part"] += _filled(known["out"]["of_node"], facts)
    said = _filled(known["say"].get(kind, kind), values)
    if short := facts.get("branches"):
        listed = known["out"]["comma"].join(f"{branch} {lack}" for branch, lack in short.items())
        said += _filled(known["out"]["branches"], {"branches": listed})
    return said


def moment(at: datetime | str) -> str:
    """Returns an instant in business time, to the minute."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{instant.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"


def line(language: Language, name: str, **values: str) -> str:
    """Returns a line that comes before or after the sentence."""
    return _filled(words(language)["out"][name], values)


def _named(group: Mapping[str, Any], code: str) -> str:
    found: Any = group
    for step in code.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else code


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], _UNKNOWN)), text)
