"""The questions at a terminal and from a file: what is asked again, what is tested, what is taken from last time."""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from callcenter.setup import asking
from callcenter.setup.asking import Asking
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.files import read_answers, write_answers
from callcenter.setup.probes import machine
from callcenter.setup.rules.answers import answers_of, written
from callcenter.setup.types import Question, ServersAt

Q = Question
GIVEN: Mapping[str, object] = {
    "servers": "here",
    "organisation": '某某银行 "本部"',
    "address": "http://localhost:8000",
    "network": "127.0.0.1",
    "trunk": "sip:bank01@127.0.0.1:5080",
    "trunk_password": "right",
    "caller_ids": ["07715550001"],
    "administrator": "admin",
}


class Probed:
    """Counts the tests of answers; the carrier takes one password."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tested: list[str] = []
        monkeypatch.setattr(asking, "require_trunk", self.trunk)
        monkeypatch.setattr(asking, "require_database", lambda _: self.tested.append("database"))
        monkeypatch.setattr(asking, "require_store", self.store)
        monkeypatch.setattr(machine, "require_free", lambda *_, **__: self.tested.append("port"))
        monkeypatch.setattr(machine, "port_fault", lambda *_: None)

    def trunk(self, trunk: Any, password: str, bind: str) -> None:
        self.tested.append("trunk")
        if trunk.port == 5081:
            raise AnswerRefused("trunk_silent", Q.TRUNK, host=trunk.host, port=trunk.port)
        if trunk.user and password != "right":
            raise AnswerRefused("trunk_refused", Q.TRUNK_PASSWORD, user=trunk.user, status=401)

    def store(self, *_: object) -> None:
        self.tested.append("store")


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> Probed:
    return Probed(monkeypatch)


class Person:
    """Types prepared lines."""

    def __init__(self, *lines: str) -> None:
        self._lines = iter(lines)
        self.asked: list[Question] = []
        self.defaults: dict[Question, str | None] = {}
        self.refusals: list[str] = []

    def ask(self, question: Question, default: str | None) -> str:
        self.asked.append(question)
        self.defaults[question] = default
        return next(self._lines) or default or ""

    def refuse(self, refusal: AnswerRefused) -> None:
        self.refusals.append(refusal.code)


def test_a_refused_answer_is_asked_for_again(probed: Probed) -> None:
    person = Person("here", "", "某某银行", "", "", "sip:bank01@127.0.0.1:5080", "wrong", "right", "07715550001", "")
    answers = Asking({}).at(person)
    assert person.refusals == ["organisation", "trunk_refused"]
    assert person.asked.count(Q.TRUNK_PASSWORD) == 2
    assert len(set(person.asked)) <= 12
    assert (answers.administrator, answers.address.url) == ("admin", "http://localhost:8000")


def test_when_the_carrier_is_silent_its_address_is_asked_for_again(probed: Probed) -> None:
    silent, right = "sip:bank01@127.0.0.1:5081", "sip:bank01@127.0.0.1:5080"
    person = Person("here", "某某银行", "", "", silent, "right", right, "right", "07715550001", "")
    answers = Asking({}).at(person)
    assert person.refusals == ["trunk_silent"]
    assert answers.trunk.port == 5080


def test_last_answers_are_the_defaults_and_are_not_tested_again(probed: Probed) -> None:
    before = written(Asking({}).from_file(GIVEN))
    probed.tested.clear()
    person = Person(*[""] * 8)
    assert written(Asking(before).at(person)) == before
    assert written(Asking(before).from_file({"administrator": "admin"})) == before
    assert probed.tested == []
    assert person.defaults[Q.ORGANISATION] == GIVEN["organisation"]
    Asking(before).from_file({"trunk": "sip:bank01@127.0.0.1:5082"})
    assert probed.tested == ["trunk"]


def test_servers_that_run_already_are_tested_with_their_answers(probed: Probed) -> None:
    named = {
        **GIVEN,
        "servers": "named",
        "database": "postgresql://cc:p@db.bank.example/cc",
        "store": "https://AK@s3.bank.example/recordings",
        "store_secret": "SK",
    }
    answers = Asking({}).from_file(named)
    assert answers.servers is ServersAt.NAMED
    assert {"database", "store", "trunk"} <= set(probed.tested)
    probed.tested.clear()
    Asking(written(answers)).from_file(named)
    assert probed.tested == ["database"]


def test_a_file_must_answer_everything_that_has_no_default(probed: Probed) -> None:
    for name in ("organisation", "trunk", "trunk_password", "caller_ids"):
        with pytest.raises(AnswerRefused) as refusal:
            Asking({}).from_file({key: value for key, value in GIVEN.items() if key != name})
        assert (refusal.value.code, refusal.value.question) == ("missing", Q(name))


def test_a_usual_port_that_is_taken_gives_way_and_a_named_one_is_refused(
    probed: Probed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "port_fault", lambda _, port: "port_taken" if port == 5060 else None)
    answers = Asking({}).from_file(GIVEN)
    assert answers.ports.sip != 5060
    assert answers.ports.ami == 5038
    monkeypatch.undo()
    monkeypatch.setattr(asking, "require_trunk", lambda *_: None)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        taken = other.getsockname()[1]
        with pytest.raises(AnswerRefused, match=f"port {taken} of"):
            Asking({}).from_file({**GIVEN, "address": "https://cc.bank.example", "ports": {"sip": taken}})


def test_answers_are_kept_in_a_file_that_is_read_as_they_were(probed: Probed, tmp_path: Path) -> None:
    answers = Asking({}).from_file(GIVEN)
    path = tmp_path / "answers.toml"
    write_answers(path, written(answers))
    assert path.stat().st_mode & 0o777 == 0o600
    assert answers_of(read_answers(path)) == answers
    path.chmod(0o644)
    with pytest.raises(AnswerRefused, match="run chmod 600"):
        read_answers(path)
    path.write_text("servers = here")
    with pytest.raises(AnswerRefused, match="line 1 of the file"):
        read_answers(path)
