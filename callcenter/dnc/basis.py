"""The legal basis of a lead: evidence, renewal, withdrawal, and the basis anew (requirement L9)."""

from callcenter.dnc import repository
from callcenter.dnc.errors import EvidenceInvalid, EvidenceTooOld
from callcenter.dnc.models import LeadBasis
from callcenter.dnc.rules import basis_counts, is_evidence_after
from callcenter.dnc.types import BasisAct, BasisCard, BasisEvent, BasisEvidence
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import NotAllowed
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads import repository as leads
from callcenter.leads.errors import LeadNotFound, ReasonMissing
from callcenter.leads.models import Lead
from callcenter.leads.types import LeadsBlocked


class Bases:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def card(self, work: Work, lead_id: int) -> BasisCard:
        lead = await self._lead(work, lead_id)
        return BasisCard(
            lead_id=lead.id,
            valid=basis_counts(lead.basis_withdrawn_at is not None, lead.basis_valid_until, business_date(work.now)),
            kind=lead.basis_kind,
            reference=lead.basis_reference,
            valid_until=lead.basis_valid_until,
            withdrawn_at=lead.basis_withdrawn_at,
            withdrawn_by=lead.basis_withdrawn_by,
            withdrawn_why=lead.basis_withdrawn_why,
            history=[self._event(each) for each in await repository.list_basis(work.session, lead_id)],
        )

    async def withdraw(self, work: Work, lead_id: int, why: str, *, all_campaigns: bool) -> None:
        """Of the number in every campaign, or of this lead alone.

        Told before it is written: whoever hears it changes assignments and then leads, in the order everybody does.
        """
        if not why.strip():
            raise ReasonMissing("withdrawing a basis needs a reason", rule="L9")
        lead = await self._lead(work, lead_id)
        concerned = await leads.list_by_phone(work.session, lead.phone_index) if all_campaigns else [lead]
        await work.announce(LeadsBlocked(tuple(each.id for each in concerned), "basis_withdrawn"))
        for each in concerned:
            await work.session.refresh(each, with_for_update=True)
            if each.basis_withdrawn_at is None:
                each.basis_withdrawn_at, each.basis_withdrawn_by = work.now, work.actor.staff_id
                each.basis_withdrawn_why = why
                self._remember(work, each.id, BasisAct.WITHDRAWN, why)
                await work.announce(Noted("leads.basis_withdrawn", f"lead:{each.id}", {"why": why}))
        await work.session.flush()

    async def add(self, work: Work, lead_id: int, evidence: BasisEvidence, reason: str) -> BasisCard:
        if work.actor.staff_id is None:
            raise NotAllowed("only a named person enters evidence", rule="L9")
        if not reason.strip() or not evidence.reference.strip():
            raise ReasonMissing("evidence needs its reference and a reason", rule="L9")
        today = business_date(work.now)
        if evidence.dated_on > today or (evidence.valid_until is not None and evidence.valid_until < today):
            raise EvidenceInvalid("this evidence is dated in the future, or its time is over")
        lead = await self._lead(work, lead_id, lock=True)
        act = BasisAct.ADDED
        if lead.basis_withdrawn_at is not None:
            withdrawn_on = business_date(lead.basis_withdrawn_at)
            if not is_evidence_after(evidence.dated_on, withdrawn_on):
                raise EvidenceTooOld(
                    f"the basis was withdrawn on {withdrawn_on}: only evidence given after that day brings it back",
                    withdrawn_on=withdrawn_on.isoformat(),
                )
            act = BasisAct.REINSTATED
            lead.basis_withdrawn_at = lead.basis_withdrawn_by = lead.basis_withdrawn_why = None
        lead.basis_kind, lead.basis_reference = evidence.kind, evidence.reference.strip()
        lead.basis_valid_until = evidence.valid_until
        self._remember(work, lead.id, act, reason, evidence)
        await work.session.flush()
        facts = {"act": act.value, "kind": evidence.kind.value, "why": reason}
        await work.announce(Noted("leads.basis_added", f"lead:{lead.id}", facts))
        return await self.card(work, lead_id)

    def _remember(
        self, work: Work, lead_id: int, act: BasisAct, reason: str, evidence: BasisEvidence | None = None
    ) -> None:
        work.session.add(
            LeadBasis(
                lead_id=lead_id,
                act=act,
                kind=evidence.kind if evidence else None,
                reference=evidence.reference.strip() if evidence else "",
                valid_until=evidence.valid_until if evidence else None,
                dated_on=evidence.dated_on if evidence else None,
                note_sealed=self._vault.seal(evidence.note) if evidence and evidence.note else None,
                reason=reason,
                at=work.now,
                by=work.actor.staff_id,
            )
        )

    async def _lead(self, work: Work, lead_id: int, *, lock: bool = False) -> Lead:
        lead = await leads.find_lead(work.session, lead_id)
        if lead is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        if lock:
            await work.session.refresh(lead, with_for_update=True)
        return lead

    def _event(self, event: LeadBasis) -> BasisEvent:
        return BasisEvent(
            id=event.id,
            act=event.act,
            kind=event.kind,
            reference=event.reference,
            valid_until=event.valid_until,
            dated_on=event.dated_on,
            note=self._vault.open(event.note_sealed) if event.note_sealed else "",
            reason=event.reason,
            at=event.at,
            by=event.by,
        )
