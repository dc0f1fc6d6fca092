"""Which day a rehearsal plays, who takes part, and which dispositions its robots choose."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calls.dispositions import dispositions_for, missing_details
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.desk.schemas import DisposeBody
from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.rehearsal.cast import HEADER, customer_list, persons, robots
from callcenter.rehearsal.day import choose_day
from callcenter.rehearsal.robots import choose_disposition
from callcenter.telephony.carrier import Manner, behaviour_of, is_robot


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 21, 23, 51, tzinfo=UTC), "2026-11-23"),  # Sunday morning in Shanghai: Monday
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), "2026-11-23"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "2026-11-24"),  # the shift has begun already
        (datetime(2026, 9, 30, 9, 0, tzinfo=UTC), "2026-10-08"),  # Golden Week
    ],
)
def test_a_rehearsal_plays_the_next_afternoon_that_is_worked(now: datetime, day: str) -> None:
    chosen = choose_day(WorkingCalendar(), now)
    shown = (now + chosen.offset).astimezone(BUSINESS_ZONE)
    assert (str(chosen.on), f"{shown:%Y-%m-%d %H:%M}") == (day, f"{day} 13:32")
    assert chosen.offset >= timedelta(0)


def test_the_invented_customers_show_every_behaviour_of_the_simulated_carrier() -> None:
    text = customer_list(300, Random(1)).decode("gb18030")
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[0]) == HEADER
    numbers = [row[1] for row in rows[1:-2]]
    assert len(set(numbers)) == len(numbers) >= 290
    assert {behaviour_of(number).manner for number in numbers} == set(Manner)
    assert customer_list(300, Random(1)) == customer_list(300, Random(1)) != customer_list(300, Random(2))


def test_robots_speak_at_the_carrier_and_people_at_their_browsers() -> None:
    assert all(is_robot(player.robot_number or "") for player in robots(12))
    assert not any(player.robot_number for player in persons())
    assert len({player.login for player in (*robots(12), *persons())}) == 12 + len(persons())


def test_every_disposition_of_a_robot_is_complete() -> None:
    chance, now = Random(4), datetime(2026, 11, 23, 6, tzinfo=UTC)
    chosen: Counter[Disposition] = Counter()
    for kind in [CallKind.LEAD] * 300 + [CallKind.COMPLAINT] * 20:
        body = DisposeBody.model_validate(choose_disposition(chance, kind, now))
        assert body.disposition in dispositions_for(kind, Outcome.ANSWERED)
        assert missing_details(body.disposition, body) == ()  # type: ignore[arg-type]
        chosen[body.disposition] += 1
    assert set(chosen) >= {Disposition.SUCCESS, Disposition.COMPLAINT, Disposition.CALLBACK, Disposition.RESOLVED}
