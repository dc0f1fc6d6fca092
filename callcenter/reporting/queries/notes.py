"""Finds the sealed words of one entry of a customer's history, over all leads with the same number."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.reporting.history.types import Happening
from callcenter.reporting.queries.history import WHO

_END = """
    SELECT a.lead_id, a.end_note_sealed AS note FROM assignment a JOIN leads l ON l.id = a.lead_id
    WHERE a.id::text = :number
"""
_SELECTS: Mapping[Happening, str] = {
    Happening.CALL: "SELECT c.lead_id, c.details ->> 'note' AS note FROM calls c WHERE c.id::text = :number",
    Happening.CALLBACK: """
        SELECT b.lead_id, b.note_sealed AS note FROM callback b JOIN leads l ON l.id = b.lead_id
        WHERE b.id::text = :number AND b.kind <> 'complaint'
    """,
    Happening.REVIEW: """
        SELECT v.lead_id, v.note_sealed AS note FROM review v JOIN leads l ON l.id = v.lead_id
        WHERE v.id::text = :number
    """,
    Happening.VISIT: """
        SELECT h.lead_id, v.note_sealed AS note FROM hand_over h JOIN leads l ON l.id = h.lead_id
        JOIN visit v ON v.hand_over_id = h.id WHERE v.id::text = :number
    """,
    Happening.CORRECTED: """
        SELECT g.lead_id, g.old_sealed AS old, g.new_sealed AS new, g.why_sealed AS why
        FROM lead_change g JOIN leads l ON l.id = g.lead_id WHERE g.id::text = :number
    """,
    Happening.COMPLAINT: """
        SELECT x.lead_id, x.text_sealed AS note FROM complaint_case x JOIN leads l ON l.id = x.lead_id
        WHERE x.id::text = :number
    """,
    Happening.COMPLAINT_DECIDED: """
        SELECT x.lead_id, x.decision_sealed AS note FROM complaint_case x JOIN leads l ON l.id = x.lead_id
        WHERE x.id::text = :number
    """,
    Happening.DNC_ENTERED: """
        SELECT COALESCE(d.lead_id, :lead_id) AS lead_id, d.note_sealed AS note
        FROM dnc_entry d JOIN number n ON n.phone_index = d.phone_index WHERE d.id::text = :number
    """,
    Happening.BASIS_ADDED: """
        SELECT b.lead_id, b.note_sealed AS note FROM leads l JOIN lead_basis b ON b.lead_id = l.id
        WHERE b.id::text = :number
    """,
    Happening.RETURNED: _END,
    Happening.FINISHED: _END,
}


@dataclass(frozen=True, slots=True)
class SealedNote:
    """The sealed words of an entry, by part."""

    lead_id: int
    sealed: Mapping[str, str | None]


async def find_note(session: AsyncSession, lead_id: int, kind: Happening, number: str) -> SealedNote | None:
    """Returns the words of the entry with this id; None when it is no entry of the customer."""
    statement = text(f"WITH {WHO} {_SELECTS[kind]}").bindparams(
        bindparam("lead_id", type_=BigInteger()), bindparam("number", type_=Text())
    )
    row = (await session.execute(statement, {"lead_id": lead_id, "number": number})).mappings().first()
    if row is None:
        return None
    return SealedNote(row["lead_id"], {part: value for part, value in row.items() if part != "lead_id"})
