"""Judges settings against each other: what cannot work together. Pure."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from callcenter.checkup.faults import found
from callcenter.doctor.types import Fault

PORTS_OF_A_PHONE = 8
"""Two of each leg, for sound and its control; agent and customer, with a call that is set up beside one that ends."""
LEAST_PERCENT = 10
WARNED_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFacts:
    """What of the settings is compared."""

    websocket_url: str
    secure_cookies: bool
    has_origins: bool
    """Further origins are allowed: there is a proxy with TLS."""
    bind: str
    external: str
    trunk_host: str
    trunk_address: str
    """What its name resolves to; empty where it does not."""
    rtp_first: int
    rtp_last: int
    phones: int


def judge_settings(facts: SettingFacts) -> Iterator[Fault]:
    """Yields what does not fit together."""
    yield from _cookies(facts)
    yield from _trunk(facts)
    enough = (facts.rtp_last - facts.rtp_first + 1) // PORTS_OF_A_PHONE
    if enough < facts.phones:
        yield found("sound_ports_few", first=facts.rtp_first, last=facts.rtp_last, enough=enough, phones=facts.phones)


def _cookies(facts: SettingFacts) -> Iterator[Fault]:
    with_tls = facts.websocket_url.startswith("wss://")
    if facts.secure_cookies and not with_tls and not facts.has_origins:
        yield found("cookies_need_tls", url=facts.websocket_url)
    elif with_tls and not facts.secure_cookies:
        yield found("cookies_not_secure")


def _trunk(facts: SettingFacts) -> Iterator[Fault]:
    if not facts.trunk_host:
        yield found("no_trunk")
        return
    local, outside = _is_loopback(facts.bind), _is_public(facts.trunk_address)
    if local and facts.trunk_address and not _is_loopback(facts.trunk_address):
        yield found("trunk_local", host=facts.trunk_host)
    elif facts.external and outside and not _is_public(facts.external):
        yield found("nat_private", external=facts.external)
    elif outside and not facts.external and not _is_public(facts.bind):
        yield found("nat_unset", host=facts.trunk_host, bind=facts.bind)


def _is_loopback(address: str) -> bool:
    return bool(address) and ipaddress.ip_address(address).is_loopback


def _is_public(address: str) -> bool:
    if not address:
        return False
    known = ipaddress.ip_address(address)
    # the addresses of documentation count as public: they are no network of a bank
    return not any(known in network for network in _PRIVATE)


_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10")
)
