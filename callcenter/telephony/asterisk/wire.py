"""What goes over an AMI connection: actions as bytes, messages as the library reads them, and what can go wrong.

The library ``asterisk-ami`` gives Action, Response and Event with their parsing. Two things are done for it here,
because it does neither: values are checked before they are sent (a line break would inject a second action), and line
separators other than CR LF are neutralised before a message is parsed (it would cut values there).

    AmiError
    ├── LinkLost            the connection is over
    ├── AmiRefused          Asterisk answered with an error
    ├── AmiTimeout          no answer: it is unknown whether the action was carried out
    └── UnsafeValueError    nothing was sent
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asterisk.ami import Action
from asterisk.ami.event import Event as AmiEvent
from asterisk.ami.response import Response as AmiResponse

_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
"""What may not stand in a value: AMI cuts at CR LF, ``str.splitlines`` at all of these."""
_CUTS = str.maketrans(dict.fromkeys("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", " "))


class AmiError(Exception):
    """Base of what can go wrong here."""


class LinkLost(AmiError):  # noqa: N818 - says what happened
    """The connection is over; what was unanswered stays unanswered."""


class AmiRefused(AmiError):  # noqa: N818
    """Asterisk answered with an error."""


class AmiTimeout(AmiError):  # noqa: N818
    """No answer in time: it is unknown whether the action was carried out."""


class UnsafeValueError(AmiError, ValueError):
    """A header's name or value contains a line separator or another control character."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event as Asterisk reported it: its name and its headers."""

    name: str
    headers: Mapping[str, Any]
    """Text; ``ChanVariable`` and ``DestChanVariable`` are mappings."""


def back_off(attempt: int, chance: float, *, first: float = 0.25, longest: float = 10.0) -> float:
    """Returns the seconds to wait before an attempt (0, 1, …): doubling, capped, half of it left to chance (0..1).

    The half that is chance keeps several engines from coming back to one switch in step.
    """
    delay = min(longest, first * 2.0 ** min(attempt, 16))
    return delay * (0.5 + chance / 2)


def parse(pack: bytes) -> AmiEvent | AmiResponse | None:
    """Reads one message by the library's parsers. Only CR LF ends a line; other separators become blanks."""
    lines = pack.decode("utf-8", "replace").split("\r\n")
    text = "\r\n".join(line.translate(_CUTS) for line in lines)
    if AmiResponse.match(text):
        return AmiResponse.read(text)
    if AmiEvent.match(text):
        return AmiEvent.read(text)
    return None


def compose(name: str, action_id: str, headers: Mapping[str, object], variables: Mapping[str, object]) -> bytes:
    """Returns one action as bytes; raises UnsafeValueError for a control character in any part."""
    for part in (name, action_id, *headers, *headers.values(), *variables, *variables.values()):
        if _CONTROL.search(str(part)):
            raise UnsafeValueError(f"a control character in a value of the action {_CONTROL.sub('?', name)}")
    action = Action(name, {"ActionID": action_id, **headers}, dict(variables))
    return f"{action}\r\n".encode()
