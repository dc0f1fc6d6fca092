"""Refusals of the ledger and of a customer's history."""

from callcenter.kit.errors import Invalid, NotAllowed, NotFound


class ExportNotFound(NotFound):
    """Refuses an export that does not exist or that this person may not see."""

    code = "ledger_export_not_found"


class LedgerOutOfScope(NotAllowed):
    """Refuses a person whose scope is neither one branch nor the whole bank."""

    code = "ledger_out_of_scope"


class ExportEmpty(Invalid):
    """Refuses an export without a row: widen the filters."""

    code = "ledger_export_empty"


class NoteNotFound(NotFound):
    """Says that an entry of a customer's history holds no sealed words, or is another customer's."""

    code = "note_not_found"
    rule = "L7"
