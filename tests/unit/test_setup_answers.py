"""What the answers of an installation mean, and which of them are refused."""

import string
from typing import Any

import pytest

from callcenter.setup import words
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.rules.answers import questions, read, read_ports, read_seats, refuse_unknown, text_of
from callcenter.setup.types import HIDDEN, Address, Certificate, Network, Question, ServersAt, Step, StoreAt, TrunkAt

Q = Question
ABROAD = {Q.NETWORK: Network("10.0.0.5")}


@pytest.mark.parametrize(
    ("question", "text", "meaning"),
    [
        (Q.SERVERS, "here", ServersAt.HERE),
        (Q.DATABASE, "postgresql://cc:p%40w@db.bank.example:5432/cc", "postgresql://cc:p%40w@db.bank.example:5432/cc"),
        (
            Q.STORE,
            "https://AK1@s3.bank.example:9000/recordings",
            StoreAt("s3.bank.example:9000", True, "recordings", "AK1"),
        ),
        (Q.STORE, "http://AK1@127.0.0.1:9000/recordings", StoreAt("127.0.0.1:9000", False, "recordings", "AK1")),
        (Q.ORGANISATION, " 某某银行南宁分行 ", "某某银行南宁分行"),
        (Q.ADDRESS, "http://localhost:8000/", Address("http://localhost:8000", "localhost", False, 8000)),
        (Q.ADDRESS, "https://cc.bank.example", Address("https://cc.bank.example", "cc.bank.example", True, 0)),
        (Q.NETWORK, "10.0.0.5", Network("10.0.0.5")),
        (Q.NETWORK, "10.0.0.5 203.0.113.7", Network("10.0.0.5", "203.0.113.7")),
        (Q.CERTIFICATE, "", None),
        (Q.CERTIFICATE, "/etc/tls/a.pem /etc/tls/a.key", Certificate("/etc/tls/a.pem", "/etc/tls/a.key")),
        (Q.TRUNK, "sip:bank01@sip.carrier.example", TrunkAt("sip.carrier.example", 5060, "bank01")),
        (Q.TRUNK, "203.0.113.9:5080", TrunkAt("203.0.113.9", 5080)),
        (Q.CALLER_IDS, "07715550001，+867715550002, 07715550001", ("07715550001", "867715550002")),
        (Q.ADMINISTRATOR, "admin", "admin"),
    ],
)
def test_answers_are_understood(question: Question, text: str, meaning: object) -> None:
    assert read(question, text, ABROAD) == meaning


@pytest.mark.parametrize(
    ("question", "text", "code"),
    [
        (Q.SERVERS, "there", "servers"),
        (Q.DATABASE, "postgres://cc@db/cc", "database_form"),
        (Q.DATABASE, "postgresql://cc:p@db:port/cc", "database_form"),
        (Q.DATABASE, "postgresql://db/cc", "database_form"),
        (Q.STORE, "https://s3.bank.example/recordings", "store_form"),
        (Q.STORE, "https://AK:secret@s3.bank.example/recordings", "store_form"),
        (Q.STORE, "https://AK@s3.bank.example/R", "bucket_name"),
        (Q.STORE, "http://AK@s3.bank.example/recordings", "store_without_tls"),
        (Q.STORE_SECRET, "", "secret_empty"),
        (Q.ORGANISATION, "", "organisation"),
        (Q.ORGANISATION, "bank\x1b[2J", "not_plain"),
        (Q.ORGANISATION, "${HOME}", "not_plain"),
        (Q.ADDRESS, "cc.bank.example", "address_form"),
        (Q.ADDRESS, "https://cc.bank.example/agent", "address_form"),
        (Q.ADDRESS, "http://cc.bank.example", "address_without_tls"),
        (Q.NETWORK, "cc.bank.example", "network_form"),
        (Q.NETWORK, "", "network_form"),
        (Q.NETWORK, "0.0.0.0", "network_form"),
        (Q.NETWORK, "127.0.0.1 203.0.113.7", "network_form"),
        (Q.NETWORK, "10.0.0.5 203.0.113.7 203.0.113.8", "network_form"),
        (Q.CERTIFICATE, "/etc/tls/a.pem", "certificate_form"),
        (Q.CERTIFICATE, "a.pem a.key", "certificate_form"),
        (Q.TRUNK, "sip:bank@", "trunk_form"),
        (Q.TRUNK, "sip:a b@host", "trunk_form"),
        (Q.TRUNK, "sip:host:99999", "trunk_form"),
        (Q.TRUNK_PASSWORD, "a;b", "trunk_password"),
        (Q.TRUNK_PASSWORD, "", "trunk_password"),
        (Q.CALLER_IDS, "", "caller_ids"),
        (Q.CALLER_IDS, "0771-5550001", "caller_ids"),
        (Q.ADMINISTRATOR, "Admin", "administrator"),
        (Q.ADMINISTRATOR, "1admin", "administrator"),
    ],
)
def test_other_answers_are_refused_with_a_sentence_in_both_languages(question: Question, text: str, code: str) -> None:
    with pytest.raises(AnswerRefused) as refusal:
        read(question, text, ABROAD)
    assert (refusal.value.code, refusal.value.question) == (code, question)


