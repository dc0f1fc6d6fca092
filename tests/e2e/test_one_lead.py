"""One lead through the whole system on real parts: a browser talks to the simulated carrier, the recording is
played, the success is reviewed and is on the field agent's list, and a complaint is called back by another agent."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from playwright.async_api import Locator
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from callcenter.audit.certificate.types import Result
from callcenter.callbacks.types import CallbackState
from callcenter.calls.types import CallCard, CallKind, Disposition, Outcome
from callcenter.people.types import Role
from callcenter.rehearsal import cast
from callcenter.rehearsal.run import Rehearsal, robots_working
from callcenter.storage.port import ObjectLocked
from callcenter.telephony.carrier import behaviour_of
from tests.e2e.conftest import AGENT_TONE_HZ, Panel
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
SERVED = {district for _, districts in cast.REGIONS for district in districts}


def strongest(samples: npt.NDArray[np.float64], rate: int) -> float:
    """Returns the frequency (Hz) that is loudest in a piece of sound."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[int(spectrum[1:].argmax()) + 1])


async def staff_id(rehearsal: Rehearsal, role: Role, name: str) -> int:
    async with rehearsal.system.works.begin() as work:
        return next(card.id for card in await rehearsal.system.people.by_role(work, role) if card.name == name)


async def call_on_screen(rehearsal: Rehearsal, agent_id: int) -> CallCard:
    async with rehearsal.system.works.begin() as work:
        seat = await rehearsal.system.agents.seat(work, agent_id)
        assert seat
        assert seat.call_id
        return await rehearsal.system.calls.card(work, seat.call_id)


async def talk(desk: Panel, *, hold: float = 0) -> None:
    """Calls one customer after the other until one has answered; ends in wrap-up.

    ``hold``: the agent hangs up after so many seconds of talk, unless the customer did before.
    """
    while True:
        state = await desk.state("seat-state", "preview", "wrap_up", seconds=90)
        if state == "preview":
            await desk.press("verb-call")
            await desk.state("seat-state", "on_call", "ready", "wrap_up")
        if await desk.state("call-state", "answered", "ended", "none", seconds=90) == "answered":
            if hold:
                await asyncio.sleep(hold)
                if await desk.see("verb-hang-up").is_visible():
                    await desk.press("verb-hang-up")
            await desk.state("seat-state", "wrap_up", seconds=90)
            return
        if await desk.state("seat-state", "ready", "preview", "wrap_up", "paused", seconds=90) == "wrap_up":
            return


async def dispose(desk: Panel, disposition: Disposition) -> None:
    await desk.press(f"disposition-{disposition.value.replace('_', '-')}")
    if disposition is Disposition.SUCCESS:
        await desk.press("visit-at-quick-1")
    if disposition is Disposition.COMPLAINT:
        await desk.press("complaint-category")
        await desk.press("category-staff-attitude")
    await desk.see("note").fill("端到端演练")
    await desk.press("dispose-submit")
    await desk.state("seat-state", "ready", "preview", "on_call", "paused")


async def sound_of(rehearsal: Rehearsal, call_id: UUID) -> tuple[npt.NDArray[np.float64], int]:
    """Waits until a recording is stored; returns its samples by channels, and their rate."""
    system = rehearsal.system

    async def stored() -> bool:
        async with system.works.begin() as work:
            return await system.recordings.listening.stored(work, call_id)

    await eventually(stored)
    async with system.works.begin() as work:
        recording = await system.recordings.listening.find(work, call_id)
    assert recording.object_key
    assert recording.version_id
    body = b"".join([part async for part in await system.store.get(recording.object_key, recording.version_id)])
    samples, rate = soundfile.read(io.BytesIO(body))
    with pytest.raises(ObjectLocked):
        await system.store.delete(recording.object_key, recording.version_id)
    return samples, rate


async def shows(element: Locator) -> bool:
    """Returns whether an element is visible within a second."""
    try:
        await element.wait_for(timeout=1000)
    except PlaywrightTimeoutError:
        return False
    return True


