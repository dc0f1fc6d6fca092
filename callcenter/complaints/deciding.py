"""Deciding complaint cases (requirement X2)."""

from callcenter.complaints.cases import CaseService
from callcenter.complaints.errors import ConflictOfInterest, DecidedAlready, TextMissing
from callcenter.complaints.rules import conflict_of_interest
from callcenter.complaints.transitions import CASE, CaseFact
from callcenter.complaints.types import CASE_DECISION, CaseCard, ComplaintDecided
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work


class DecidingService:
    """Enters the decisions of complaint handlers."""

    def __init__(self, cases: CaseService, vault: Vault) -> None:
        self._cases = cases
        self._vault = vault

    async def decide(self, work: Work, case_id: int, text: str) -> CaseCard:
        """Enters the actor's decision. It does not end an obligation that is still open.

        Raises CaseNotFound, ConflictOfInterest, DecidedAlready, TextMissing.
        """
        await self._cases.require_within(work, case_id)
        # Locked: when two handlers decide at once, the second one sees the first decision and is refused.
        case = await self._cases.row(work, case_id, lock=True)
        if why := conflict_of_interest(work.actor.id, complained_of=case.agent_id):
            raise ConflictOfInterest(f"you may not decide this case: {why}")
        if case.decided_at is not None:
            raise DecidedAlready(f"case {case_id} has been decided already")
        if not text.strip():
            raise TextMissing("enter the decision in the words that the customer will hear")
        case.decision_sealed = self._vault.seal(text.strip(), CASE_DECISION.at(case))
        case.decided_at, case.decided_by = work.now, work.actor.id
        CASE.move(case, CaseFact.DECIDED)
        await self._cases.keep_recordings(work, case)
        await work.announce(ComplaintDecided(case_id=case.id, lead_id=case.lead_id, by=work.actor.id, at=work.now))
        await work.announce(Noted("complaints.decided", f"case:{case.id}"))
        return await self._cases.card_of(work, case)
