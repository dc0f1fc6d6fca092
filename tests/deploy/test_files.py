"""Units, proxy, containers and storage: what can be checked without installing them."""

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.commands import faults_of
from tests.support.debian import program

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted([*DEPLOY.glob("systemd/*.service"), *DEPLOY.glob("storage/*.service")])
OWN = [unit for unit in UNITS if "failed@" not in unit.name]
HARDENED = {
    "NoNewPrivileges": "true",
    "ProtectSystem": "strict",
    "ProtectHome": "true",
    "PrivateTmp": "true",
    "PrivateDevices": "true",
    "CapabilityBoundingSet": "",
    "SystemCallFilter": "@system-service",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "UMask": "0077",
}
PARTS = {"web", "engine", "recorder", "office"}


def sections(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    # the first of several lines with one name counts
    seen: set[str] = set()
    lines = []
    for line in path.read_text().splitlines():
        name = line.partition("=")[0]
        if line.startswith("["):
            seen = set()
        if "=" in line and name in seen:
            continue
        seen.add(name)
        lines.append(line)
    parser.read_string("\n".join(lines))
    return parser


def test_each_part_has_a_unit() -> None:
    names = {unit.name for unit in UNITS}
    assert {f"callcenter-{part}.service" for part in PARTS} | {"callcenter.service"} <= names
    wanted = sections(DEPLOY / "systemd/callcenter.target")["Unit"]["Wants"].split()
    assert set(wanted) == {f"callcenter-{part}.service" for part in PARTS}


@pytest.mark.parametrize("unit", OWN, ids=lambda unit: unit.name)
def test_units_are_hardened_and_run_a_command_that_exists(unit: Path) -> None:
    service = sections(unit)["Service"]
    lacking = {name: value for name, value in HARDENED.items() if service.get(name) != value}
    assert lacking == {}
    assert service["User"] not in ("", "root")
    if "seaweedfs" not in unit.name:
        assert faults_of(service["ExecStart"].replace("%%", "%")) == []


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_is_started_again_unless_the_operator_has_to_act(part: str) -> None:
    service = sections(DEPLOY / f"systemd/callcenter-{part}.service")["Service"]
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("always", "2")
    assert int(service["TimeoutStopSec"]) > 15  # serve itself kills after 15 s
    assert f"--role {part} " in service["ExecStart"]


def test_every_timer_has_its_service() -> None:
    for timer in DEPLOY.glob("systemd/*.timer"):
        assert timer.with_suffix(".service").exists()
        assert "Asia/Shanghai" in sections(timer)["Timer"]["OnCalendar"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd-analyze")
def test_systemd_reads_the_units() -> None:
    files = [*map(str, UNITS), *map(str, DEPLOY.glob("systemd/*.timer")), *map(str, DEPLOY.glob("systemd/*.target"))]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "is not executable: No such file" not in line]
    assert [line for line in said if "callcenter" in line] == []


@pytest.mark.e2e
def test_caddy_reads_its_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [program("caddy", "usr/bin/caddy"), "adapt", "--config", str(DEPLOY / "caddy/Caddyfile")],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    routes = json.dumps(json.loads(done.stdout)["apps"])
    assert all(path in routes for path in ("/ws", "/metrics", "127.0.0.1:8088", "127.0.0.1:8000"))


def test_containers_run_parts_and_keep_secrets_out() -> None:
    compose = yaml.safe_load((DEPLOY / "containers/compose.yml").read_text())
    services = compose["services"]
    assert services.keys() >= PARTS
    for part in PARTS:
        assert services[part]["command"] == ["serve", "--role", part]
        assert services[part]["cap_drop"] == ["ALL"]
        assert faults_of("callcenter " + " ".join(services[part]["command"])) == []
    text = (DEPLOY / "containers/compose.yml").read_text()
    assert not re.search(r"(?i)(secret|password|key):\s*[A-Za-z0-9+/]{8,}", text)
    stages = re.findall(r"^(?:FROM|USER) .*$", (DEPLOY / "containers/Containerfile").read_text(), re.MULTILINE)
    assert stages[-1] == "USER callcenter"


def test_the_stores_policy_is_what_the_code_needs() -> None:
    statements = json.loads((DEPLOY / "storage/policy.json").read_text())["Statement"]
    allowed = {act for one in statements if one["Effect"] == "Allow" for act in one["Action"]}
    probe = (DEPLOY.parent / "callcenter/setup/probes/store.py").read_text()
    needed = {act for texts in re.findall(r'_right\("([^"]+)"', probe) for act in texts.split(", ")}
    assert needed - {"s3:CreateBucket"} <= allowed
    page = (DEPLOY / "storage/README.md").read_text()
    assert all(act in page for act in allowed)


def test_logs_are_kept_for_half_a_year() -> None:
    assert (
        re.findall(r"^\s+(?:rotate|maxage) (\d+)$", (DEPLOY / "logrotate/callcenter").read_text(), re.MULTILINE)
        == ["180"] * 4
    )
    assert "copytruncate" in (DEPLOY / "logrotate/callcenter").read_text()
