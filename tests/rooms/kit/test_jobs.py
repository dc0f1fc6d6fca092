"""Jobs: requested, shown, cancelled, begun again when their process dies."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

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
    Launch,
    Report,
    in_a_process,
    perform,
)
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from tests.support.running import running
from tests.support.waiting import eventually

OFFICER = Actor(staff_id=7, name="officer", role="data_officer")


class FileMissing(Invalid):
    code = "file_missing"


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


async def request(works: Works, jobs: Jobs, kind: str = "count", key: str | None = None) -> JobCard:
    async with works.begin(OFFICER) as work:
        return await jobs.enqueue(work, kind, {"to": 3}, key)


async def card_of(works: Works, jobs: Jobs, job_id: int) -> JobCard:
    async with works.begin() as work:
        return await jobs.card(work, job_id)


@asynccontextmanager
async def runner(works: Works, waker: Waker, launch: Launch, width: int = 1) -> AsyncIterator[None]:
    async with running(JobRunner(works, waker, launch, width=width).run()):
        yield


async def test_a_job_is_performed_in_the_name_of_whoever_requested_it(
    works: Works, jobs: Jobs, database_url: str
) -> None:
    job = await request(works, jobs)

    async def count(card: JobCard, report: Report) -> Mapping[str, Any]:
        await report(2, 3, good=2)
        shown = await card_of(works, jobs, card.id)
        assert (shown.state, shown.done, shown.total, shown.figures) == (JobState.RUNNING, 2, 3, {"good": 2})
        return {"by": card.actor.label, "to": card.params["to"]}

    assert await perform(works, database_url, {"count": count}, job.id)
    done = await card_of(works, jobs, job.id)
    assert done.state is JobState.DONE
    assert done.result == {"by": "staff:7", "to": 3}
    assert (done.done, done.ended_at is not None) == (3, True)
    assert not await perform(works, database_url, {"count": count}, job.id), (
        "a job that has ended is not performed again"
    )


async def test_jobs_with_the_same_key_are_open_once(works: Works, jobs: Jobs, database_url: str) -> None:
    first = await request(works, jobs, key="import:1")
    with pytest.raises(JobAlreadyOpen):
        await request(works, jobs, key="import:1")
    async with works.begin(OFFICER) as work:
        with contextlib.suppress(JobAlreadyOpen):
            await jobs.enqueue(work, "count", {}, "import:1")
        assert (await jobs.card(work, first.id)).state is JobState.QUEUED, "the transaction lives on"
        await jobs.cancel(work, first.id)
    assert (await request(works, jobs, key="import:1")).id != first.id


async def test_a_refusal_and_a_failure_are_shown_without_personal_data(
    works: Works, jobs: Jobs, database_url: str
) -> None:
    async def refuse(card: JobCard, report: Report) -> Mapping[str, Any]:
        raise FileMissing("choose another file", column="phone")

    async def fail(card: JobCard, report: Report) -> Mapping[str, Any]:
        raise ValueError("张三 13800001234")

    refused, failed = await request(works, jobs, "refuse"), await request(works, jobs, "fail")
    for job in (refused, failed):
        await perform(works, database_url, {"refuse": refuse, "fail": fail}, job.id)
    problem = (await card_of(works, jobs, refused.id)).problem
    assert problem is not None
    assert (problem["code"], problem["params"]) == ("file_missing", {"column": "phone"})
    assert (await card_of(works, jobs, failed.id)).problem == {
        "code": "job_failed",
        "detail": "ValueError",
        "status": 500,
    }


async def test_waiting_and_running_jobs_are_cancelled(works: Works, jobs: Jobs, database_url: str) -> None:
    async def never(card: JobCard, report: Report) -> Mapping[str, Any]:
        async with works.begin() as work:
            await jobs.cancel(work, card.id)
        report._written_at = float("-inf")
        await report(1)
        raise AssertionError("it went on after it was cancelled")

    waiting, begun = await request(works, jobs, "never"), await request(works, jobs, "never")
    async with works.begin() as work:
        assert (await jobs.cancel(work, waiting.id)).state is JobState.CANCELLED
    assert not await perform(works, database_url, {"never": never}, waiting.id)
    await perform(works, database_url, {"never": never}, begun.id)
    assert (await card_of(works, jobs, begun.id)).state is JobState.CANCELLED
    async with works.begin() as work:
        with pytest.raises(JobEnded):
            await jobs.cancel(work, begun.id)


async def test_a_job_that_is_being_performed_is_not_begun_by_another(
    works: Works, jobs: Jobs, database_url: str
) -> None:
    job = await request(works, jobs)
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


async def test_a_job_is_begun_again_when_its_process_dies_and_fails_after_some_deaths(
    works: Works, jobs: Jobs, database_url: str
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

    job = await request(works, jobs)
    async with runner(works, waker, launch):

        async def has_failed() -> bool:
            return (await card_of(works, jobs, job.id)).state is JobState.FAILED

        await eventually(has_failed)
    card = await card_of(works, jobs, job.id)
    assert attempts == card.attempts == MOST_ATTEMPTS
    assert card.problem is not None
    assert card.problem["code"] == "job_crashed"


async def test_a_process_that_cannot_start_is_launched_a_few_times_only(
    works: Works, jobs: Jobs, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALLCENTER_DATABASE_URL", raising=False)
    monkeypatch.delenv("CALLCENTER_ENV_FILE", raising=False)
    launched = 0

    async def launch(job_id: int) -> int:
        nonlocal launched
        launched += 1
        return await in_a_process(job_id)  # no settings: exit code 2

    job = await request(works, jobs)
    async with runner(works, Waker(database_url), launch):

        async def has_failed() -> bool:
            return (await card_of(works, jobs, job.id)).state is JobState.FAILED

        await eventually(has_failed, 100)
    assert launched == MOST_ATTEMPTS


async def test_the_oldest_jobs_run_first_and_no_more_at_once_than_the_width(
    works: Works, jobs: Jobs, database_url: str
) -> None:
    launched: list[int] = []
    at_once = most = 0

    async def launch(job_id: int) -> int:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        launched.append(job_id)

        async def nothing(card: JobCard, report: Report) -> Mapping[str, Any]:
            return {}

        await perform(works, database_url, {"count": nothing}, job_id)
        at_once -= 1
        return 0

    requested = [(await request(works, jobs)).id for _ in range(5)]
    async with runner(works, Waker(database_url), launch, width=2):

        async def all_done() -> bool:
            return all([(await card_of(works, jobs, job_id)).state is JobState.DONE for job_id in requested])

        await eventually(all_done)
    assert launched == requested
    assert most <= 2
