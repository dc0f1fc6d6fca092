"""Decides which settings follow from the answers, and how they are merged into a file that an operator has edited."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from callcenter.setup.types import NODE, Answers, Generated, ServersAt

BUCKET = "recordings"
INSTALLED_ASTERISK = "/usr/sbin/asterisk"
"""Where Debian's package puts the program; for a switch on another machine."""
_NAME = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
_BARE = re.compile(r"[A-Za-z0-9_./:@%+,=*?&~^!-]*")

_SECRETS: Mapping[str, str] = {
    "field_keys": "CALLCENTER_FIELD_KEYS",
    "index_key": "CALLCENTER_INDEX_KEY",
    "recorder_access_key": "CALLCENTER_S3_ACCESS_KEY",
    "recorder_secret_key": "CALLCENTER_S3_SECRET_KEY",
    "player_access_key": "CALLCENTER_S3_PLAYER_ACCESS_KEY",
    "player_secret_key": "CALLCENTER_S3_PLAYER_SECRET_KEY",
    "store_key": "CALLCENTER_KEPT_STORE_KEY",
    "ami_secret": "CALLCENTER_SWITCH_AMI_SECRET",
    "phone_secret": "CALLCENTER_SWITCH_PHONE_SECRET",
}
"""Generated secret → the setting that keeps it."""


def generated_in(present: Mapping[str, str], fresh: Generated) -> Generated:
    """Returns the secrets that the present settings hold; those that are not there are taken from ``fresh``."""
    kept = {name: present[variable] for name, variable in _SECRETS.items() if present.get(variable)}
    password = urlsplit(present.get("CALLCENTER_DATABASE_URL", "")).password
    if password:
        kept["database_password"] = unquote(password)
    drawn = {secret.name: getattr(fresh, secret.name) for secret in fields(Generated)}
    return Generated(**(drawn | kept))


def settings_of(answers: Answers, generated: Generated, folder: Path) -> dict[str, str]:
    """Returns every setting that the answers decide: variable → value."""
    address, network = answers.address, answers.network
    first, last = answers.extensions
    origins = {"CALLCENTER_WEB_ALLOWED_ORIGINS": json.dumps([address.url])} if address.secure else {}
    return {
        "CALLCENTER_NODE": NODE,
        "CALLCENTER_FIELD_KEYS": generated.field_keys,
        "CALLCENTER_INDEX_KEY": generated.index_key,
        "CALLCENTER_LOG_DIR": str(folder / "log"),
        "CALLCENTER_HTTP_HOST": "127.0.0.1",
        "CALLCENTER_HTTP_PORT": str(answers.panels_port),
        "CALLCENTER_SECURE_COOKIES": str(address.secure).lower(),
        **origins,
        "CALLCENTER_CAMPAIGNS_CALLER_IDS": ",".join(answers.caller_ids),
        "CALLCENTER_SWITCH_AMI_PORT": str(answers.ports.ami),
        "CALLCENTER_SWITCH_AMI_SECRET": generated.ami_secret,
        "CALLCENTER_SWITCH_PHONE_SECRET": generated.phone_secret,
        "CALLCENTER_SWITCH_SPOOL_DIR": str(folder / "spool"),
        "CALLCENTER_RECORDINGS_SPOOL_DIR": str(folder / "spool"),
        "CALLCENTER_SWITCH_WEBSOCKET_URL": _websocket(answers),
        "CALLCENTER_SWITCH_REALM": network.bind,
        "CALLCENTER_NODE_FOLDER": str(folder / "switch"),
        "CALLCENTER_NODE_BIND": network.bind,
        "CALLCENTER_NODE_EXTERNAL": network.external,
        "CALLCENTER_NODE_SIP_PORT": str(answers.ports.sip),
        "CALLCENTER_NODE_WEBSOCKET_PORT": str(answers.ports.websocket),
        "CALLCENTER_NODE_RTP_FIRST": str(answers.sound_ports[0]),
        "CALLCENTER_NODE_RTP_LAST": str(answers.sound_ports[-1]),
        "CALLCENTER_NODE_PHONES": f"{first}-{last}",
        "CALLCENTER_NODE_TRUNK_HOST": answers.trunk.host,
        "CALLCENTER_NODE_TRUNK_PORT": str(answers.trunk.port),
        "CALLCENTER_NODE_TRUNK_USER": answers.trunk.user,
        "CALLCENTER_NODE_TRUNK_PASSWORD": answers.trunk_password if answers.trunk.user else "",
        **_certificate(answers),
        **_servers(answers, generated, folder),
    }


