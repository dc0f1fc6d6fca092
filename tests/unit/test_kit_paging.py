"""A cursor goes back as it came, and nothing else is taken for one."""

from datetime import UTC, datetime

import pytest

from callcenter.kit.paging import CursorInvalid, Paging, _pack, by_number
from callcenter.reporting.history.types import Position

REVIEWS, HISTORY = by_number("reviews"), Paging("history", Position.of)
PLACE = Position(datetime(2026, 11, 23, 2, 30, 0, 12, tzinfo=UTC), "call:7")


def test_a_cursor_leads_back_to_its_position() -> None:
    for number in (1, 17, 2**63 - 1):
        assert REVIEWS.position(REVIEWS.cursor(number)) == number
    assert HISTORY.position(HISTORY.cursor(PLACE)) == PLACE
    assert REVIEWS.position(None) is None


def test_the_last_row_of_a_full_page_has_one() -> None:
    assert REVIEWS.next([], 2) is None
    assert REVIEWS.next([3, 4], 3, key=int) is None
    cursor = REVIEWS.next([3, 4], 2, key=int)
    assert REVIEWS.position(cursor) == 4


@pytest.mark.parametrize("position", ["0", "-1", str(2**63), "9" * 19, "9" * 5000, "", "x", "1_0", "٣", " 1", "1.0"])
def test_no_number_of_a_row_is_refused(position: str) -> None:
    with pytest.raises(CursorInvalid):
        REVIEWS.position(_pack("reviews", position))


@pytest.mark.parametrize(
    "position",
    [
        *("", "~", "2026-11-23~call:7", "2026-11-23T10:30:00~call:7", "2026-11-23T10:30:00+08:00"),
        *("2026-11-23T10:30:00+08:00~call:7\0", "0001-01-01T00:00:00+23:59~call:7", "9999-12-31T23:59:59-23:59~call:7"),
    ],
)
def test_no_place_in_a_history_is_refused(position: str) -> None:
    with pytest.raises(CursorInvalid):
        HISTORY.position(_pack("history", position))


def test_every_damage_is_found() -> None:
    cursor = REVIEWS.cursor(1234)
    for at in range(len(cursor)):
        for other in "Aa0_ ":
            damaged = cursor[:at] + other + cursor[at + 1 :]
            if damaged != cursor:
                with pytest.raises(CursorInvalid):
                    REVIEWS.position(damaged)
        with pytest.raises(CursorInvalid):
            REVIEWS.position(cursor[:at])
        with pytest.raises(CursorInvalid):
            REVIEWS.position(f"{cursor[:at]} {cursor[at:]}")


@pytest.mark.parametrize("cursor", ["", "7", "null", "\0", "\ud800", "回", "=" * 8, "A" * 100_000])
def test_no_cursor_at_all_is_refused(cursor: str) -> None:
    for pages in (REVIEWS, HISTORY):
        with pytest.raises(CursorInvalid):
            pages.position(cursor)


def test_a_cursor_of_another_list_is_refused() -> None:
    for name in ("review", "reviewss", "appeals"):
        with pytest.raises(CursorInvalid):
            REVIEWS.position(by_number(name).cursor(5))
