"""When a wrap-up without a disposition ends by itself."""

from datetime import UTC, datetime, timedelta

from callcenter.calls.dispositions import dispositions_for
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.dialer.rules.wrap_up import wrap_up_ends_at

SINCE = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def test_an_agent_who_is_gone_has_the_limit_and_one_who_is_there_has_overtime() -> None:
    overtime = timedelta(minutes=10)
    assert wrap_up_ends_at(SINCE, 30, overtime, present=False) == SINCE + timedelta(seconds=30)
    assert wrap_up_ends_at(SINCE, 30, overtime, present=True) == SINCE + timedelta(minutes=10, seconds=30)


def test_no_agent_chooses_what_the_system_sets_after_the_limit() -> None:
    for kind in CallKind:
        assert Disposition.NOT_ENTERED not in dispositions_for(kind, Outcome.ANSWERED)
