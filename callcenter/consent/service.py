"""Legal basis of a lead: evidence, renewal, withdrawal, and reinstatement (requirement L9).

The current basis is kept on the lead, where each call and the stock are judged by it. This room keeps its history and
is the only one that changes the basis after the import.
"""

from callcenter.consent import repository
from callcenter.consent.errors import EvidenceInvalid, EvidenceTooOld
from callcenter.consent.models import LeadBasis
from callcenter.consent.rules import is_current, is_evidence_after
from callcenter.consent.types import BASIS_NOTE, BASIS_REASON, BasisAct, BasisCard, BasisEvent, BasisEvidence
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import NotAllowed
from callcenter.kit.reasons import ReasonMissing, require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.bases import LeadBases
from callcenter.leads.rules.basis import basis_counts
from callcenter.leads.rules.placeholders import is_placeholder
from callcenter.leads.types import WITHDRAWN_WHY, BlockReason, LeadsBlocked


class ConsentService:
    """Withdraws and renews the basis of leads, and keeps every step."""

    def __init__(self, vault: Vault, bases: LeadBases) -> None:
        self._vault = vault
        self._bases = bases

    async def basis(self, work: Work, lead_id: int) -> BasisCard:
        """Returns the basis of a lead with its history, the newest step first. Raises LeadNotFound."""
        basis = await self._bases.find(work, lead_id)
        return BasisCard(
            lead_id=lead_id,
            valid=basis_counts(basis.withdrawn_at is not None, basis.valid_until, business_date(work.now)),
            kind=basis.kind,
            reference=basis.reference,
            valid_until=basis.valid_until,
            withdrawn_at=basis.withdrawn_at,
            withdrawn_by=basis.withdrawn_by,
            withdrawn_why=self._vault.open_words(basis.withdrawn_why_sealed, WITHDRAWN_WHY.place(lead_id)) or None,
            history=[self._event(step) for step in await repository.list_history(work.session, lead_id)],
        )

    async def withdraw_basis(self, work: Work, lead_id: int, why: str, *, all_campaigns: bool = True) -> None:
        """Withdraws the basis of the number in every campaign, or of this lead alone. Safe to repeat.

        Raises LeadNotFound, ReasonMissing.
        """
        why = require_reason(why, "withdrawing a basis", rule="L9")
        await self._bases.find(work, lead_id)
        lead_ids = await self._bases.leads_with_number_of(work, lead_id) if all_campaigns else [lead_id]
        # Announce before leads are locked: the listeners lock assignments first and leads second, as every transaction
        # does. In the other order this withdrawal and an agent's call could deadlock.
        await work.announce(LeadsBlocked(tuple(lead_ids), BlockReason.BASIS_WITHDRAWN))
        for withdrawn_id in await self._bases.withdraw(work, lead_ids, why):
            self._remember(work, withdrawn_id, BasisAct.WITHDRAWN, why)
            await work.announce(Noted("leads.basis_withdrawn", f"lead:{withdrawn_id}", {"why": why}))
        await work.session.flush()

    async def add_basis(self, work: Work, lead_id: int, evidence: BasisEvidence, reason: str) -> BasisCard:
        """Adds evidence: it renews the basis, or restores a withdrawn one if the customer gave it after the withdrawal.

        Raises LeadNotFound, ReasonMissing, EvidenceInvalid, EvidenceTooOld, and NotAllowed for the system itself.
        """
        if work.actor.staff_id is None:
            raise NotAllowed("only a named person enters evidence", rule="L9")
        reason = require_reason(reason, "entering evidence", rule="L9")
        reference = evidence.reference.strip()
        if is_placeholder(reference):
            raise ReasonMissing("evidence needs its reference: the number of the consent or contract", rule="L9")
        if not is_current(evidence, business_date(work.now)):
            raise EvidenceInvalid("this evidence is dated in the future or has expired: check its dates")
        basis = await self._bases.find(work, lead_id, lock=True)
        act = BasisAct.ADDED
        if basis.withdrawn_at is not None:
            withdrawn_on = business_date(basis.withdrawn_at)
            if not is_evidence_after(evidence.dated_on, withdrawn_on):
                raise EvidenceTooOld(
                    f"the basis was withdrawn on {withdrawn_on}: only evidence given after that day restores it",
                    withdrawn_on=withdrawn_on.isoformat(),
                )
            act = BasisAct.REINSTATED
        await self._bases.replace(work, lead_id, evidence.kind, reference, evidence.valid_until)
        self._remember(work, lead_id, act, reason, evidence)
        await work.session.flush()
        facts = {"act": act.value, "kind": evidence.kind.value, "why": reason}
        await work.announce(Noted("leads.basis_added", f"lead:{lead_id}", facts))
        return await self.basis(work, lead_id)

    def _remember(
        self, work: Work, lead_id: int, act: BasisAct, reason: str, evidence: BasisEvidence | None = None
    ) -> None:
        key = lead_id, act, work.now
        work.session.add(
            LeadBasis(
                lead_id=lead_id,
                act=act,
                kind=evidence.kind if evidence else None,
                reference=evidence.reference.strip() if evidence else "",
                valid_until=evidence.valid_until if evidence else None,
                dated_on=evidence.dated_on if evidence else None,
                note_sealed=self._vault.seal_words(evidence.note if evidence else "", BASIS_NOTE.place(*key)) or None,
                reason_sealed=self._vault.seal(reason, BASIS_REASON.place(*key)),
                at=work.now,
                by=work.actor.staff_id,
            )
        )

    def _event(self, step: LeadBasis) -> BasisEvent:
        return BasisEvent(
            id=step.id,
            act=step.act,
            kind=step.kind,
            reference=step.reference,
            valid_until=step.valid_until,
            dated_on=step.dated_on,
            note=self._vault.open_words(step.note_sealed, BASIS_NOTE.at(step)),
            reason=self._vault.open_words(step.reason_sealed, BASIS_REASON.at(step)),
            at=step.at,
            by=step.by,
        )
