"""Real files with random damage, a fixed number of them; ``scripts/fuzz`` goes on for minutes."""

import random

import pytest

from tests.support.damage import damaged, damaged_within, require_accounted, texts, workbooks

TEXTS, WORKBOOKS = texts(), workbooks()


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_intact_texts_are_read(number: int) -> None:
    require_accounted(TEXTS[number])


@pytest.mark.parametrize("seed", range(40))
def test_every_line_of_a_damaged_text_is_accounted_for(seed: int) -> None:
    chance = random.Random(seed)
    for content in TEXTS:
        require_accounted(damaged(content, chance))


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_workbook_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    for content in WORKBOOKS:
        require_accounted(damaged(content, chance))
        require_accounted(damaged_within(content, chance))
