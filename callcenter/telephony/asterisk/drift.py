"""Compares the files of a node with those that its settings ask for, and says each difference in words. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

_SECRET_OPTIONS = frozenset({"password", "secret"})
_HEADING = re.compile(r"\[(?P<name>[^\]]+)\]\s*(?P<template>\([^)]*\))?")
_OPTION = re.compile(r"(?P<name>[^=;]+?)\s*=>?\s*(?P<value>.*)")


class Drift(StrEnum):
    """How a stored file is not as it is wanted."""

    NO_FILE = "no_file"
    OPEN_TO_OTHERS = "open_to_others"
    """Users other than its owner may read it."""
    LACKING = "lacking"
    SURPLUS = "surplus"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is on the disk."""

    text: str
    mode: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; ``stored`` and ``wanted`` show no secret."""

    kind: Drift
    file: str
    place: str = ""
    """Section and option, such as ``[carrier] type = aor: contact``."""
    stored: str = ""
    wanted: str = ""

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}" if self.place else self.file
        match self.kind:
            case Drift.NO_FILE:
                return f"{where}: 没有这个文件 is not there"
            case Drift.OPEN_TO_OTHERS:
                return f"{where}: 其他用户可以读取 can be read by other users ({self.stored})"
            case Drift.LACKING:
                return f"{where}: 缺少 lacks {self.wanted}"
            case Drift.SURPLUS:
                return f"{where}: 多出 has in addition {self.stored}"
            case Drift.CHANGED:
                return f"{where}: 现为 is {self.stored}，应为 and should be {self.wanted}"


def differences(wanted: Mapping[str, str], stored: Mapping[str, StoredFile]) -> list[Difference]:
    """Compares files by path. Comments, blank lines and the order of sections are no difference."""
    return [one for name, text in sorted(wanted.items()) for one in _of_file(name, text, stored.get(name))]


def _of_file(name: str, text: str, stored: StoredFile | None) -> Iterator[Difference]:
    if stored is None:
        yield Difference(Drift.NO_FILE, name)
        return
    if stored.mode & 0o077 and not name.startswith("bin/"):
        yield Difference(Drift.OPEN_TO_OTHERS, name, stored=f"{stored.mode:04o}")
    if not name.endswith(".conf"):
        if stored.text != text:
            yield Difference(
                Drift.CHANGED, name, stored="另一段文字 another text", wanted="本版本的文字 this release's"
            )
        return
    before, after = _options(stored.text), _options(text)
    for place in sorted(before.keys() | after.keys()):
        yield from _of_option(name, place, before.get(place, []), after.get(place, []))


def _of_option(file: str, place: tuple[str, str], stored: list[str], wanted: list[str]) -> Iterator[Difference]:
    if stored == wanted:
        return
    section, option = place
    where = f"[{section}]"
    if not option:  # the heading itself: a section without options
        yield Difference(Drift.SURPLUS if stored else Drift.LACKING, file, stored=where, wanted=where)
        return
    hidden = option in _SECRET_OPTIONS
    if stored and wanted:
        shown = [("(不显示 not shown)" if hidden else ", ".join(values)) for values in (stored, wanted)]
        yield Difference(Drift.CHANGED, file, f"{where} {option}", *shown)
        return
    value = f"{option} = {'(不显示 not shown)' if hidden else ', '.join(stored or wanted)}"
    yield Difference(Drift.SURPLUS if stored else Drift.LACKING, file, where, stored=value, wanted=value)


def _options(text: str) -> dict[tuple[str, str], list[str]]:
    """Reads sections and options; an option may come several times. Sections of one name differ by their ``type``."""
    sections: list[tuple[str, list[tuple[str, str]]]] = [("", [])]
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare.startswith(";"):
            continue
        if heading := _HEADING.fullmatch(bare):
            sections.append((heading["name"] + (heading["template"] or ""), []))
        elif option := _OPTION.fullmatch(bare):
            sections[-1][1].append((option["name"].strip(), option["value"].strip()))
        else:
            sections[-1][1].append((bare, ""))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, options in sections:
        kind = dict(options).get("type", "")
        whole = f"{name} {kind}" if kind else name
        if name and not options:
            found[whole, ""] = [""]
        for key, value in options:
            found[whole, key].append(value)
    return found
