"""Keeps which versions of the rules have judged calls here, and since when (requirement C2, law 11)."""

import ast
import hashlib
import inspect
from collections.abc import Sequence
from functools import lru_cache

from callcenter.calendar import rules as calendar_rules
from callcenter.campaigns import rules as window_rules
from callcenter.eligibility import repository, rules
from callcenter.eligibility.types import RULE_SET, RuleSetCard
from callcenter.kit.work import Work


class RuleSetService:
    """Knows the rule sets."""

    async def note(self, work: Work) -> None:
        """Writes down that this release judges calls from now on; one that is known stays as it is."""
        await repository.add(work.session, RULE_SET, digest(), work.now)

    async def list(self, work: Work) -> Sequence[RuleSetCard]:
        """Returns every rule set, the oldest first."""
        return [
            RuleSetCard(name=row.name, digest=row.digest, first_used_at=row.first_used_at)
            for row in await repository.list_all(work.session)
        ]


@lru_cache
def digest() -> str:
    """Returns the hash of the rules a call is judged by, as this release has them."""
    source = "".join(statements(inspect.getsource(module)) for module in (rules, window_rules, calendar_rules))
    return hashlib.sha256(source.encode()).hexdigest()


def statements(source: str) -> str:
    """Returns a module's statements without comments, blank lines and docstrings: other words are no other rule."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not is_text(part)] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


def is_text(part: ast.AST) -> bool:
    """Says whether a statement is a text alone."""
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str)
