"""What the ledger refuses."""

from callcenter.kit.errors import Invalid, NotAllowed, NotFound


class ExportNotFound(NotFound):
    """There is no such export, or it is not for you."""

    code = "ledger_export_not_found"


class LedgerOutOfScope(NotAllowed):
    """Your role sees neither one branch nor all of them."""

    code = "ledger_out_of_scope"


class ExportEmpty(Invalid):
    """Nothing matches: widen the filters."""

    code = "ledger_export_empty"
