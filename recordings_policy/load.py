"""Reads ``policy.toml``; rejects invalid entries with an error written for the person who edits the file."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from recordings_policy.model import (
    FLOOR_DISPUTE_YEARS,
    FLOOR_LONG_TERM_YEARS,
    FLOOR_SHORT_TERM_YEARS,
    Particular,
    Policy,
    RecorderStopped,
)

POLICY_FILE = Path(__file__).with_name("policy.toml")

_SHAPE: dict[str, set[str]] = {
    "unsold": {"months", "reason"},
    "sold_short_term": {"term_at_most_months", "years_after_contract_end", "reason"},
    "sold_long_term": {"years_after_contract_end", "reason"},
    "dispute": {"years_after_dispute_end", "reason"},
    "legal_hold": {"reason"},
    "open_ended": {"lock_months", "renew_before_days", "reason"},
    "recorder_stopped": {"act", "reason"},
    "export": {"link_days", "particulars", "reason"},
}


class PolicyError(ValueError):
    """The policy file cannot be used; the message names the entry and says why."""


def load(file: Path = POLICY_FILE) -> Policy:
    """Returns the policy in force. Raises PolicyError."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{file.name} cannot be read: {error.strerror}") from error
    return parse(text)


def parse(text: str) -> Policy:
    """Reads the policy from a TOML text. Raises PolicyError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"the policy is not valid TOML: {error}") from error
    _check_names(document)
    policy = Policy(
        version=_version(document),
        effective_on=document["effective_on"],
        unsold_months=_number(document, "unsold", "months", least=1),
        short_term_months=_number(document, "sold_short_term", "term_at_most_months", least=1),
        sold_short_term_years=_number(
            document, "sold_short_term", "years_after_contract_end", least=FLOOR_SHORT_TERM_YEARS
        ),
        sold_long_term_years=_number(
            document, "sold_long_term", "years_after_contract_end", least=FLOOR_LONG_TERM_YEARS
        ),
        dispute_years=_number(document, "dispute", "years_after_dispute_end", least=FLOOR_DISPUTE_YEARS),
        open_lock_months=_number(document, "open_ended", "lock_months", least=1),
        renew_before_days=_number(document, "open_ended", "renew_before_days", least=1),
        recorder_stopped=_act(document),
        export_link_days=_number(document, "export", "link_days", least=1),
        export_particulars=_particulars(document),
    )
    if policy.short_term_months > 12:
        raise PolicyError("sold_short_term.term_at_most_months: the law calls a policy short up to 12 months")
    if policy.export_link_days > 90:
        raise PolicyError("export.link_days: a link to a recording is open for at most 90 days")
    if policy.renew_before_days >= policy.open_lock_months * 28:
        raise PolicyError("open_ended.renew_before_days must be shorter than open_ended.lock_months")
    return policy


def _check_names(document: dict[str, Any]) -> None:
    expected = {"version", "effective_on", *_SHAPE}
    if unknown := sorted(set(document) - expected):
        raise PolicyError(f"unknown entry {unknown[0]!r}; known are {', '.join(sorted(expected))}")
    if missing := sorted(expected - set(document)):
        raise PolicyError(f"entry {missing[0]!r} is missing")
    if type(document["effective_on"]) is not date:
        raise PolicyError("effective_on must be a date such as 2026-11-22, without quotes")
    for section, names in _SHAPE.items():
        table = document[section]
        if not isinstance(table, dict):
            raise PolicyError(f"[{section}] must be a table")
        if unknown := sorted(set(table) - names):
            raise PolicyError(f"unknown entry {section}.{unknown[0]}; known are {', '.join(sorted(names))}")
        if missing := sorted(names - set(table)):
            raise PolicyError(f"entry {section}.{missing[0]} is missing")
        if not isinstance(table["reason"], str) or not table["reason"].strip():
            raise PolicyError(f"{section}.reason must say why, in words")


def _version(document: dict[str, Any]) -> str:
    version = document["version"]
    if not isinstance(version, str) or not re.fullmatch(r"\d{4}\.\d{1,3}", version):
        raise PolicyError('version must look like "2026.1": the year, a dot, the number within the year')
    return version


def _act(document: dict[str, Any]) -> RecorderStopped:
    act = document["recorder_stopped"]["act"]
    if act not in tuple(RecorderStopped):
        known = " or ".join(f'"{each}"' for each in RecorderStopped)
        raise PolicyError(f"recorder_stopped.act must be {known}, it is {act!r}")
    return RecorderStopped(act)


def _particulars(document: dict[str, Any]) -> tuple[Particular, ...]:
    names = document["export"]["particulars"]
    known = ", ".join(Particular)
    if not isinstance(names, list):
        raise PolicyError(f"export.particulars must be a list of some of {known}")
    for name in names:
        if name not in tuple(Particular):
            raise PolicyError(f"export.particulars: unknown {name!r}; known are {known}")
    if len(set(names)) != len(names):
        raise PolicyError("export.particulars names one twice")
    return tuple(Particular(name) for name in names)


def _number(document: dict[str, Any], section: str, name: str, *, least: int) -> int:
    value = document[section][name]
    if type(value) is not int:
        raise PolicyError(f"{section}.{name} must be a whole number, it is {value!r}")
    if value < least:
        raise PolicyError(f"{section}.{name} is {value}; the least allowed is {least}")
    if value > 1200:
        raise PolicyError(f"{section}.{name} is {value}; the most allowed is 1200: is it a typing error?")
    return value
