"""What an installation tests on its own machine."""

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from callcenter.embedded.process import free_ports
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes import machine
from callcenter.setup.types import Certificate

NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)


def refused(code: str) -> "pytest.RaisesExc[AnswerRefused]":
    return pytest.RaisesExc(AnswerRefused, check=lambda refusal: refusal.code == code)


def test_a_new_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    machine.require_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    machine.require_folder(tmp_path / "a" / "b")


def test_folders_that_cannot_be_one_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (used := tmp_path / "used").mkdir(mode=0o700)
    (used / "letter.txt").touch()
    (lost := tmp_path / "lost").mkdir(mode=0o700)
    (lost / "postgres").mkdir()
    (opened := tmp_path / "open").mkdir()
    opened.chmod(0o777)
    (tmp_path / "file").touch()
    for folder, code in (
        (used, "folder_used"),
        (lost, "settings_lost"),
        (opened, "folder_of_others"),
        (tmp_path / "file", "folder_unwritable"),
        (tmp_path / "a b", "folder_path"),
        (tmp_path / ("d" * 100), "folder_path"),
    ):
        with refused(code):
            machine.require_folder(folder)
    (lost / machine.SETTINGS_FILE).touch()
    machine.require_folder(lost)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with refused("folder_of_others"):
        machine.require_folder(lost)


def test_too_little_room_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.require_disk(tmp_path)
    monkeypatch.setattr(machine, "LEAST_FREE_GIB", 1 << 20)
    with refused("disk"):
        machine.require_disk(tmp_path)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_named(kind: socket.SocketKind) -> None:
    (port,) = free_ports(1)
    machine.require_free("127.0.0.1", [port])
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", port))
        if kind is socket.SOCK_STREAM:
            other.listen()
        with pytest.raises(AnswerRefused, match=f"port {port} of 127.0.0.1 is taken"):
            machine.require_free("127.0.0.1", [port])


def test_an_address_of_another_machine_is_refused() -> None:
    machine.require_address("127.0.0.1")
    with refused("address_not_here"):
        machine.require_address("192.0.2.1")


@pytest.mark.parametrize("seconds", [-7, 7])
def test_a_clock_that_is_off_is_said_in_seconds(seconds: int) -> None:
    after = NOW + timedelta(seconds=1)
    machine.require_clock(NOW + timedelta(seconds=3), NOW, after, of="PostgreSQL")
    with pytest.raises(AnswerRefused, match=r"differs from PostgreSQL by [67] s"):
        machine.require_clock(NOW + timedelta(seconds=seconds), NOW, after, of="PostgreSQL")


def issue(folder: Path, name: str, *, days: int = 30) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cc.bank.example")])
    issued = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=60))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / f"{name}.pem", folder / f"{name}.key"
    chain.write_bytes(issued.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Certificate(str(chain), str(private))


def test_a_certificate_must_be_in_force_and_its_own_keys(tmp_path: Path) -> None:
    good, old = issue(tmp_path, "good"), issue(tmp_path, "old", days=-1)
    machine.require_certificate(good, NOW)
    for certificate, code in (
        (old, "certificate_expired"),
        (Certificate(good.chain, old.key), "certificate_key"),
        (Certificate(good.key, good.key), "certificate_unreadable"),
        (Certificate(good.chain, good.chain), "certificate_unreadable"),
        (Certificate("/nowhere.pem", good.key), "certificate_unreadable"),
    ):
        with refused(code):
            machine.require_certificate(certificate, NOW)
