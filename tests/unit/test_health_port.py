"""The engine answers monitors itself, whatever they send."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from callcenter.bootstrap.health_port import HealthPort, Readiness
from callcenter.embedded.process import free_ports
from callcenter.supervision.command import StartError


class Asked:
    """An open port whose readiness a test sets."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]
        self.readiness = Readiness(leading=True, problems=[])

    async def ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer


@pytest.fixture
async def asked() -> AsyncIterator[Asked]:
    asked = Asked()
    server = await HealthPort("127.0.0.1", asked.port, lambda: asked.readiness).open()
    yield asked
    server.close()


def parts(answer: bytes) -> tuple[int, dict[str, object]]:
    head, body = answer.split(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    return int(head.split()[1]), json.loads(body)


async def test_it_says_that_it_lives_and_whether_it_can_work(asked: Asked) -> None:
    assert parts(await asked.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")) == (200, {"alive": True})
    ready = {"ready": True, "leading": True, "problems": []}
    assert parts(await asked.ask(b"GET /readyz HTTP/1.0\r\n\r\n")) == (200, ready)
    asked.readiness = Readiness(leading=True, problems=["no link to switch n1"])
    not_ready = {"ready": False, "leading": True, "problems": ["no link to switch n1"]}
    assert parts(await asked.ask(b"GET /readyz HTTP/1.1\r\n\r\n")) == (503, not_ready)


@pytest.mark.parametrize(
    "request_", [b"GET /other HTTP/1.1\r\n\r\n", b"POST /readyz HTTP/1.1\r\n\r\n", b"\xff\xfe", b""]
)
async def test_anything_else_is_not_found(asked: Asked, request_: bytes) -> None:
    assert parts(await asked.ask(request_))[0] == 404


async def test_a_line_without_end_gets_no_answer_and_disturbs_no_other(asked: Asked) -> None:
    assert await asked.ask(b"G" * 100_000) == b""
    assert parts(await asked.ask(b"GET /healthz HTTP/1.1\r\n\r\n"))[0] == 200


async def test_a_taken_port_is_one_sentence(asked: Asked) -> None:
    with pytest.raises(StartError, match="set CALLCENTER_HEALTH_PORT to another one"):
        await HealthPort("127.0.0.1", asked.port, lambda: asked.readiness).open()
