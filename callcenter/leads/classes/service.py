"""Customer classes: schemes as data, rules that set a class, and what a class steers (L5)."""

from collections.abc import Mapping

from callcenter.kit.crypto import Vault
from callcenter.kit.errands import Errands, Performer
from callcenter.kit.work import Works


class ClassService:
    def __init__(self, vault: Vault, errands: Errands) -> None:
        self._vault = vault
        self._errands = errands

    def performers(self, _works: Works) -> Mapping[str, Performer]:
        """Errand kind to performer."""
        return {}
