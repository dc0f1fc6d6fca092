"""SIPp, fetched into the cache of the tests as Asterisk is: a program that speaks SIP as its scenario says."""

from callcenter.embedded.debian import Prefix, Programs, fetch
from callcenter.embedded.process import cache_dir

_SIPP = Programs(
    title="SIPp",
    package="sip-tester",
    folder="sipp",
    otherwise="the tests of a registered trunk need it",
    megabytes=10,
)


def sipp() -> Prefix:
    """Returns the fetched SIPp."""
    return fetch(cache_dir(), _SIPP, print)


def command() -> tuple[str, ...]:
    """Returns what starts SIPp; its options are added."""
    return sipp().argv("usr/bin/sipp")
