"""Why a ready agent is offered no customer."""

from datetime import UTC, datetime, timedelta

from callcenter.campaigns.types import WindowRule, WindowVerdict
from callcenter.dialer.rules.waiting import WaitingCode, staff_waits_for, waiting_for

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
OPEN = WindowVerdict(True, WindowRule.OPEN, "open")
SHUT = WindowVerdict(False, WindowRule.SHIFT, "shut", opens_at=NOW + timedelta(hours=1))


def test_why_a_ready_agent_waits() -> None:
    later = NOW + timedelta(minutes=10)
    assert waiting_for(None, NOW, NOW) == (WaitingCode.OUTSIDE_WINDOW, None)
    assert waiting_for(SHUT, NOW, NOW) == (WaitingCode.OUTSIDE_WINDOW, SHUT.opens_at)
    assert waiting_for(OPEN, None, NOW) == (WaitingCode.NO_LEADS, None)
    assert waiting_for(OPEN, later, NOW) == (WaitingCode.RESTING, later)
    assert waiting_for(OPEN, NOW, NOW) == (WaitingCode.LOOKING, None)


def test_why_ready_complaint_staff_wait() -> None:
    assert staff_waits_for(SHUT, 3) == (WaitingCode.OUTSIDE_WINDOW, SHUT.opens_at)
    assert staff_waits_for(OPEN, 0) == (WaitingCode.NO_CALLBACKS, None)
    assert staff_waits_for(OPEN, 1) == (WaitingCode.LOOKING, None)
