"""An installation on servers that run already: first with the switch on another machine, then with it on this one."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from dotenv import dotenv_values

from callcenter.embedded.process import free_port_range, free_ports
from callcenter.setup.files import write_answers
from tests.contracts.seaweed import Seaweed
from tests.setup.test_database import NAME, ROLE, server, url_of
from tests.support.databases import TestDatabases
from tests.telephony.registering import PASSWORD, Carrier, registering_carrier

__all__ = ["server"]  # the fixture: a role that may log in and nothing else

pytestmark = [pytest.mark.e2e, pytest.mark.db, pytest.mark.timeout(600)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Seaweed]:
    running = Seaweed.under(tmp_path / "s3")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Carrier]:
    with registering_carrier(tmp_path / "c") as running:
        yield running


def call(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "callcenter", *words], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    print(done.stdout, done.stderr)
    return done.returncode, done.stdout + done.stderr


def test_it_uses_what_is_named_and_keeps_the_rest(
    server: TestDatabases, store: Seaweed, carrier: Carrier, tmp_path: Path
) -> None:
    async def own() -> None:
        connection = await asyncpg.connect(server.server.url("postgres"))
        await connection.execute(f"CREATE DATABASE {NAME} OWNER {ROLE}")
        await connection.close()

    asyncio.run(own())
    names = ("panels", "ami", "sip", "websocket", "websocket_tls")
    answers: dict[str, object] = {
        "servers": "apart",
        "database": url_of(server),
        "store": f"http://{store.server.keys.recorder[0]}@{store.server.endpoint}/bank-recordings",
        "store_secret": store.server.keys.recorder[1],
        "organisation": "某某银行",
        "address": "https://cc.bank.example",
        "network": "192.0.2.7",
        "certificate": "/etc/tls/cc.pem /etc/tls/cc.key",
        "trunk": "sip:bank01@sip.carrier.example",
        "trunk_password": PASSWORD,
        "caller_ids": ["07715550001"],
        "administrator": "admin",
        "seats": 5,
        "ports": {**dict(zip(names, free_ports(5), strict=True)), "sound": free_port_range(80)},
    }
    file, folder = tmp_path / "answers.toml", tmp_path / "d"
    write_answers(file, answers)
    code, output = call("setup", "--data", str(folder), "--answers", str(file))
    assert code == 0
    assert "--role web --role office" in output
    assert "On the switch 192.0.2.7" in output
    settings = dotenv_values(folder / "callcenter.env")
    assert settings["CALLCENTER_KEPT_SERVERS"] == ""
    assert (
        settings["CALLCENTER_SWITCH_WEBSOCKET_URL"]
        == f"wss://cc.bank.example:{settings['CALLCENTER_NODE_TLS_PORT']}/ws"
    )
    keys = settings["CALLCENTER_FIELD_KEYS"]

    answers |= {"servers": "named", "network": "127.0.0.1", "trunk": carrier.trunk}
    write_answers(file, answers)
    code, output = call("setup", "--data", str(folder), "--answers", str(file))
    assert code == 0
    settings = dotenv_values(folder / "callcenter.env")
    assert settings["CALLCENTER_KEPT_SERVERS"] == "switch"
    assert settings["CALLCENTER_FIELD_KEYS"] == keys
    assert "CALLCENTER_NODE_CERTIFICATE" not in settings
    assert "administrator: 没有变化 unchanged" in output
    code, output = call("switch", "check", "--env", str(folder / "callcenter.env"), "--json")
    assert (code, json.JSONDecoder().raw_decode(output)[0]["differences"]) == (0, [])

    before = (folder / "callcenter.env").read_bytes()
    code, output = call("setup", "--data", str(folder), "--answers", str(file), "--json")
    result, _ = json.JSONDecoder().raw_decode(output)  # the words behind it are on standard error
    assert (code, result["changed"], result["new_administrator"]) == (0, False, None)
    assert set(map(len, result["steps"].values())) == {0}
    assert (folder / "callcenter.env").read_bytes() == before
    write_answers(file, {**answers, "database": url_of(server, password="wrong")})
    code, output = call("setup", "--data", str(folder), "--answers", str(file))
    assert (code, "PostgreSQL refuses this user or password" in output) == (2, True)
    assert "wrong" not in output
