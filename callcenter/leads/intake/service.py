"""From a file to leads: upload, preview, mapping, dry run, import, rejects, further fields."""

from collections.abc import Mapping

from callcenter.kit.crypto import Vault
from callcenter.kit.errands import Errands, Performer
from callcenter.kit.work import Works
from callcenter.leads.settings import LeadSettings


class IntakeService:
    def __init__(self, vault: Vault, settings: LeadSettings, errands: Errands) -> None:
        self._vault = vault
        self._settings = settings
        self._errands = errands

    def performers(self, _works: Works) -> Mapping[str, Performer]:
        """Errand kind to performer."""
        return {}