def _websocket(answers: Answers) -> str:
    """Returns where browser phones connect: to the switch itself by TLS, through the proxy, or on this machine."""
    if answers.certificate:
        return f"wss://{answers.address.host}:{answers.ports.websocket_tls}/ws"
    if answers.address.secure:
        return f"wss://{urlsplit(answers.address.url).netloc}/ws"
    return f"ws://127.0.0.1:{answers.ports.websocket}/ws"


def _certificate(answers: Answers) -> dict[str, str]:
    if answers.certificate is None:
        return {}
    return {
        "CALLCENTER_NODE_CERTIFICATE": answers.certificate.chain,
        "CALLCENTER_NODE_CERTIFICATE_KEY": answers.certificate.key,
        "CALLCENTER_NODE_TLS_PORT": str(answers.ports.websocket_tls),
    }


def _servers(answers: Answers, generated: Generated, folder: Path) -> dict[str, str]:
    kept = {"CALLCENTER_KEPT_FOLDER": str(folder)}
    if answers.servers is ServersAt.HERE:
        password = quote(generated.database_password, safe="")
        return kept | {
            "CALLCENTER_KEPT_SERVERS": "postgres,store,switch",
            "CALLCENTER_KEPT_STORE_KEY": generated.store_key,
            "CALLCENTER_DATABASE_URL": f"postgresql://callcenter:{password}@127.0.0.1:{answers.ports.database}/callcenter",
            "CALLCENTER_S3_ENDPOINT": f"127.0.0.1:{answers.ports.store}",
            "CALLCENTER_S3_SECURE": "false",
            "CALLCENTER_S3_BUCKET": BUCKET,
            "CALLCENTER_S3_ACCESS_KEY": generated.recorder_access_key,
            "CALLCENTER_S3_SECRET_KEY": generated.recorder_secret_key,
            "CALLCENTER_S3_PLAYER_ACCESS_KEY": generated.player_access_key,
            "CALLCENTER_S3_PLAYER_SECRET_KEY": generated.player_secret_key,
        }
    store = answers.store
    assert store is not None
    if answers.servers is ServersAt.APART:
        kept["CALLCENTER_NODE_ASTERISK"] = INSTALLED_ASTERISK
    return kept | {
        "CALLCENTER_KEPT_SERVERS": "switch" if answers.servers is ServersAt.NAMED else "",
        "CALLCENTER_DATABASE_URL": answers.database,
        "CALLCENTER_S3_ENDPOINT": store.host,
        "CALLCENTER_S3_SECURE": str(store.secure).lower(),
        "CALLCENTER_S3_BUCKET": store.bucket,
        "CALLCENTER_S3_ACCESS_KEY": store.access_key,
        "CALLCENTER_S3_SECRET_KEY": answers.store_secret,
    }


def changes(present: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    """Returns what has to be written: variable → new value, or None for a line that goes.

    ``before`` follows from the answers of the last run. What an operator has changed in the file since stays, unless
    an answer about it has changed: the file is the operator's.
    """
    new = {
        name: value
        for name, value in after.items()
        if name not in present or (before.get(name, value) != value and present[name] != value)
    }
    gone = {name: None for name in before.keys() - after.keys() if name in present}
    return {**new, **gone}


def merged(text: str, changed: Mapping[str, str | None]) -> str:
    """Returns a file of settings with some lines changed in their place, new ones at the end, all others kept."""
    left = dict(changed)
    lines = []
    for line in text.splitlines():
        match = _NAME.match(line)
        if match is None or match[1] not in left:
            lines.append(line)
        elif (value := left.pop(match[1])) is not None:
            lines.append(f"{match[1]}={_quoted(value)}")
    lines += [f"{name}={_quoted(value)}" for name, value in left.items() if value is not None]
    return "\n".join(lines) + "\n" if lines else ""


def _quoted(value: str) -> str:
    """Returns a value as both this program and systemd read it back."""
    if _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
