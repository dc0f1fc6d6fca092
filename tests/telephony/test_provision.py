"""Configurations are complete, keep their secrets, and refuse what Asterisk would misread."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.telephony.asterisk import provision
from callcenter.telephony.asterisk.provision import CarrierConfig, NodeConfig, TrunkConfig, write_carrier, write_node


@pytest.fixture
def node(tmp_path: Path) -> NodeConfig:
    return NodeConfig(
        modules=Path("/opt/modules"),
        data=Path("/opt/data"),
        spool_dir=tmp_path / "spool",
        ami_port=1,
        ami_user="engine",
        ami_secret="ami-secret",
        http_port=2,
        sip_port=3,
        trunk=TrunkConfig(port=4),
        rtp_first=10000,
        rtp_last=10100,
        phones={"1001": "phone-password"},
    )


def test_secrets_are_for_the_owner_only_and_in_no_repr(node: NodeConfig, tmp_path: Path) -> None:
    write_node(node, tmp_path / "n")
    for name, secret in (("manager.conf", "ami-secret"), ("pjsip.conf", "phone-password")):
        file = tmp_path / "n" / "etc" / name
        assert secret in file.read_text()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert secret not in repr(node)


def test_every_server_listens_on_this_machine_only(node: NodeConfig, tmp_path: Path) -> None:
    write_node(node, tmp_path / "n")
    write_carrier(
        CarrierConfig(modules=node.modules, data=node.data, sip_port=4, node_port=3, rtp_first=1, rtp_last=2),
        tmp_path / "c",
    )
    binds = [
        line
        for file in tmp_path.glob("*/etc/*.conf")
        for line in file.read_text().splitlines()
        if line.replace(" ", "").startswith(("bind=", "bindaddr="))
    ]
    assert len(binds) == 5
    assert all("127.0.0.1" in line for line in binds)


def test_the_node_is_configured_to_send_no_silence_of_its_own(node: NodeConfig, tmp_path: Path) -> None:
    """It would swallow the agent's voice, but only under load: so this is checked (deploy/asterisk/README.md)."""
    write_node(node, tmp_path / "n")
    assert "transmit_silence = no" in (tmp_path / "n" / "etc" / "asterisk.conf").read_text()


def test_a_configuration_written_again_replaces_the_old_and_keeps_the_recordings(
    node: NodeConfig, tmp_path: Path
) -> None:
    write_node(node, tmp_path / "n")
    kept = node.spool_dir / "x.raw"
    kept.write_bytes(b"voice")
    write_node(replace(node, phones={"1002": "another-one"}), tmp_path / "n")
    assert kept.read_bytes() == b"voice"
    assert "1001" not in (tmp_path / "n" / "etc" / "pjsip.conf").read_text()


def test_a_control_socket_path_that_is_too_long_is_named(node: NodeConfig, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="control socket's path would be"):
        write_node(node, tmp_path / ("d" * (100 - len(str(tmp_path)) + 20)))


@pytest.mark.parametrize(
    "change",
    [
        {"phones": {"alice": "phone-password"}},
        {"phones": {"1001": "x\npassword=y"}},
        {"trunk": TrunkConfig(name="1001", port=4)},
        {"ami_secret": "a;b-comment"},
        {"spool_dir": Path("/tmp/a,b")},
    ],
)
def test_values_that_asterisk_would_misread_are_refused(
    node: NodeConfig, tmp_path: Path, change: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="does not fit") as refusal:
        write_node(replace(node, **change), tmp_path / "n")  # type: ignore[arg-type]
    assert "password=y" not in str(refusal.value)


def test_the_commands_name_the_configuration(tmp_path: Path) -> None:
    configuration = str(tmp_path / "etc" / "asterisk.conf")
    assert provision.command(["asterisk"], tmp_path) == ["asterisk", "-C", configuration, "-f"]
    assert provision.console(["asterisk"], tmp_path, "core stop now")[-2:] == ["-rx", "core stop now"]


def test_limits_follow_the_seats(node: NodeConfig, tmp_path: Path) -> None:
    """Seen before: Asterisk's own 100 sessions, so the 101st agent stayed out; too few ports: no sound."""
    seats = replace(node, phones={f"{1000 + seat}": "phone-password" for seat in range(150)}, rtp_last=10_639)
    write_node(seats, tmp_path / "n")
    assert "sessionlimit = 400" in (tmp_path / "n" / "etc" / "http.conf").read_text()
    with pytest.raises(ValueError, match="150 seats need 640 ports"):
        write_node(replace(seats, rtp_last=10_638), tmp_path / "n")


def test_the_trunk_is_known_by_its_address_and_phones_by_their_name(node: NodeConfig, tmp_path: Path) -> None:
    write_node(node, tmp_path / "n")
    text = (tmp_path / "n" / "etc" / "pjsip.conf").read_text()
    endpoints = [section for section in text.split("\n[") if "type = endpoint" in section]
    assert [section.split("]")[0] for section in endpoints if "identify_by = ip" in section] == ["carrier"]
    assert [section.split("]")[0] for section in endpoints if "identify_by = username" in section] == ["phone"]
    assert "anonymous" not in (tmp_path / "n" / "etc" / "modules.conf").read_text()


def test_recordings_configuration_and_logs_are_for_their_owner(node: NodeConfig, tmp_path: Path) -> None:
    node.spool_dir.mkdir(mode=0o755)
    write_node(node, tmp_path / "n")
    for folder in (node.spool_dir, tmp_path / "n"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
