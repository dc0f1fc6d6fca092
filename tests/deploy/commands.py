"""Looks whether commands of texts and units exist, with their options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import typer

from callcenter.cli import app

_BLOCK = re.compile(r"^ *```[a-z]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(callcenter [^`]+)`")
_CALLED = re.compile(r"(?:^|(?<=[\s/']))callcenter\s+(?=[a-z])(?!callcenter\b)([^\n#|;&]*)")


def commands_in(text: str) -> Iterator[str]:
    """Yields each command of ours in blocks and in lines of a text, from its name on."""
    for block in _BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from (f"callcenter {found.strip()}" for found in _CALLED.findall(line))
    yield from _INLINE.findall(text)


def faults_of(line: str) -> list[str]:
    """Names what a command line has that the program does not know."""
    found = _CALLED.search(line)
    if found is None:
        return [f"{line}: no command of callcenter"]
    try:
        words = shlex.split(found[1].replace("'", " "))
    except ValueError:
        words = found[1].split()
    command = typer.main.get_command(app)
    path = []
    while words and hasattr(command, "commands") and words[0] in command.commands:
        path.append(words[0])
        command = command.commands[words.pop(0)]
    if not path:
        return [f"{line}: there is no such command"]
    if hasattr(command, "commands") and words and re.fullmatch(r"[a-z-]+", words[0]):
        return [f"{line}: {' '.join(path)} has no {words[0]}"]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    given = [word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)]
    return [f"{line}: {' '.join(path)} has no {option}" for option in given if option not in known]


def faults_in(path: Path) -> list[str]:
    """Names every command of a page that does not exist."""
    return [fault for command in commands_in(path.read_text()) for fault in faults_of(command)]
