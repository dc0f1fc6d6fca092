"""Checks that a verdict agrees with the items that failed (requirement Q2). Pure."""

from collections.abc import Collection

from callcenter.quality.types import ReviewVerdict, ScoreCard


def disagreement(verdict: ReviewVerdict, failed: Collection[str], note: str, card: ScoreCard) -> str:
    """Returns why this verdict is not accepted; empty when it is.

    A call with a failed fatal item cannot pass; a checker who fails or returns a call must say what was wrong.
    """
    items = {item.key: item for item in card.items}
    if unknown := sorted(set(failed) - set(items)):
        return f"the score card {card.version} has no item {', '.join(unknown)}"
    fatal = [key for key in failed if items[key].fatal]
    if verdict is ReviewVerdict.PASS and fatal:
        return f"a call cannot pass with a failed fatal item: {', '.join(fatal)}"
    if verdict is ReviewVerdict.FAIL and not failed:
        return "name the items that failed"
    if verdict is ReviewVerdict.RETURN and not note.strip():
        return "say what has to be corrected"
    return ""
