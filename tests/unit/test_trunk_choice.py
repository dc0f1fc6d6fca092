"""Which trunk a call takes: the first priority that carries calls, by share; a probe before all others."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.calls.types import TrunkLoad
from callcenter.lines.rules import choose, number_for
from callcenter.lines.types import ChoiceReason, NumberFormat, TrunkCard, TrunkOption, TrunkState, TrunkUse

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def paused(name: str, probe_in: int = 20) -> TrunkCard:
    return TrunkCard(
        name=name,
        state=TrunkState.PAUSED,
        refusals=5,
        sip_code=403,
        changed_at=NOW,
        probe_at=NOW + timedelta(seconds=probe_in),
        probe_lead_id=None,
    )


A, B, C = (TrunkOption(name=name, priority=priority) for name, priority in (("a", 1), ("b", 1), ("c", 2)))


def test_the_only_trunk_is_taken() -> None:
    choice = choose([A], 7, NOW)
    assert (choice.trunk, choice.use, choice.reason) == ("a", TrunkUse.OPEN, ChoiceReason.ONLY_ONE)


def test_each_trunk_of_the_first_priority_gets_its_share_of_the_leads() -> None:
    heavy = TrunkOption(name="a", share=3)
    taken = Counter(choose([C, B, heavy], lead, NOW).trunk for lead in range(1000))
    assert taken == {"a": pytest.approx(750, abs=5), "b": pytest.approx(250, abs=5)}
    assert choose([heavy, B, C], 5, NOW) == choose([C, B, heavy], 5, NOW), "judged again, it is the same"
    assert choose([heavy, B], 5, NOW).reason is ChoiceReason.SHARE


def test_a_paused_trunk_leaves_its_calls_to_the_others_and_is_tried_when_its_probe_is_due() -> None:
    ill = TrunkOption(name="a", health=paused("a"))
    assert {choose([ill, B, C], lead, NOW).trunk for lead in range(50)} == {"b"}
    ill_too = TrunkOption(name="b", health=paused("b"))
    choice = choose([ill, ill_too, C], 7, NOW)
    assert (choice.trunk, choice.reason) == ("c", ChoiceReason.PRIORITY)
    due = TrunkOption(name="c", priority=2, health=paused("c", probe_in=0))
    choice = choose([A, due], 7, NOW)
    assert (choice.trunk, choice.use, choice.reason) == ("c", TrunkUse.PROBE, ChoiceReason.PROBE)


def test_a_full_trunk_is_passed_over_and_when_all_are_the_call_waits() -> None:
    full = TrunkOption(name="a", channels=2, load=TrunkLoad(open_calls=2))
    fast = TrunkOption(name="b", calls_per_second=5, load=TrunkLoad(began=5))
    assert choose([full, fast, C], 7, NOW).trunk == "c"
    choice = choose([full, fast], 7, NOW)
    assert (choice.use, choice.reason) == (TrunkUse.FULL, ChoiceReason.NONE_FREE)
    room = TrunkOption(name="a", channels=3, load=TrunkLoad(open_calls=2))
    assert choose([room], 7, NOW).use is TrunkUse.OPEN


def test_when_all_refuse_the_call_waits() -> None:
    ill = [TrunkOption(name=name, health=paused(name)) for name in ("a", "b")]
    choice = choose(ill, 7, NOW)
    assert (choice.use, choice.reason) == (TrunkUse.CLOSED, ChoiceReason.NONE_FREE)


@pytest.mark.parametrize(
    ("number", "form", "prefix", "dialled"),
    [
        ("13912345678", NumberFormat.NATIONAL, "", "13912345678"),
        ("07715551234", NumberFormat.NATIONAL, "9", "907715551234"),
        ("13912345678", NumberFormat.E164, "", "8613912345678"),
        ("07715551234", NumberFormat.E164, "", "867715551234"),
        ("07715551234", NumberFormat.E164_PLUS, "", "+867715551234"),
    ],
)
def test_numbers_are_written_as_the_carrier_wants_them(
    number: str, form: NumberFormat, prefix: str, dialled: str
) -> None:
    assert number_for(number, form, prefix) == dialled
