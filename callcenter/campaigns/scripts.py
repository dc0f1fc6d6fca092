"""Decides which script may be submitted. Pure.

Source: requirement C8: the agent says their own name, the company's in full and their licence number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from callcenter.campaigns.types import Statement

SPOKEN_NAMES = ("company", "agent", "licence")
"""What the desk fills in between braces; each has to be in a mandatory statement."""

_BRACES = re.compile(r"\{([^{}]*)\}")


class ScriptFault(StrEnum):
    """Why a script is not published."""

    EMPTY = "empty"
    """It has no statement."""
    KEY_TWICE = "key_twice"
    UNKNOWN_NAME = "unknown_name"
    """The desk knows no word for what stands between braces: the agent would read out the braces."""
    NAME_MISSING = "name_missing"
    """No mandatory statement holds a name that the law wants to be said."""


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    fault: ScriptFault
    names: tuple[str, ...] = ()
    """Of ``SPOKEN_NAMES`` those that are missing, or those that are unknown, as they were written."""


def with_keys(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Gives each statement without a key the first free one. Others keep theirs, so that versions can be compared."""
    taken = {statement.key for statement in statements}
    free = (key for number in range(1, 2 * len(statements) + 1) if (key := f"s{number}") not in taken)
    return tuple(statement if statement.key else replace(statement, key=next(free)) for statement in statements)


def script_problem(statements: Sequence[Statement]) -> ScriptProblem | None:
    """Returns why a script with these statements is not published; None when it may be."""
    keys = [statement.key for statement in statements]
    if not keys:
        return ScriptProblem(ScriptFault.EMPTY)
    if len(set(keys)) != len(keys):
        return ScriptProblem(ScriptFault.KEY_TWICE)
    used = [name for statement in statements for name in _BRACES.findall(statement.text + (statement.text_en or ""))]
    if unknown := tuple(dict.fromkeys(name for name in used if name not in SPOKEN_NAMES)):
        return ScriptProblem(ScriptFault.UNKNOWN_NAME, unknown)
    said = "".join(statement.text for statement in statements if statement.mandatory)
    if missing := tuple(name for name in SPOKEN_NAMES if f"{{{name}}}" not in said):
        return ScriptProblem(ScriptFault.NAME_MISSING, missing)
    return None
