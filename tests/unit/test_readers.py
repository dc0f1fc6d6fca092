"""Uploads are read in processes with limits: what goes past one is killed, and the next reading works."""

import asyncio
import os
import pickle
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO

import pytest

from callcenter.files.errors import FileTooCostly, FileUnreadable, ReadingBusy, SheetMissing
from callcenter.files.readers import Readers, ReadingFailedError
from callcenter.files.settings import FileSettings


def length(file: BinaryIO) -> int:
    return len(file.read())


def secrets(_file: BinaryIO) -> list[str]:
    return [name for name in os.environ if name.startswith("CALLCENTER_")]


def compute(_file: BinaryIO) -> None:
    while True:
        pass


def hoard(_file: BinaryIO) -> int:
    return len(bytearray(3 << 30))


def fill(_file: BinaryIO) -> None:
    with tempfile.TemporaryFile() as file:
        while True:
            file.write(b"x" * (1 << 20))


def sleep(_file: BinaryIO) -> None:
    time.sleep(600)


def crash(_file: BinaryIO) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def refuse(_file: BinaryIO) -> None:
    raise SheetMissing("no such sheet", sheets=["a"])


def stumble(_file: BinaryIO) -> None:
    raise ValueError("13800001234")


def wait_for_a_byte(_file: BinaryIO, path: str) -> None:
    with open(path, "rb") as pipe:
        pipe.read(1)


@pytest.fixture
def file() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(b"abc")
        yield file


def readers(**limits: float) -> Readers:
    return Readers(
        FileSettings.model_validate(
            {"reading_cpu_seconds": 1, "reading_disk_mib": 16, "readers": 1, "readings_waiting": 1, **limits}
        )
    )


async def test_a_function_gets_the_file_from_its_beginning_and_no_secret(
    file: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_INDEX_KEY", "secret")
    reading = readers()
    assert [await reading.read(length, file) for _ in range(2)] == [3, 3]
    assert file.tell() == 0
    assert await reading.read(secrets, file) == []


@pytest.mark.parametrize("costly", [compute, hoard, fill, crash])
async def test_what_goes_past_a_limit_is_killed_and_refused(costly: Callable[[BinaryIO], None], file: BinaryIO) -> None:
    reading = readers()
    with pytest.raises(FileTooCostly):
        await reading.read(costly, file)
    assert await reading.read(length, file) == 3


async def test_what_takes_too_long_without_computing_is_killed(file: BinaryIO) -> None:
    reading = readers(reading_seconds=0.5)
    with pytest.raises(FileTooCostly):
        await reading.read(sleep, file)
    assert await reading.read(length, file) == 3


async def test_refusals_come_as_they_are_and_errors_without_their_text(file: BinaryIO) -> None:
    with pytest.raises(SheetMissing) as refused:
        await readers().read(refuse, file)
    assert refused.value.params == {"sheets": ["a"]}
    with pytest.raises(ReadingFailedError, match=r"^ValueError$"):
        await readers().read(stumble, file)


def test_every_refusal_of_a_file_survives_the_way_between_processes() -> None:
    for kind in (FileTooCostly, FileUnreadable, SheetMissing):
        copy = pickle.loads(pickle.dumps(kind("why", row=3)))
        assert (copy.detail, copy.params, copy.problem()) == ("why", {"row": 3}, kind("why", row=3).problem())


async def test_a_pool_of_its_own_is_full_alone(file: BinaryIO, tmp_path: object) -> None:
    """Seen before: six files of 8 KB kept everybody from logging in, since their threads hash the passwords."""
    paths = [f"{tmp_path}/{number}" for number in range(2)]
    for path in paths:
        os.mkfifo(path)
    reading = readers()
    held = [asyncio.create_task(reading.read(wait_for_a_byte, file, path)) for path in paths]
    await asyncio.sleep(0)
    with pytest.raises(ReadingBusy):
        await reading.read(length, file)
    others = await asyncio.gather(*(asyncio.to_thread(threading.current_thread) for _ in range(3)))
    assert not [thread for thread in others if thread.name.startswith("reading")]
    for path in paths:
        with await asyncio.to_thread(open, path, "wb") as pipe:
            pipe.write(b".")
    await asyncio.gather(*held)
    assert await reading.read(length, file) == 3
