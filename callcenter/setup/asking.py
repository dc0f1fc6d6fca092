"""Asks the questions one after another, or reads them from a file; each answer is tested before the next is asked."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Protocol

from callcenter.embedded.objectstore import PORTS as STORE_PORTS
from callcenter.embedded.process import free_port_range, free_ports
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes import machine
from callcenter.setup.probes.database import require_database
from callcenter.setup.probes.store import require_store
from callcenter.setup.probes.trunk import require_trunk
from callcenter.setup.rules.answers import questions, read, read_ports, read_seats, refuse_unknown, text_of
from callcenter.setup.types import Answers, Ports, Question, Raw, ServersAt
from callcenter.setup.words import DEFAULTS


class Terminal(Protocol):
    """The person who is asked."""

    def ask(self, question: Question, default: str | None) -> str:
        """Returns what was typed; an empty line is the default where there is one."""
        ...

    def refuse(self, refusal: AnswerRefused) -> None:
        """Shows why an answer is not taken."""
        ...


class Asking:
    """Collects the answers of one installation. ``before``: those of the last run, which are the defaults.

    An answer that is the same as before is tested only where that is quick and leaves nothing behind.
    """

    def __init__(self, before: Raw) -> None:
        self._before = before
        self._answered: dict[Question, Any] = {}

    def from_file(self, raw: Raw) -> Answers:
        """Reads and tests the answers of a file. Raises AnswerRefused for the first that is not taken."""
        refuse_unknown(raw)
        while (question := self._next()) is not None:
            given = raw.get(question, self._default(question))
            if given is None:
                raise AnswerRefused("missing", question)
            self._take(question, text_of(question, given))
        return self._whole({**self._before, **raw})

    def at(self, terminal: Terminal) -> Answers:
        """Asks at a terminal until every answer is taken. Raises AnswerRefused for ports that no answer mends."""
        while (question := self._next()) is not None:
            default = self._default(question)
            shown = None if default is None else text_of(question, default)
            try:
                self._take(question, terminal.ask(question, shown))
            except AnswerRefused as refusal:
                terminal.refuse(refusal)
        return self._whole(self._before)

    def _next(self) -> Question | None:
        return next((one for one in questions(self._answered) if one not in self._answered), None)

    def _default(self, question: Question) -> object | None:
        return self._before.get(question, DEFAULTS.get(question))

    def _take(self, question: Question, text: str) -> None:
        meaning = read(question, text, self._answered)
        self._answered[question] = meaning
        try:
            self._test(question, meaning)
        except AnswerRefused as refusal:
            del self._answered[question]
            if refusal.question and refusal.question is not question:
                self._answered.pop(refusal.question, None)  # the secret fits its form; what it belongs to is wrong
            raise

    def _is_new(self, *asked: Question) -> bool:
        """Says whether one of these answers is another than before."""
        for question in asked:
            before = self._before.get(question)
            try:
                if (
                    before is None
                    or read(question, text_of(question, before), self._answered) != self._answered[question]
                ):
                    return True
            except AnswerRefused:
                return True
        return False

    def _test(self, question: Question, meaning: Any) -> None:
        answered = self._answered
        here = answered[Question.SERVERS] is not ServersAt.APART
        match question:
            case Question.DATABASE:
                require_database(meaning)
            case Question.STORE_SECRET if self._is_new(Question.STORE, Question.STORE_SECRET):
                require_store(answered[Question.STORE], meaning)
            case Question.ADDRESS if meaning.port and self._is_new(Question.ADDRESS):
                machine.require_free("127.0.0.1", [meaning.port], question=question)
            case Question.NETWORK if here:
                machine.require_address(meaning.bind)
            case Question.CERTIFICATE if here and meaning:
                machine.require_certificate(meaning, machine.now())
            case Question.TRUNK if here and not meaning.user and self._is_new(Question.TRUNK, Question.NETWORK):
                require_trunk(meaning, "", answered[Question.NETWORK].bind)
            case Question.TRUNK_PASSWORD if here and self._is_new(question, Question.TRUNK, Question.NETWORK):
                require_trunk(answered[Question.TRUNK], meaning, answered[Question.NETWORK].bind)
            case _:
                pass

    def _whole(self, raw: Mapping[str, Any]) -> Answers:
        """Returns the answers with what is not asked: seats, and ports of which a free one is chosen."""
        given = {question.value: meaning for question, meaning in self._answered.items()}
        answers = Answers(**given, seats=read_seats(raw.get("seats", 100)))
        kept = read_ports(self._before.get("ports", {}))
        return _with_ports(answers, {**kept, **read_ports(raw.get("ports", {}))}, kept)


def _with_ports(answers: Answers, named: Mapping[str, int], kept: Mapping[str, int]) -> Answers:
    """Returns the answers with every port; one that is new and named must be free. Raises AnswerRefused."""
    usual = Ports()
    chosen = {}
    for port in fields(Ports):
        count = {"store": STORE_PORTS, "sound": len(answers.sound_ports)}.get(port.name, 1)
        first = named.get(port.name)
        address = answers.network.bind if port.name in ("sip", "websocket_tls", "sound") else "127.0.0.1"
        if answers.servers is ServersAt.APART:
            first = first or getattr(usual, port.name)
        elif first is None:
            first = getattr(usual, port.name)
            if any(machine.port_fault(address, number) for number in range(first, first + count)):
                first = free_port_range(count) if count > 1 else free_ports(1)[0]
        elif kept.get(port.name) != first:
            machine.require_free(address, range(first, first + count))
        chosen[port.name] = first
    return replace(answers, ports=Ports(**chosen))
