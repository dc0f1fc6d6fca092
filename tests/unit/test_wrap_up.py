"""When a wrap-up without a disposition, and a preview without a call, end by themselves."""

from datetime import UTC, datetime, timedelta

from callcenter.calls.dispositions import dispositions_for
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.dialer.rules.wrap_up import preview_ends_at, wrap_up_ends_at

SINCE = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def test_a_wrap_up_ends_by_the_limit_of_the_campaign_and_a_preview_by_the_setting() -> None:
    assert wrap_up_ends_at(SINCE, 30) == SINCE + timedelta(seconds=30)
    assert preview_ends_at(SINCE, timedelta(minutes=10)) == SINCE + timedelta(minutes=10)


def test_no_agent_chooses_what_the_system_sets_after_the_limit() -> None:
    for kind in CallKind:
        assert Disposition.NOT_ENTERED not in dispositions_for(kind, Outcome.ANSWERED)
