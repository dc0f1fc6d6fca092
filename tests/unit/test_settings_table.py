"""Each setting × missing, garbled, foreign: one sentence that names the variable, exit code 2, no traceback.

The rows come from the settings' classes: a new setting of text without a row fails here. What is foreign shows on a
database, a spool or a server: ``FOREIGN`` names the test of each.
"""

import base64
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import callcenter
from callcenter.bootstrap.settings import OTHERS, SECTIONS, check_settings
from callcenter.cli import main
from callcenter.kit.config import Section, SettingsError, variable
from callcenter.rehearsal.settings import RobotSettings
from tests.support.processes import environment

PACKAGE = Path(callcenter.__file__).parent
ALL: tuple[type[Section], ...] = (*SECTIONS, RobotSettings)
WHOLE = {
    **environment("postgresql://u@127.0.0.1:1/none", Path("/nowhere")),
    "CALLCENTER_ROBOTS_HOST": "127.0.0.1:1",
    "CALLCENTER_ROBOTS_PASSWORD": "not used here",
}
"""An environment in which no setting is wrong."""

GARBLED = {
    "CALLCENTER_DATABASE_URL": ["postgres//u:p@host/name", "postgresql://host", "postgresql://host:port/name", ""],
    "CALLCENTER_NODE": ["Node 1"],
    "CALLCENTER_LOG_LEVEL": ["LOUD"],
    "CALLCENTER_HTTP_HOST": ["http://host", ""],
    "CALLCENTER_FIELD_KEYS": [
        "",
        "t1",
        "t1:not base64",
        f"t1:{base64.b64encode(bytes(range(16))).decode()}",  # short
        f"t1:{base64.b64encode(bytes(32)).decode()}",  # not drawn
        f"t1:{base64.b64encode(bytes(range(32))).decode()[:-3]}",  # cut
        ",".join(2 * [f"t1:{base64.b64encode(bytes(range(32))).decode()}"]),
    ],
    "CALLCENTER_INDEX_KEY": [
        "",
        "x",
        base64.b64encode(bytes(range(31))).decode(),
        base64.b64encode(bytes(32)).decode(),
    ],
    "CALLCENTER_S3_ENDPOINT": ["https://store:9000", "store:9000/bucket", ""],
    "CALLCENTER_S3_REGION": ["a region"],
    "CALLCENTER_S3_BUCKET": ["Recordings!", "ab"],
    "CALLCENTER_S3_ACCESS_KEY": [""],
    "CALLCENTER_S3_SECRET_KEY": [""],
    "CALLCENTER_S3_PLAYER_ACCESS_KEY": [""],
    "CALLCENTER_S3_PLAYER_SECRET_KEY": [""],
    "CALLCENTER_SWITCH_AMI_HOST": ["a host", ""],
    "CALLCENTER_SWITCH_AMI_USER": ["engine\r\nAction: Originate", ""],
    "CALLCENTER_SWITCH_AMI_SECRET": ["", "secret\r\nAction: Originate"],
    "CALLCENTER_SWITCH_WEBSOCKET_URL": ["127.0.0.1:8088/ws"],
    "CALLCENTER_SWITCH_REALM": ["a realm"],
    "CALLCENTER_SWITCH_TRUNK": ["Carrier 1"],
    "CALLCENTER_SWITCH_PHONE_SECRET": ["", "short"],
    "CALLCENTER_CAMPAIGNS_CALLER_IDS": ["0771-5550000", "call us"],
    "CALLCENTER_WEB_LOCALE_DEFAULT": ["klingon"],
    "CALLCENTER_MESSAGES_SMTP_HOST": ["a host", "smtp://host"],
    "CALLCENTER_MESSAGES_SMTP_USER": ["a user", "user\r\nRCPT TO:<all@bank.example>"],
    "CALLCENTER_MESSAGES_SMTP_PASSWORD": ["x" * 501],
    "CALLCENTER_MESSAGES_MAIL_FROM": ["nobody", "a@b.example\r\nBcc: c@d.example"],
    "CALLCENTER_ROBOTS_HOST": ["http://host"],
    "CALLCENTER_ROBOTS_PASSWORD": ["line\nbreak"],
    "CALLCENTER_LOG_DIR": ["line\nbreak"],
    "CALLCENTER_SWITCH_SPOOL_DIR": ["line\nbreak"],
    "CALLCENTER_RECORDINGS_SPOOL_DIR": ["line\nbreak"],
    "CALLCENTER_NODE_FOLDER": ["line\nbreak"],
    "CALLCENTER_NODE_ASTERISK": ["line\nbreak"],
    "CALLCENTER_NODE_BIND": ["", "localhost", "10.0.0.5\nbind=0.0.0.0"],
    "CALLCENTER_NODE_EXTERNAL": ["a router"],
    "CALLCENTER_NODE_AUTHORITIES": ["line\nbreak"],
    "CALLCENTER_NODE_CERTIFICATE": ["line\nbreak"],
    "CALLCENTER_NODE_CERTIFICATE_KEY": ["line\nbreak"],
    "CALLCENTER_NODE_PHONES": ["1001", "alice-bob"],
    "CALLCENTER_NODE_TRUNK_HOST": ["sip:carrier", "a host"],
    "CALLCENTER_NODE_TRUNK_USER": ["a user"],
    "CALLCENTER_NODE_TRUNK_PASSWORD": ["line\nbreak"],
    "CALLCENTER_KEPT_SERVERS": ["mysql", "postgres;store"],
    "CALLCENTER_KEPT_FOLDER": ["line\nbreak"],
    "CALLCENTER_KEPT_STORE_KEY": ["short"],
}
"""Settings of text: what they refuse. Numbers, times and lists all refuse ``NOT_A_NUMBER``."""
NOT_A_NUMBER = "a dozen"

