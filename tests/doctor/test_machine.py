"""Faults planted on a machine: settings, servers that refuse, ports that answer otherwise. Each is named."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from callcenter.checkup import service
from callcenter.checkup.probes import machine, servers, switch
from callcenter.checkup.rules import SettingFacts, judge_settings
from callcenter.checkup.words import WORDS
from callcenter.doctor.types import Fault
from callcenter.doctor.words import WORDS as OF_THE_SYSTEM
from callcenter.kit.config import CoreSettings
from callcenter.kit.work import Works
from callcenter.messages.settings import MessageSettings
from callcenter.migrations.starting import newest, require_ready
from callcenter.recordings.settings import RecordingSettings
from callcenter.setup.errors import AnswerRefused
from callcenter.storage.settings import StorageSettings
from callcenter.telephony.settings import NodeSettings, SwitchSettings
from tests.doctor import test_system
from tests.support.processes import environment
from tests.support.rows import VAULT

FITTING = SettingFacts(
    websocket_url="wss://cc.bank.example/ws",
    secure_cookies=True,
    has_origins=True,
    bind="10.20.0.5",
    external="203.0.113.7",
    trunk_host="sip.carrier.example",
    trunk_address="198.51.100.9",
    rtp_first=20000,
    rtp_last=20999,
    phones=100,
)
SETTINGS = {
    "cookies_need_tls": {"websocket_url": "ws://127.0.0.1:8088/ws", "has_origins": False},
    "cookies_not_secure": {"secure_cookies": False},
    "nat_unset": {"external": ""},
    "nat_private": {"external": "192.168.1.4"},
    "trunk_local": {"bind": "127.0.0.1", "external": ""},
    "no_trunk": {"trunk_host": "", "trunk_address": ""},
    "sound_ports_few": {"rtp_last": 20099},
}
"""What is named → settings that do not fit together."""


def refusing(code: str) -> pytest.RaisesExc[AnswerRefused]:
    return pytest.RaisesExc(AnswerRefused, check=lambda error: error.code == code)


def codes(faults: Iterator[Fault]) -> list[str]:
    return [fault.code for fault in faults]


def test_settings_that_fit_are_not_named() -> None:
    assert codes(judge_settings(FITTING)) == []


@pytest.mark.parametrize("code", SETTINGS)
def test_settings_that_do_not_fit_are_named(code: str) -> None:
    assert codes(judge_settings(replace(FITTING, **SETTINGS[code]))) == [code]  # type: ignore[arg-type]


@contextlib.contextmanager
def answering(*answers: bytes) -> Iterator[int]:
    """A server that sends its answers one after the other, each after a message but for the first."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                link, _ = server.accept()
                for number, answer in enumerate(answers):
                    if number:
                        link.recv(4096)
                    link.sendall(answer)
                link.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def ami(port: int) -> SwitchSettings:
    return SwitchSettings(ami_port=port, ami_secret="s", phone_secret="secret-secret", spool_dir=Path("/x"))