def test_a_switch_of_this_machine_alone_reaches_no_carrier_elsewhere() -> None:
    local: dict[Question, Any] = {Q.NETWORK: Network()}
    assert read(Q.TRUNK, "sip:127.0.0.1:5080", local) == TrunkAt("127.0.0.1", 5080)
    with pytest.raises(AnswerRefused, match=r"cannot reach sip\.carrier\.example"):
        read(Q.TRUNK, "sip:sip.carrier.example", local)
    with pytest.raises(AnswerRefused, match="another machine"):
        read(Q.NETWORK, "127.0.0.1", {Q.SERVERS: ServersAt.APART})


def test_no_installation_is_asked_more_than_a_dozen_questions() -> None:
    most = {Q.SERVERS: ServersAt.APART, Q.NETWORK: Network("10.0.0.5"), Q.TRUNK: TrunkAt("host", 5060, "bank")}
    assert len(questions(most)) == len(Question) == 12
    here = {Q.SERVERS: ServersAt.HERE, Q.NETWORK: Network(), Q.TRUNK: TrunkAt("host", 5060, "bank")}
    assert questions(here) == [
        Q.SERVERS,
        Q.ORGANISATION,
        Q.ADDRESS,
        Q.NETWORK,
        Q.TRUNK,
        Q.TRUNK_PASSWORD,
        Q.CALLER_IDS,
        Q.ADMINISTRATOR,
    ]
    assert Q.TRUNK_PASSWORD not in questions({**here, Q.TRUNK: TrunkAt("host", 5060)})


@pytest.mark.parametrize("raw", [{"trunks": "x"}, {"Trunk": "x"}])
def test_a_name_that_is_no_question_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(AnswerRefused, match="there is no answer"):
        refuse_unknown(raw)


def test_what_else_a_file_may_hold() -> None:
    assert text_of(Q.CALLER_IDS, ["07715550001", "07715550002"]) == "07715550001,07715550002"
    assert read_seats(3) == 3
    assert read_ports({"sip": 5070}) == {"sip": 5070}
    for refused in (
        lambda: text_of(Q.ORGANISATION, 7),
        lambda: read_seats(0),
        lambda: read_seats("3"),
        lambda: read_ports({"sip": 0}),
        lambda: read_ports({"smtp": 25}),
        lambda: read_ports(5070),
    ):
        with pytest.raises(AnswerRefused):
            refused()


def test_every_question_step_and_refusal_is_said_in_both_languages() -> None:
    assert set(words.QUESTIONS) == set(Question)
    assert set(words.STEPS) == set(Step)
    assert set(Question) >= HIDDEN
    for table in (words.QUESTIONS, words.STEPS, words.REFUSALS):
        for chinese, english in table.values():
            assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
            assert not any("\u4e00" <= character <= "\u9fff" for character in english)
    for chinese, english in words.REFUSALS.values():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (chinese, english)]
        assert fields[0] == fields[1]
