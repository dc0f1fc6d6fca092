"""Writes and reads the few SIP messages with which a trunk is tested (RFC 3261, digest by RFC 2617)."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from callcenter.setup.types import TrunkAt

_CHALLENGE = re.compile(r"^(?:WWW|Proxy)-Authenticate:\s*Digest\s+(.*)$", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Method(StrEnum):
    OPTIONS = "OPTIONS"
    REGISTER = "REGISTER"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """The account or its password is wrong."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a trial request comes from, and what makes it one of its own."""

    host: str
    port: int
    mark: str
    """Random letters and digits: call id, tag and branch."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server demands as proof of the password."""

    realm: str
    nonce: str
    opaque: str
    qop: bool
    proxy: bool
    """Demanded by a proxy: the proof goes into another header."""


def request(method: Method, trunk: TrunkAt, origin: Origin, number: int, proof: str = "") -> bytes:
    """Returns a request. A REGISTER without Contact asks what is registered and changes nothing."""
    uri = _uri(trunk)
    account = f"sip:{trunk.user or 'callcenter'}@{trunk.host}"
    lines = [
        f"{method.value} {uri} SIP/2.0",
        f"Via: SIP/2.0/UDP {origin.host}:{origin.port};rport;branch=z9hG4bK{origin.mark}{number}",
        "Max-Forwards: 70",
        f"From: <{account}>;tag={origin.mark}",
        f"To: <{account}>",
        f"Call-ID: {origin.mark}@{origin.host}",
        f"CSeq: {number} {method.value}",
        "User-Agent: callcenter",
        *([proof] if proof else []),
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status_of(answer: bytes, mark: str) -> int | None:
    """Returns the final status of an answer to our request; None for any other message."""
    text = answer.decode(errors="replace")
    match = re.match(r"SIP/2\.0 (\d{3}) ", text)
    status = int(match[1]) if match and mark in text else 0
    return status if status >= 200 else None


def challenge_of(answer: bytes) -> Challenge | None:
    """Returns what a 401 or 407 demands; None where it names no digest by MD5."""
    for line in _CHALLENGE.findall(answer.decode(errors="replace")):
        found = {name.lower(): quoted or bare for name, quoted, bare in _FIELD.findall(line)}
        if found.get("algorithm", "MD5").upper() == "MD5" and "nonce" in found:
            proxy = b"proxy-authenticate" in answer.lower()
            qop = "auth" in re.split(r"[\s,]+", found.get("qop", ""))
            return Challenge(found.get("realm", ""), found["nonce"], found.get("opaque", ""), qop, proxy)
    return None


def proof_of(challenge: Challenge, trunk: TrunkAt, password: str, mark: str) -> str:
    """Returns the header that proves the password."""
    uri = _uri(trunk)
    secret = _md5(f"{trunk.user}:{challenge.realm}:{password}")
    asked = _md5(f"{Method.REGISTER.value}:{uri}")
    between = f"{challenge.nonce}:00000001:{mark}:auth" if challenge.qop else challenge.nonce
    fields = [
        f'username="{trunk.user}"',
        f'realm="{challenge.realm}"',
        f'nonce="{challenge.nonce}"',
        f'uri="{uri}"',
        f'response="{_md5(f"{secret}:{between}:{asked}")}"',
        "algorithm=MD5",
        *([f'cnonce="{mark}"', "qop=auth", "nc=00000001"] if challenge.qop else []),
        *([f'opaque="{challenge.opaque}"'] if challenge.opaque else []),
    ]
    return f"{'Proxy-' if challenge.proxy else ''}Authorization: Digest {', '.join(fields)}"


def verdict_of(status: int) -> Verdict:
    """Judges the final answer to a registration that was proven."""
    if 200 <= status < 300:
        return Verdict.ACCEPTED
    return Verdict.REFUSED if status in (401, 403, 404, 407) else Verdict.OTHER


def _uri(trunk: TrunkAt) -> str:
    return f"sip:{trunk.host}:{trunk.port}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
