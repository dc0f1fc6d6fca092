"""Speaks with the operator: questions, refusals, what was done and what comes next, in Chinese and English."""

import getpass

from rich.console import Console

from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes.machine import SETTINGS_FILE
from callcenter.setup.rules.next_steps import next_steps
from callcenter.setup.service import Installed
from callcenter.setup.types import HIDDEN, Answers, Question
from callcenter.setup.words import QUESTIONS, STEPS

_MOST_NAMES = 8
"""Of changes that are named; a first run changes everything."""


class PersonAtTerminal:
    """Asks a person, line by line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._number = 0
        self._last: Question | None = None

    def ask(self, question: Question, default: str | None) -> str:
        if question is not self._last:
            self._number += 1
            self._last = question
        chinese, english = QUESTIONS[question]
        self._print(f"\n{self._number}. {chinese}\n   {english}")
        hidden = question in HIDDEN
        shown = "" if default is None else f"[{'不变 unchanged' if hidden else default}] "
        typed = getpass.getpass(f"   {shown}> ") if hidden else input(f"   {shown}> ")
        return typed.strip() or default or ""

    def refuse(self, refusal: AnswerRefused) -> None:
        self._print(f"   ✗ {refusal.chinese}\n     {refusal.english}")

    def _print(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def report(installed: Installed, console: Console) -> None:
    """Prints each step, and whether it has changed anything; values of settings are not shown."""
    for done in installed.steps:
        chinese, english = STEPS[done.step]
        count = len(done.changed)
        names = ", ".join(done.changed) if count <= _MOST_NAMES else f"{count} 项 items"
        what = f"已写入 written: {names}" if count else "没有变化 unchanged"
        console.print(f"· {chinese} {english}: {what}", highlight=False, markup=False, soft_wrap=True)
    if not installed.changed:
        console.print("没有任何变化 nothing has changed", highlight=False, soft_wrap=True)


def explain_next(answers: Answers, folder: str, console: Console) -> None:
    """Prints what the operator does next."""
    console.print("\n下一步 next:", highlight=False)
    for number, (chinese, english) in enumerate(next_steps(answers, f"{folder}/{SETTINGS_FILE}"), 1):
        console.print(f"{number}. {chinese}\n   {english}", highlight=False, markup=False, soft_wrap=True)