FOREIGN = {
    "CALLCENTER_DATABASE_URL": "tests/rooms/kit/test_starting.py: empty, older, newer, changed, none, refused",
    "CALLCENTER_FIELD_KEYS": "tests/rooms/kit/test_starting.py: another key of the same id, a key that is lacking",
    "CALLCENTER_INDEX_KEY": "tests/rooms/kit/test_starting.py: another key",
    "CALLCENTER_SWITCH_SPOOL_DIR": "here: another folder than the recordings'",
    "CALLCENTER_RECORDINGS_SPOOL_DIR": "here: another folder than the switch's",
    "CALLCENTER_CAMPAIGNS_CALLER_IDS": "eligibility: a caller ID that is not on the list is not shown (C3)",
    "CALLCENTER_S3_BUCKET": "tests/contracts: a bucket without versions or object lock is refused",
    "CALLCENTER_S3_ACCESS_KEY": "waited for: the store forbids it, recordings stay on the disk",
    "CALLCENTER_SWITCH_AMI_SECRET": "waited for: no link to the switch, nothing is dialled",
}
"""Settings that may name a thing of another installation, and where that shows."""


def settings() -> Iterator[tuple[type[Section], str, Any]]:
    for section in ALL:
        for name, field in section.model_fields.items():
            yield section, name, field


@pytest.fixture(autouse=True)
def whole_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for section, name, _ in settings():
        monkeypatch.delenv(variable(section, name), raising=False)
    monkeypatch.delenv("CALLCENTER_ENV_FILE", raising=False)
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)


