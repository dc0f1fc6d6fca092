"""Finds the sealed words of one entry of a customer's history, over all leads with the same number."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.allocation.types import END_NOTE
from callcenter.callbacks.types import CALLBACK_NOTE
from callcenter.calls.types import SEALED_DETAILS
from callcenter.complaints.types import CASE_DECISION, CASE_TEXT
from callcenter.consent.types import BASIS_NOTE
from callcenter.customers.types import CHANGE_NEW, CHANGE_OLD, CHANGE_WHY
from callcenter.dnc.types import DNC_NOTE
from callcenter.field.types import VISIT_NOTE
from callcenter.kit.places import Binding
from callcenter.quality.types import REVIEW_NOTE
from callcenter.reporting.history.types import Happening
from callcenter.reporting.queries.history import WHO

_END = """
    SELECT a.lead_id, a.id, a.end_note_sealed AS note FROM assignment a JOIN leads l ON l.id = a.lead_id
    WHERE a.id::text = :number
"""
_SELECTS: Mapping[Happening, str] = {
    Happening.CALL: "SELECT c.lead_id, c.id, c.details ->> 'note' AS note FROM calls c WHERE c.id::text = :number",
    Happening.CALLBACK: """
        SELECT b.lead_id, b.kind, b.created_at, b.note_sealed AS note FROM callback b JOIN leads l ON l.id = b.lead_id
        WHERE b.id::text = :number AND b.kind <> 'complaint'
    """,
    Happening.REVIEW: """
        SELECT v.lead_id, v.call_id, v.note_sealed AS note FROM review v JOIN leads l ON l.id = v.lead_id
        WHERE v.id::text = :number
    """,
    Happening.VISIT: """
        SELECT h.lead_id, v.hand_over_id, v.number, v.note_sealed AS note
        FROM hand_over h JOIN leads l ON l.id = h.lead_id JOIN visit v ON v.hand_over_id = h.id
        WHERE v.id::text = :number
    """,
    Happening.CORRECTED: """
        SELECT g.lead_id, g.field, g.at, g.old_sealed AS old, g.new_sealed AS new, g.why_sealed AS why
        FROM lead_change g JOIN leads l ON l.id = g.lead_id WHERE g.id::text = :number
    """,
    Happening.COMPLAINT: """
        SELECT x.lead_id, x.opened_at, x.text_sealed AS note FROM complaint_case x JOIN leads l ON l.id = x.lead_id
        WHERE x.id::text = :number
    """,
    Happening.COMPLAINT_DECIDED: """
        SELECT x.lead_id, x.id, x.decision_sealed AS note FROM complaint_case x JOIN leads l ON l.id = x.lead_id
        WHERE x.id::text = :number
    """,
    Happening.DNC_ENTERED: """
        SELECT COALESCE(d.lead_id, :lead_id) AS lead_id, d.phone_index, d.entered_at, d.note_sealed AS note
        FROM dnc_entry d JOIN number n ON n.phone_index = d.phone_index WHERE d.id::text = :number
    """,
    Happening.BASIS_ADDED: """
        SELECT b.lead_id, b.act, b.at, b.note_sealed AS note FROM leads l JOIN lead_basis b ON b.lead_id = l.id
        WHERE b.id::text = :number
    """,
    Happening.RETURNED: _END,
    Happening.FINISHED: _END,
}
_PARTS: Mapping[Happening, Mapping[str, Binding]] = {
    Happening.CALL: {"note": SEALED_DETAILS["note"]},
    Happening.CALLBACK: {"note": CALLBACK_NOTE},
    Happening.REVIEW: {"note": REVIEW_NOTE},
    Happening.VISIT: {"note": VISIT_NOTE},
    Happening.CORRECTED: {"old": CHANGE_OLD, "new": CHANGE_NEW, "why": CHANGE_WHY},
    Happening.COMPLAINT: {"note": CASE_TEXT},
    Happening.COMPLAINT_DECIDED: {"note": CASE_DECISION},
    Happening.DNC_ENTERED: {"note": DNC_NOTE},
    Happening.BASIS_ADDED: {"note": BASIS_NOTE},
    Happening.RETURNED: {"note": END_NOTE},
    Happening.FINISHED: {"note": END_NOTE},
}
"""What a select returns sealed; it returns the columns of the bindings too."""


@dataclass(frozen=True, slots=True)
class SealedNote:
    """The sealed words of an entry, by part, each with its place."""

    lead_id: int
    sealed: Mapping[str, tuple[str, str]]


async def find_note(session: AsyncSession, lead_id: int, kind: Happening, number: str) -> SealedNote | None:
    """Returns the words of the entry with this id; None when it is no entry of the customer."""
    statement = text(f"WITH {WHO} {_SELECTS[kind]}").bindparams(
        bindparam("lead_id", type_=BigInteger()), bindparam("number", type_=Text())
    )
    row = (await session.execute(statement, {"lead_id": lead_id, "number": number})).mappings().first()
    if row is None:
        return None
    sealed = {
        part: (row[part], binding.place(*(row[column] for column in binding.by)))
        for part, binding in _PARTS[kind].items()
        if row[part]
    }
    return SealedNote(row["lead_id"], sealed)
