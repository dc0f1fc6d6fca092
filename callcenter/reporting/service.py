"""Reads across rooms: the ledger of the data and the history of a customer. Writes only frozen reports."""

from collections.abc import Mapping

from callcenter.kit.errands import Errands, Performer
from callcenter.kit.work import Works


class LedgerService:
    def __init__(self, errands: Errands) -> None:
        self._errands = errands

    def performers(self, _works: Works) -> Mapping[str, Performer]:
        """Errand kind to performer."""
        return {}