def sentence_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Runs a command that must end with exit code 2 and one sentence; returns the sentence."""
    monkeypatch.setattr(sys, "argv", ["callcenter", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    output = capsys.readouterr()
    lines = output.err.splitlines()
    assert len(lines) == 1, output
    assert output.out == ""
    return lines[0]


def test_the_whole_environment_is_right() -> None:
    check_settings((RobotSettings,), needed=ALL)


def test_every_section_is_looked_at() -> None:
    for file in sorted(PACKAGE.rglob("*.py")):
        if "(Section):" in file.read_text():
            importlib.import_module(".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts))
    known = {section for section in Section.__subclasses__() if section.__module__.startswith("callcenter.")}
    assert known == set(ALL)


@pytest.mark.parametrize(
    "name", [variable(section, name) for section, name, field in settings() if field.is_required()]
)
def test_a_missing_setting(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(name)
    if name.startswith("CALLCENTER_ROBOTS_"):  # needed by the robots alone, whose process has no other command
        check_settings((RobotSettings,))
        return
    assert name in sentence_of(monkeypatch, capsys, "serve", "--role", "web")


@pytest.mark.parametrize("name", [variable(section, name) for section, name, _ in settings()])
def test_a_garbled_setting(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for value in GARBLED.get(name, [NOT_A_NUMBER]):
        monkeypatch.setenv(name, value)
        sentence = sentence_of(monkeypatch, capsys, "migrate")
        assert name in sentence
        assert not value or value not in sentence.replace(name, ""), "a value may be a secret"


def test_every_setting_of_text_has_a_row() -> None:
    of_text = {variable(section, name) for section, name, field in settings() if _takes_any_text(section, name)}
    assert of_text <= GARBLED.keys() <= {variable(section, name) for section, name, _ in settings()}
    assert FOREIGN.keys() <= GARBLED.keys()


def _takes_any_text(section: type[Section], name: str) -> bool:
    """Whether a setting accepts what no number, time, list or choice accepts."""
    kind = str(section.model_fields[name].annotation)
    return any(word in kind for word in ("str", "Path", "Secret")) and "tuple" not in kind


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("CALLCENTER_DATABSE_URL", "CALLCENTER_DATABASE_URL"),
        ("CALLCENTER_DIALER_PREVIEW", "CALLCENTER_DIALER_PREVIEW_FOR"),
        ("callcenter_index_kye", "CALLCENTER_INDEX_KEY"),
        ("CALLCENTER_STORAGE_SECRET_KEY", "CALLCENTER_S3_SECRET_KEY"),
    ],
)
def test_an_unknown_variable(
    name: str, nearest: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "1")
    sentence = sentence_of(monkeypatch, capsys, "verify")
    assert f"{name} (no such setting; the nearest one is {nearest}" in sentence


def test_an_unknown_variable_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "env"
    file.write_text("# ours\nCALLCENTER_NOED=n2\nexport OTHER='1'\n\n")
    monkeypatch.setenv("CALLCENTER_ENV_FILE", str(file))
    assert "CALLCENTER_NOED" in sentence_of(monkeypatch, capsys, "migrate")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "names a file that does not exist"),
        (b"CALLCENTER_NODE=n1\nCALLCENTER_REHEARSAL true\n", "line 2 of its file is not NAME=value"),
        (b"CALLCENTER_NODE=\xff\xfe", "is not text in UTF-8"),
        ("folder", "cannot be read"),
    ],
)
def test_the_file_of_settings(
    content: bytes | str | None,
    fault: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "env"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        file.mkdir()
    monkeypatch.setenv("CALLCENTER_ENV_FILE", str(file))
    assert fault in sentence_of(monkeypatch, capsys, "allocate", "--campaign", "1")


@pytest.mark.parametrize("name", ["CALLCENTER_SWITCH_SPOOL_DIR", "CALLCENTER_RECORDINGS_SPOOL_DIR"])
def test_two_spools(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(name, "/elsewhere")
    assert "name the same folder in both" in sentence_of(monkeypatch, capsys, "serve")


def test_a_clock_is_shifted_in_a_rehearsal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLCENTER_CLOCK_OFFSET_SECONDS", "60")
    assert "rehearsals only" in sentence_of(monkeypatch, capsys, "migrate")


def test_an_auditor_needs_neither_the_switch_nor_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SWITCH_AMI_SECRET", "SWITCH_PHONE_SECRET", "SWITCH_SPOOL_DIR", "S3_ENDPOINT", "S3_SECRET_KEY"):
        monkeypatch.delenv(f"CALLCENTER_{name}")
    check_settings((RobotSettings,))
    with pytest.raises(SettingsError, match="CALLCENTER_S3_ENDPOINT"):
        check_settings(needed=SECTIONS)


def test_variables_of_scripts_and_of_the_supervisor_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OTHERS - {"CALLCENTER_ENV_FILE"}:
        monkeypatch.setenv(name, "1")
    check_settings((RobotSettings,))