def test_the_control_link_is_tried() -> None:
    banner = b"Asterisk Call Manager/9.0.0\r\n"
    with answering(banner, b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n") as port:
        assert codes(switch.look_at_control_link(ami(port))) == []
    with answering(banner, b"Response: Error\r\nMessage: Authentication failed\r\n\r\n") as port:
        assert codes(switch.look_at_control_link(ami(port))) == ["ami_refused"]
    with answering(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
        assert codes(switch.look_at_control_link(ami(port))) == ["ami_other"]
    assert codes(switch.look_at_control_link(ami(port))) == ["ami_unreachable"]


def test_the_phones_address_is_tried() -> None:
    def at(url: str) -> list[str]:
        return codes(switch.look_at_phones(ami(1).model_copy(update={"websocket_url": url})))

    assert at("ws://127.0.0.1:1/ws") == ["websocket_unreachable"]
    with answering(b"") as port:
        assert at(f"ws://127.0.0.1:{port}/ws") == []


def certificate(folder: Path, days: float) -> NodeSettings:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cc.example")])
    now = datetime.now(UTC)
    issued = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    (folder / "c.pem").write_bytes(issued.public_bytes(Encoding.PEM))
    (folder / "k.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return NodeSettings(certificate=folder / "c.pem", certificate_key=folder / "k.pem")


def test_a_certificate_is_named_before_and_after_it_expires(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    assert codes(machine.look_at_certificate(certificate(tmp_path, 90), now)) == []
    assert codes(machine.look_at_certificate(certificate(tmp_path, 12.5), now)) == ["certificate_expires"]
    for days, spoil, code in ((-1.0, "", "certificate_expired"), (90.0, "no PEM", "certificate_unreadable")):
        node = certificate(tmp_path, days)
        if spoil:
            (tmp_path / "c.pem").write_text(spoil)
        with refusing(code):
            codes(machine.look_at_certificate(node, now))
    node = certificate(tmp_path, 90)
    other = (tmp_path / "k.pem").read_bytes()
    certificate(tmp_path, 90)
    (tmp_path / "k.pem").write_bytes(other)
    with refusing("certificate_key"):
        codes(machine.look_at_certificate(node, now))


def test_folders_and_disk_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(machine.look_at_spool(RecordingSettings(spool_dir=tmp_path, min_free_bytes=0))) == []
    assert codes(machine.look_at_spool(RecordingSettings(spool_dir=tmp_path / "gone"))) == ["spool_missing"]
    full = RecordingSettings(spool_dir=tmp_path, min_free_bytes=2**60)
    assert codes(machine.look_at_spool(full)) == ["spool_full"]
    env = tmp_path / "callcenter.env"
    env.write_text("CALLCENTER_NODE=n1\n")
    monkeypatch.setenv("CALLCENTER_ENV_FILE", str(env))
    env.chmod(0o644)
    assert codes(machine.look_at_files()) == ["settings_open"]
    env.chmod(0o600)
    assert codes(machine.look_at_files()) == []


def test_mail_and_web_are_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert codes(servers.look_at_mail(MessageSettings())) == []
    gone = MessageSettings(smtp_host="127.0.0.1", smtp_port=1, mail_from="a@bank.example")
    assert codes(servers.look_at_mail(gone)) == ["mail_unreachable"]
    for name, value in environment("postgresql://u:p@127.0.0.1:1/d", tmp_path).items():
        monkeypatch.setenv(name, value)
    assert codes(servers.look_at_web(CoreSettings(http_port=1))) == ["web_unreachable"]
    with answering(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n") as port:
        assert codes(servers.look_at_web(CoreSettings(http_port=port))) == ["web_not_ready"]


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> CoreSettings:
    for name, value in environment(database_url, tmp_path).items():
        monkeypatch.setenv(name, value)
    return CoreSettings()


DATABASES = {
    "database_older": "UPDATE alembic_version SET version_num = '0001'",
    "database_newer": "UPDATE alembic_version SET version_num = '9999'",
    "database_empty": "DELETE FROM alembic_version",
    "key_foreign_index": "UPDATE installation_note SET value = repeat('0', 64) WHERE name = 'key:index'",
    "key_foreign_field": "UPDATE installation_note SET value = repeat('0', 64) WHERE name = 'key:field:t1'",
    "key_lacking_field": "INSERT INTO installation_note (name, value, noted_at) VALUES ('key:field:t9', 'x', now())",
    "tables_changed": "UPDATE installation_note SET value = repeat('0', 64) WHERE name = 'tables'",
}


@pytest.mark.db
@pytest.mark.parametrize("code", DATABASES)
async def test_a_database_that_does_not_belong_is_named(code: str, core: CoreSettings, works: Works) -> None:
    async with works.begin() as work:
        await require_ready(work.session, VAULT)
    assert await asyncio.to_thread(lambda: codes(servers.look_at_database(core))) == []
    async with works.begin() as work:
        form = await work.session.scalar(text("SELECT value FROM installation_note WHERE name = 'tables'"))
        await work.session.execute(text(DATABASES[code]))
    assert await asyncio.to_thread(lambda: codes(servers.look_at_database(core))) == [code]
    async with works.begin() as work:  # as it was: the next test takes the same database
        await work.session.execute(text("DELETE FROM alembic_version"))
        await work.session.execute(
            text("UPDATE installation_note SET value = :form WHERE name = 'tables'"), {"form": form}
        )
        await work.session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})


@pytest.mark.parametrize(
    ("url", "code"),
    [("postgresql://u:p@127.0.0.1:1/d", "database_unreachable"), (None, "database_password")],
)
@pytest.mark.db
async def test_a_database_that_refuses_is_named(
    url: str | None, code: str, core: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = core.database_url.get_secret_value()
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", url or own.replace(own.split(":")[2].split("@")[0], "wrong"))
    with refusing(code):
        await asyncio.to_thread(lambda: codes(servers.look_at_database(CoreSettings())))


def test_a_store_that_is_away_is_named() -> None:
    store = StorageSettings(endpoint="127.0.0.1:1", secure=False, access_key="k", secret_key="s")
    with refusing("store_unreachable"):
        codes(servers.look_at_store(store))


def test_a_carrier_that_is_silent_is_named() -> None:
    node = NodeSettings(trunk_host="127.0.0.1", trunk_port=1)
    with refusing("trunk_silent"):
        codes(servers.look_at_trunk(node))


@pytest.mark.db
async def test_the_answer_comes_in_time_though_servers_hang(
    core: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that can be known is said; a server that takes connections and says nothing costs no more than the limit."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("CALLCENTER_S3_ENDPOINT", f"127.0.0.1:{port}")
        monkeypatch.setenv("CALLCENTER_S3_SECURE", "false")
        monkeypatch.setenv("CALLCENTER_HTTP_PORT", str(port))
        diagnosis = await asyncio.to_thread(service.examine)
    found = {fault.code for fault in diagnosis.faults}
    assert {"ami_unreachable", "no_trunk", "web_unreachable", "cookies_need_tls"} <= found
    assert "too_slow" in found
    assert service.SECONDS < 10


def test_a_wrong_setting_is_named_before_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in environment("postgresql://u:p@127.0.0.1:1/d", tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CALLCENTER_HTTP_PROT", "8000")
    monkeypatch.setenv("CALLCENTER_INDEX_KEY", "not base64")
    faults = service.examine().faults
    assert [fault.code for fault in faults] == ["settings_wrong", "settings_wrong"]
    assert any("CALLCENTER_HTTP_PORT" in fault.en for fault in faults)


def test_enough_faults_are_planted_and_every_sentence_is_said_in_both_languages() -> None:
    """The tests above and those of the running system plant at least fifty; each of them is named."""
    planted = len(test_system.PLANTS) + len(SETTINGS) + len(DATABASES)
    assert planted >= 50
    for _, _, chinese, english in (*WORDS.values(), *OF_THE_SYSTEM.values()):
        assert chinese != english
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
        assert not any("\u4e00" <= character <= "\u9fff" for character in english)
