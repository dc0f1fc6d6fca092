"""Who may not be called: do-not-call entries, outside lists, the legal basis and its withdrawal (L6, L9)."""

from collections.abc import Mapping

from callcenter.kit.crypto import Vault
from callcenter.kit.errands import Errands, Performer
from callcenter.kit.work import Works
from callcenter.leads.settings import LeadSettings


class DncService:
    def __init__(self, vault: Vault, settings: LeadSettings, errands: Errands) -> None:
        self._vault = vault
        self._settings = settings
        self._errands = errands

    def performers(self, _works: Works) -> Mapping[str, Performer]:
        """Errand kind to performer."""
        return {}
