"""Tests a trunk by SIP over UDP: whether the carrier answers, and takes the account where there is one."""

import secrets
import socket

from callcenter.setup.errors import AnswerRefused
from callcenter.setup.rules.sip import Method, Origin, Verdict, challenge_of, proof_of, request, status_of, verdict_of
from callcenter.setup.types import Question, TrunkAt

_TRIES = (0.5, 1.0, 2.0)
"""Seconds after which a request is sent again: UDP may lose it."""


def require_trunk(trunk: TrunkAt, password: str, bind: str) -> None:
    """Raises AnswerRefused unless the carrier answers from the switch's address, and takes the account."""
    try:
        target = socket.getaddrinfo(trunk.host, trunk.port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]
    except OSError:
        raise AnswerRefused("trunk_name", Question.TRUNK, host=trunk.host) from None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind((bind, 0))
        link.connect(target)
        mark = secrets.token_hex(8)
        origin = Origin(bind, link.getsockname()[1], mark)
        if not trunk.user:
            _ask(link, trunk, request(Method.OPTIONS, trunk, origin, 1), mark)
            return
        status, answer = _ask(link, trunk, request(Method.REGISTER, trunk, origin, 1), mark)
        if status in (401, 407) and (challenge := challenge_of(answer)):
            proof = proof_of(challenge, trunk, password, mark)
            status, _ = _ask(link, trunk, request(Method.REGISTER, trunk, origin, 2, proof), mark)
        verdict = verdict_of(status)
        if verdict is Verdict.REFUSED:
            raise AnswerRefused("trunk_refused", Question.TRUNK_PASSWORD, user=trunk.user, status=status)
        if verdict is Verdict.OTHER:
            raise AnswerRefused("trunk_other", Question.TRUNK, status=status)


def _ask(link: socket.socket, trunk: TrunkAt, message: bytes, mark: str) -> tuple[int, bytes]:
    """Returns status and text of the final answer to a request. Raises AnswerRefused when none comes."""
    number = message.split(b"CSeq: ")[1].split(b" ")[0]
    for seconds in _TRIES:
        link.settimeout(seconds)
        try:
            link.send(message)
            while True:
                answer = link.recv(65_535)
                if (status := status_of(answer, mark)) and b"CSeq: " + number + b" " in answer:
                    return status, answer
        except OSError:  # no answer in time, or the machine says that no program has the port
            continue
    raise AnswerRefused("trunk_silent", Question.TRUNK, host=trunk.host, port=trunk.port)
