"""Opens what a person wrote when an assignment ended: it may speak of an agent's health, so each look is recorded."""

from callcenter.allocation import repository
from callcenter.allocation.errors import AssignmentNotFound, EndNoteNotFound
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work


class EndNotes:
    """Reads the sealed notes of ended assignments."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def read(self, work: Work, lead_id: int, assignment_id: int, why: str) -> str:
        """Returns the note in clear, and writes an audit record with ``why``, which holds no personal data.

        Raises ReasonMissing, AssignmentNotFound (also for an assignment of another lead), EndNoteNotFound.
        """
        why = require_reason(why, "reading why leads were returned", rule="L7")
        assignment = await repository.find_assignment(work.session, assignment_id)
        if assignment is None or assignment.lead_id != lead_id:
            raise AssignmentNotFound(f"the lead {lead_id} has no assignment {assignment_id}")
        if assignment.end_note_sealed is None:
            raise EndNoteNotFound(f"nothing was written when the assignment {assignment_id} ended")
        await work.announce(Noted("allocation.end_note_read", f"assignment:{assignment_id}", {"why": why}))
        return self._vault.open(assignment.end_note_sealed)
