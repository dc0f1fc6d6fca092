"""Which settings follow from answers, and that a file of settings stays its operator's."""

import io
from dataclasses import fields, replace
from pathlib import Path

import pytest
from dotenv import dotenv_values

from callcenter.setup.rules.answers import written
from callcenter.setup.rules.settings import changes, generated_in, merged, settings_of
from callcenter.setup.types import Address, Answers, Certificate, Generated, Network, ServersAt, StoreAt, TrunkAt

FOLDER = Path("/srv/callcenter")


def generated(mark: str) -> Generated:
    return Generated(**{secret.name: f"{mark}-{secret.name}" for secret in fields(Generated)})


HERE = Answers(
    servers=ServersAt.HERE,
    organisation="某某银行",
    address=Address("http://localhost:8000", "localhost", False, 8000),
    trunk=TrunkAt("127.0.0.1", 5080, "bank"),
    trunk_password="it's $5 & a \\ #more",
    caller_ids=("07715550001", "07715550002"),
    administrator="admin",
)
NAMED = replace(
    HERE,
    servers=ServersAt.NAMED,
    address=Address("https://cc.bank.example", "cc.bank.example", True, 0),
    network=Network("10.0.0.5", "203.0.113.7"),
    database="postgresql://cc:p@db.bank.example:5432/cc",
    store=StoreAt("s3.bank.example", True, "recordings", "AK1"),
    store_secret="SK1",
)


def file_of(answers: Answers) -> str:
    return merged("", dict(settings_of(answers, generated("a"), FOLDER)))


def read(text: str) -> dict[str, str | None]:
    return dotenv_values(stream=io.StringIO(text))


@pytest.mark.parametrize("answers", [HERE, NAMED])
def test_a_written_file_is_read_back_as_it_was_meant(answers: Answers) -> None:
    assert read(file_of(answers)) == settings_of(answers, generated("a"), FOLDER)


def test_secrets_that_are_kept_are_not_drawn_again() -> None:
    present = {name: value or "" for name, value in read(file_of(HERE)).items()}
    assert generated_in(present, generated("b")) == generated("a")
    assert generated_in({}, generated("b")) == generated("b")


def test_phones_connect_by_tls_unless_they_are_on_this_machine() -> None:
    def url(answers: Answers) -> str:
        return settings_of(answers, generated("a"), FOLDER)["CALLCENTER_SWITCH_WEBSOCKET_URL"]

    assert url(HERE) == "ws://127.0.0.1:8088/ws"
    assert url(NAMED) == "wss://cc.bank.example/ws"
    assert url(replace(NAMED, certificate=Certificate("/c", "/k"))) == "wss://cc.bank.example:8089/ws"


def test_nothing_but_what_was_answered_so_listens_beyond_this_machine() -> None:
    for answers, address in ((HERE, "127.0.0.1"), (NAMED, "10.0.0.5")):
        settings = settings_of(answers, generated("a"), FOLDER)
        assert (settings["CALLCENTER_HTTP_HOST"], settings["CALLCENTER_NODE_BIND"]) == ("127.0.0.1", address)
    assert settings["CALLCENTER_KEPT_SERVERS"] == "switch"
    assert settings_of(replace(NAMED, servers=ServersAt.APART), generated("a"), FOLDER)["CALLCENTER_KEPT_SERVERS"] == ""


def test_the_same_answers_change_nothing() -> None:
    before = settings_of(HERE, generated("a"), FOLDER)
    assert changes(before, before, before) == {}
    assert merged(file_of(HERE), {}) == file_of(HERE)


def test_a_changed_answer_changes_its_own_lines_alone() -> None:
    before = settings_of(HERE, generated("a"), FOLDER)
    after = settings_of(replace(HERE, caller_ids=("07715550009",)), generated("a"), FOLDER)
    changed = changes(before, before, after)
    assert changed == {"CALLCENTER_CAMPAIGNS_CALLER_IDS": "07715550009"}
    old, new = file_of(HERE).splitlines(), merged(file_of(HERE), changed).splitlines()
    assert len(old) == len(new)
    assert [line for line in new if line not in old] == ["CALLCENTER_CAMPAIGNS_CALLER_IDS=07715550009"]


def test_what_the_operator_has_written_stays() -> None:
    before = settings_of(HERE, generated("a"), FOLDER)
    present = {**before, "CALLCENTER_FIELD_KEYS": "k2:new,k1:old", "CALLCENTER_WEB_WORKERS": "4"}
    assert changes(present, before, before) == {}
    text = "# ours\nexport CALLCENTER_WEB_WORKERS=4\n" + file_of(HERE)
    assert merged(text, {"CALLCENTER_NODE_BIND": "10.0.0.5"}).startswith("# ours\nexport CALLCENTER_WEB_WORKERS=4\n")


def test_lines_of_answers_that_are_no_longer_given_go() -> None:
    certified = replace(NAMED, certificate=Certificate("/c", "/k"))
    before, after = (settings_of(answers, generated("a"), FOLDER) for answers in (certified, NAMED))
    changed = changes(before, before, after)
    assert changed["CALLCENTER_NODE_CERTIFICATE"] is None
    assert "CERTIFICATE" not in merged(file_of(certified), changed)


def test_answers_are_written_as_they_are_read() -> None:
    assert written(NAMED)["store"] == "https://AK1@s3.bank.example/recordings"
    assert "database" not in written(HERE)
