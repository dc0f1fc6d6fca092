"""The engine's link to its switch: a reconciliation that is owed stays owed, with the first loss as its instant."""

from datetime import UTC, datetime, timedelta

from callcenter.dialer.rules.link import LinkState

START = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def settled() -> LinkState:
    """Returns a link that is up and reconciled for the first time."""
    return LinkState().link_up(at(0)).reconciled()


def test_an_engine_starts_with_a_gap_of_unknown_length() -> None:
    link = LinkState()
    assert (link.up, link.due, link.ready, link.heard_until) == (False, False, False, None)
    link = link.link_up(at(0))
    assert (link.up, link.due, link.ready, link.heard_until) == (True, True, False, None)
    link = link.reconciled()
    assert (link.up, link.due, link.ready, link.up_since) == (True, False, True, at(0))


def test_the_switch_was_heard_until_the_instant_of_the_loss() -> None:
    link = settled().link_down(at(5))
    assert (link.up, link.due, link.ready) == (False, False, False)
    link = link.link_up(at(7))
    assert (link.due, link.heard_until, link.up_since) == (True, at(5), at(7))
    assert link.reconciled().heard_until is None


def test_the_first_loss_counts_until_a_reconciliation_has_succeeded() -> None:
    link = settled()
    for second in (10, 20, 30):
        link = link.link_down(at(second)).link_up(at(second + 5))
    assert (link.due, link.heard_until, link.up_since) == (True, at(10), at(35))
    link = link.reconciled().link_down(at(40)).link_up(at(41))
    assert link.heard_until == at(40)


def test_a_loss_before_the_first_reconciliation_says_nothing_of_the_time_before_the_engine() -> None:
    link = LinkState().link_up(at(0)).link_down(at(1)).link_up(at(2))
    assert (link.due, link.heard_until) == (True, None)


def test_a_log_in_without_a_reported_loss_counts_as_a_gap() -> None:
    link = settled().link_up(at(9))
    assert (link.due, link.heard_until, link.up_since) == (True, None, at(9))


def test_a_stream_that_breaks_off_is_a_loss_at_an_unknown_instant() -> None:
    assert settled().link_down(None).link_up(at(9)).heard_until is None
    assert settled().link_down(at(4)).link_down(None).link_up(at(9)).heard_until == at(4)


def test_the_same_log_in_reported_twice_changes_nothing() -> None:
    link = settled().link_down(at(5)).link_up(at(7))
    assert link.link_up(at(7)) == link
