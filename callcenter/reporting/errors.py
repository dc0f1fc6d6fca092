"""Lists what the ledger refuses."""

from callcenter.kit.errors import Invalid, NotAllowed, NotFound


class ExportNotFound(NotFound):
    """Refuses an export that does not exist or is not for this person."""

    code = "ledger_export_not_found"


class LedgerOutOfScope(NotAllowed):
    """Refuses a role that sees neither one branch nor all of them."""

    code = "ledger_out_of_scope"


class ExportEmpty(Invalid):
    """Refuses an export without a row: widen the filters."""

    code = "ledger_export_empty"
