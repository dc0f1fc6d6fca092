"""A verdict agrees with what failed, and the score card is complete."""

import pytest

from callcenter.quality.rules.score_card import CURRENT
from callcenter.quality.rules.verdict import disagreement
from callcenter.quality.types import ReviewVerdict

FATAL = next(item.key for item in CURRENT.items if item.fatal)
MINOR = next(item.key for item in CURRENT.items if not item.fatal)


@pytest.mark.parametrize(
    ("verdict", "failed", "note"),
    [
        (ReviewVerdict.PASS, [], ""),
        (ReviewVerdict.PASS, [MINOR], ""),
        (ReviewVerdict.FAIL, [FATAL], ""),
        (ReviewVerdict.FAIL, [MINOR], ""),
        (ReviewVerdict.RETURN, [], "the address is missing"),
    ],
)
def test_verdicts_that_agree_with_the_failed_items_are_accepted(
    verdict: ReviewVerdict, failed: list[str], note: str
) -> None:
    assert disagreement(verdict, failed, note, CURRENT) == ""


@pytest.mark.parametrize(
    ("verdict", "failed", "note", "why"),
    [
        (ReviewVerdict.PASS, [MINOR, FATAL], "", FATAL),
        (ReviewVerdict.FAIL, [], "bad", "name the items"),
        (ReviewVerdict.RETURN, [], " ", "corrected"),
        (ReviewVerdict.FAIL, ["no_such_item"], "", "no_such_item"),
    ],
)
def test_verdicts_that_contradict_the_failed_items_are_refused(
    verdict: ReviewVerdict, failed: list[str], note: str, why: str
) -> None:
    assert why in disagreement(verdict, failed, note, CURRENT)


def test_the_card_holds_the_three_checks_and_misleading_words_as_fatal() -> None:
    fatal = {item.key for item in CURRENT.items if item.fatal}
    assert fatal >= {"identity", "product", "service_promise", "misleading", "company", "licence"}
    assert len({item.key for item in CURRENT.items}) == len(CURRENT.items)
    assert all(item.text_zh and item.text_en for item in CURRENT.items)
