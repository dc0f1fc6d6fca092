"""Long work: ordered, shown, cancelled, begun again when its process dies."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from callcenter.kit import jobs
from callcenter.kit.actor import Actor
from callcenter.kit.errors import Invalid
from callcenter.kit.jobs import (
    MOST_ATTEMPTS,
    JobAlreadyOpen,
    JobCard,
    JobEnded,
    JobRunner,
    Jobs,
    JobState,
    Report,
    perform,
)
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from tests.support.waiting import eventually

OFFICER = Actor(staff_id=7, name="officer", role="data_officer")


class NoSuchFile(Invalid):
    code = "no_such_file"


@pytest.fixture
def desk() -> Jobs:
    return Jobs()


async def ordered(works: Works, desk: Jobs, kind: str = "count", key: str | None = None) -> JobCard:
    async with works.begin(OFFICER) as work:
        return await desk.enqueue(work, kind, {"to": 3}, key)


async def seen(works: Works, desk: Jobs, job_id: int) -> JobCard:
    async with works.begin() as work:
        return await desk.card(work, job_id)


@asynccontextmanager
async def runner(works: Works, waker: Waker, launch: jobs.Launch, width: int = 1) -> AsyncIterator[None]:
    running = asyncio.create_task(JobRunner(works, waker, launch, width=width).run())
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def test_it_is_done_in_the_name_of_whoever_ordered_it(works: Works, desk: Jobs, database_url: str) -> None:
    job = await ordered(works, desk)

    async def count(card: JobCard, report: Report) -> Mapping[str, Any]:
        await report(2, 3, good=2)
        running = await seen(works, desk, card.id)
        assert (running.state, running.done, running.total, running.figures) == (JobState.RUNNING, 2, 3, {"good": 2})
        return {"by": card.actor.label, "to": card.params["to"]}

    assert await perform(works, database_url, {"count": count}, job.id)
    done = await seen(works, desk, job.id)
    assert done.state is JobState.DONE
    assert done.result == {"by": "staff:7", "to": 3}
    assert (done.done, done.ended_at is not None) == (3, True)
    assert not await perform(works, database_url, {"count": count}, job.id), "what is over is not done again"


async def test_the_same_key_waits_once(works: Works, desk: Jobs, database_url: str) -> None:
    first = await ordered(works, desk, key="import:1")
    with pytest.raises(JobAlreadyOpen):
        await ordered(works, desk, key="import:1")
    async with works.begin(OFFICER) as work:
        with contextlib.suppress(JobAlreadyOpen):
            await desk.enqueue(work, "count", {}, "import:1")
        assert (await desk.card(work, first.id)).state is JobState.QUEUED, "the transaction lives on"
        await desk.cancel(work, first.id)
    assert (await ordered(works, desk, key="import:1")).id != first.id


async def test_a_refusal_and_a_failure_are_told_without_what_was_in_the_file(
    works: Works, desk: Jobs, database_url: str
) -> None:
    async def refuse(card: JobCard, report: Report) -> Mapping[str, Any]:
        raise NoSuchFile("choose another file", column="phone")

    async def fail(card: JobCard, report: Report) -> Mapping[str, Any]:
        raise ValueError("张三 13800001234")

    refused, failed = await ordered(works, desk, "refuse"), await ordered(works, desk, "fail")
    for job in (refused, failed):
        await perform(works, database_url, {"refuse": refuse, "fail": fail}, job.id)
    problem = (await seen(works, desk, refused.id)).problem
    assert problem is not None
    assert (problem["code"], problem["params"]) == ("no_such_file", {"column": "phone"})
    assert (await seen(works, desk, failed.id)).problem == {
        "code": "job_failed",
        "detail": "ValueError",
        "status": 500,
    }


async def test_cancelling_what_waits_and_what_runs(works: Works, desk: Jobs, database_url: str) -> None:
    async def never(card: JobCard, report: Report) -> Mapping[str, Any]:
        async with works.begin() as work:
            await desk.cancel(work, card.id)
        report._written_at = float("-inf")
        await report(1)
        raise AssertionError("it went on after it was cancelled")

    waiting, running = await ordered(works, desk, "never"), await ordered(works, desk, "never")
    async with works.begin() as work:
        assert (await desk.cancel(work, waiting.id)).state is JobState.CANCELLED
    assert not await perform(works, database_url, {"never": never}, waiting.id)
    await perform(works, database_url, {"never": never}, running.id)
    assert (await seen(works, desk, running.id)).state is JobState.CANCELLED
    async with works.begin() as work:
        with pytest.raises(JobEnded):
            await desk.cancel(work, running.id)


async def test_nobody_takes_up_what_somebody_performs(works: Works, desk: Jobs, database_url: str) -> None:
    job = await ordered(works, desk)
    begun, go_on = asyncio.Event(), asyncio.Event()
    times = 0

    async def once(card: JobCard, report: Report) -> Mapping[str, Any]:
        nonlocal times
        times += 1
        begun.set()
        await go_on.wait()
        return {}

    first = asyncio.create_task(perform(works, database_url, {"count": once}, job.id))
    await begun.wait()
    assert not await perform(works, database_url, {"count": once}, job.id)
    go_on.set()
    assert await first
    assert times == 1


async def test_it_is_begun_again_when_its_process_dies_and_given_up_after_some_deaths(
    works: Works, desk: Jobs, database_url: str
) -> None:
    waker, attempts = Waker(database_url), 0

    async def die(card: JobCard, report: Report) -> Mapping[str, Any]:
        raise asyncio.CancelledError  # as a killed process: nothing is written any more

    async def launch(job_id: int) -> int:
        nonlocal attempts
        attempts += 1
        with contextlib.suppress(asyncio.CancelledError):
            await perform(works, database_url, {"count": die}, job_id)
        return -9

    job = await ordered(works, desk)
    async with runner(works, waker, launch):

        async def given_up() -> bool:
            return (await seen(works, desk, job.id)).state is JobState.FAILED

        await eventually(given_up)
    card = await seen(works, desk, job.id)
    assert attempts == card.attempts == MOST_ATTEMPTS
    assert card.problem is not None
    assert card.problem["code"] == "job_crashed"


async def test_a_process_that_cannot_start_is_not_launched_for_ever(
    works: Works, desk: Jobs, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALLCENTER_DATABASE_URL", raising=False)
    monkeypatch.delenv("CALLCENTER_ENV_FILE", raising=False)
    launched = 0

    async def launch(job_id: int) -> int:
        nonlocal launched
        launched += 1
        return await jobs.in_a_process(job_id)  # no settings: exit code 2

    job = await ordered(works, desk)
    async with runner(works, Waker(database_url), launch):

        async def given_up() -> bool:
            return (await seen(works, desk, job.id)).state is JobState.FAILED

        await eventually(given_up, 60)
    assert launched == MOST_ATTEMPTS


async def test_the_oldest_first_and_no_more_at_once_than_wished(works: Works, desk: Jobs, database_url: str) -> None:
    enqueue: list[int] = []
    at_once = most = 0

    async def launch(job_id: int) -> int:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        enqueue.append(job_id)

        async def nothing(card: JobCard, report: Report) -> Mapping[str, Any]:
            return {}

        await perform(works, database_url, {"count": nothing}, job_id)
        at_once -= 1
        return 0

    wanted = [(await ordered(works, desk)).id for _ in range(5)]
    async with runner(works, Waker(database_url), launch, width=2):

        async def all_done() -> bool:
            return all([(await seen(works, desk, each)).state is JobState.DONE for each in wanted])

        await eventually(all_done)
    assert enqueue == wanted
    assert most <= 2
