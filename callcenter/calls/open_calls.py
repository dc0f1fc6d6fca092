"""Remembers the open calls of one engine as it wrote them last, so that the usual signal reads nothing.

The database alone is right: what is remembered names the version of its row (``Call.xmin``), and an UPDATE that meets
another version changes nothing and raises. Then the call is forgotten, and read and locked as any other.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from callcenter.calls.models import HeldCall

_MOST_CALLS = 5_000
"""More than one switch carries at once; ends that others have written leave entries, of which the oldest go first."""


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that had not ended, and the keys of the signals its journal holds."""

    row: HeldCall
    """Never changed itself: a transaction changes a copy."""
    keys: frozenset[str]


class OpenCalls:
    """Remembers calls that have not ended."""

    def __init__(self) -> None:
        self._calls: OrderedDict[UUID, OpenCall] = OrderedDict()

    def take_out(self, call_ids: Collection[UUID]) -> list[OpenCall] | None:
        """Returns these calls and forgets them, until they are written anew; None where one is not remembered.

        Whatever becomes of the transaction, what it used is old: a commit whose answer is lost has changed rows too.
        """
        if not all(call_id in self._calls for call_id in call_ids):
            return None
        return [self._calls.pop(call_id) for call_id in sorted(call_ids)]

    def remember(self, call: OpenCall) -> None:
        """Remembers a call as a transaction has written it that is committed."""
        self._calls[call.row.id] = call
        self._calls.move_to_end(call.row.id)
        if len(self._calls) > _MOST_CALLS:
            self._calls.popitem(last=False)

    def forget(self, call_ids: Iterable[UUID]) -> None:
        """Forgets calls that have ended; those that are not remembered are no error."""
        for call_id in call_ids:
            self._calls.pop(call_id, None)
