"""Some rounds of faults under a few robots; ``scripts/bench faults`` plays twenty under forty."""

from pathlib import Path

import pytest

from callcenter.rehearsal.run import Options
from tests.support.fault_rounds import trial

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


async def test_rounds_of_faults_lose_nothing_and_dial_no_number_twice(tmp_path: Path) -> None:
    async with trial(Options(folder=tmp_path / "r", robots=5, customers=300, seed=11, pace=2), print) as made:
        outcome = await made.play(3, print)
    assert outcome.facts > 50
    assert [one for one in outcome.rounds if not one.clean] == []
    assert (outcome.lost, outcome.left_open) == (0, 0)
    assert outcome.holds