async def test_a_browser_calls_and_both_voices_are_on_their_channels(
    rehearsal: Rehearsal, open_panel: OpenPanel
) -> None:
    system = rehearsal.system
    agent_id = await staff_id(rehearsal, Role.AGENT, "演示坐席一")
    desk = await open_panel("agent1")
    await desk.press("verb-log-on")
    await desk.state("phone-state", "up", seconds=30)
    await desk.press("verb-ready")

    # -- success
    while True:
        await talk(desk, hold=4)
        call = await call_on_screen(rehearsal, agent_id)
        assert call.outcome is Outcome.ANSWERED
        assert call.answered_at
        assert call.ended_at
        async with system.works.begin() as work:
            lead = await system.leads.card(work, call.lead_id)
        if lead.district in SERVED and call.ended_at - call.answered_at > timedelta(seconds=2.5):
            break
        await dispose(desk, Disposition.THINKING)
    assert await desk.see("lead-name").text_content() == lead.name_masked
    assert await desk.see("lead-phone").text_content() == lead.phone_masked
    await desk.picture("agent-wrap-up")
    await dispose(desk, Disposition.SUCCESS)

    # -- both voices are in the store, each on its own channel
    samples, rate = await sound_of(rehearsal, call.id)
    async with system.works.begin() as work:
        number = (await system.leads.dial_numbers(work, [call.lead_id]))[call.lead_id]
    assert samples.shape[1] == 2
    length = len(samples) / rate
    talked = (call.ended_at - call.answered_at).total_seconds()
    assert talked - 1 <= length
    middle = samples[-int(2 * rate) : -int(0.5 * rate)]
    assert strongest(middle[:, 0], rate) == pytest.approx(behaviour_of(number).tone_hz, abs=4)
    assert strongest(middle[:, 1], rate) == pytest.approx(AGENT_TONE_HZ, abs=4)
    assert number not in await desk.page.content()

    # -- quality listens and passes it
    checker = await open_panel("qa")
    review = checker.page.locator('[data-testid^="review-"]').first
    await review.wait_for()
    await review.click()
    await checker.press("review-claim")
    await checker.see("play").wait_for()
    await checker.press("play")
    await checker.page.locator('[data-testid="player"][data-playing="true"]').wait_for()
    await checker.picture("quality")
    await checker.see("verdict-note").fill("三核对齐全")
    await checker.press("verdict-pass")

    async def handed_over() -> int | None:
        async with system.works.begin() as work:
            hand_overs = await system.field.hand_overs.hand_overs(work)
        return next((one.field_agent_id for one in hand_overs if one.lead_id == call.lead_id), None)

    field_agent_id = await eventually(handed_over)
    async with system.works.begin() as work:
        assert field_agent_id
        visitor = await system.people.card(work, field_agent_id)
        regions = {region.id: region for region in await system.field.regions.regions(work)}
        particulars = await system.leads.particulars(work, call.lead_id, "端到端演练")
    assert visitor.region_id
    assert lead.district in regions[visitor.region_id].districts

    # -- the customer is on that field agent's list, with the name in clear
    login = next(player.login for player in cast.persons() if player.name == visitor.name)
    phone = await open_panel(login, width=390, height=844)
    name = phone.page.get_by_text(particulars.name, exact=True).first
    for _ in range(7):
        await phone.see("day").wait_for()
        if await shows(name):
            break
        await phone.press("day-after")
    await name.wait_for(timeout=5000)
    await phone.picture("field")

    # -- a complaint: opened at the desk, called back by the robot, closed by its recording
    await talk(desk, hold=1)
    complained = await call_on_screen(rehearsal, agent_id)
    await dispose(desk, Disposition.COMPLAINT)
    async with robots_working(rehearsal, print):

        async def called_back() -> UUID | None:
            async with system.works.begin() as work:
                [case] = [
                    case for case in await system.complaints.cases.cases(work) if case.lead_id == complained.lead_id
                ]
                callback = (await system.callbacks.of_cases(work, [case.id]))[case.id]
                return callback.done_call_id if callback.state is CallbackState.DONE else None

        done_call = await eventually(called_back, 90)
    async with system.works.begin() as work:
        assert done_call
        evidence = await system.calls.card(work, done_call)
    assert evidence.kind is CallKind.COMPLAINT
    assert evidence.lead_id == complained.lead_id
    assert evidence.agent_id != agent_id
    assert evidence.outcome is Outcome.ANSWERED
    samples, _ = await sound_of(rehearsal, done_call)
    assert np.abs(samples).max() > 0.05

    officer = await open_panel("complaint")
    await officer.page.locator('[data-testid="meter"][data-done="1"][data-due="1"]').wait_for()
    await officer.picture("complaints")
    leader = await open_panel("leader")
    await leader.page.locator(f'[data-testid="seat-{agent_id}"]').wait_for()
    await leader.picture("floor")

    await rehearsal.drain()
    certificate = await rehearsal.certify()
    broken = [section for section in certificate.sections if section.result is Result.BROKEN]
    assert broken == []
