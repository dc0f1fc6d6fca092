"""Who may not be called: do-not-call entries, external lists, the legal basis and its withdrawal (L6, L9).

An entry bars a number, not a customer: in every campaign, and also where nobody has that number yet. It is never
deleted; it ends by its term, by a person with a reason, and where the customer asked for it or it is for ever, by two.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from callcenter.dnc import repository
from callcenter.dnc.basis import Bases
from callcenter.dnc.errors import (
    DncAlreadyLifted,
    DncEntryNotFound,
    DncTermTooShort,
    LiftNotFound,
    LiftProposed,
    NumberNotValid,
    SecondPersonNeeded,
)
from callcenter.dnc.lists import ExternalLists
from callcenter.dnc.models import DncLift
from callcenter.dnc.rules import needs_second, shortest_until
from callcenter.dnc.types import (
    BasisCard,
    BasisEvidence,
    DncSource,
    EntryCard,
    EntryState,
    Figures,
    LiftCard,
    LiftDecision,
    NumberFile,
)
from callcenter.kit.clock import at_business_time
from callcenter.kit.crypto import Vault, mask_phone
from callcenter.kit.errors import NotAllowed
from callcenter.kit.jobs import JobHandler, Jobs
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads import repository as leads
from callcenter.leads.errors import LeadNotFound, ReasonMissing
from callcenter.leads.models import DncEntry
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.settings import LeadSettings
from callcenter.leads.types import DncReason, LeadsBlocked, RejectReason

_SOON = timedelta(days=30)


class DncService:
    """Entries. ``lists`` are the external lists; the legal basis is withdrawn and renewed here too."""

    def __init__(self, vault: Vault, settings: LeadSettings, jobs: Jobs) -> None:
        self._vault = vault
        self._settings = settings
        self._bases = Bases(vault)
        self.lists = ExternalLists(vault, settings, jobs)

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Job kind to performer."""
        return self.lists.job_handlers(works)

    # --- entering ----------------------------------------------------------------------------------------------

    async def enter_dnc(
        self,
        work: Work,
        lead_id: int,
        reason: DncReason,
        call_id: UUID | None = None,
        *,
        permanent: bool = False,
        until_on: date | None = None,
        source: DncSource | None = None,
        note: str = "",
    ) -> int:
        """Bars the lead's number in every campaign, for the term in the settings, until a date, or for ever.

        Returns the entry's id. One call makes one entry, however often this is asked.
        """
        lead = await leads.find_lead(work.session, lead_id)
        if lead is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        if call_id is not None and (known := await repository.find_entry_of_call(work.session, call_id)):
            return known.id
        entry = DncEntry(
            phone_index=lead.phone_index,
            phone_sealed=lead.phone_sealed,
            reason=reason,
            source=source or (DncSource.CALL if call_id else DncSource.OFFICE),
            lead_id=lead.id,
            call_id=call_id,
            entered_at=work.now,
            until=self._until(reason, work.now, until_on, permanent=permanent),
        )
        return await self._enter(work, entry, note)

    async def enter_number(
        self,
        work: Work,
        phone: str,
        reason: DncReason,
        *,
        permanent: bool = False,
        until_on: date | None = None,
        source: DncSource = DncSource.OFFICE,
        note: str = "",
    ) -> int:
        """Bars a number, whether anybody's customer has it or not. Returns the entry's id."""
        digits = self._digits(phone)
        entry = DncEntry(
            phone_index=self._vault.index(digits),
            phone_sealed=self._vault.seal(digits),
            reason=reason,
            source=source,
            entered_at=work.now,
            until=self._until(reason, work.now, until_on, permanent=permanent),
        )
        return await self._enter(work, entry, note)

    async def _enter(self, work: Work, entry: DncEntry, note: str) -> int:
        entry.entered_by = work.actor.staff_id
        entry.note_sealed = self._vault.seal(note) if note else None
        work.session.add(entry)
        await work.session.flush()
        facts = {"reason": entry.reason.value, "source": entry.source.value, "permanent": entry.until is None}
        await work.announce(Noted("leads.dnc_entered", f"dnc:{entry.id}", facts))
        blocked = await leads.list_by_phone(work.session, entry.phone_index)
        await work.announce(LeadsBlocked(tuple(lead.id for lead in blocked), "do_not_call"))
        return entry.id

    def _until(self, reason: DncReason, now: datetime, until_on: date | None, *, permanent: bool) -> datetime | None:
        if permanent:
            return None
        if until_on is None:
            return now + self._settings.dnc_term
        until = at_business_time(until_on, 0)
        if until < (shortest := shortest_until(reason, now, self._settings.dnc_term)) or until <= now:
            raise DncTermTooShort(
                f"this entry has to hold until {shortest:%Y-%m-%d} at least", shortest=shortest.isoformat()
            )
        return until

    def _digits(self, phone: str) -> str:
        digits = read_phone(phone, allow_landlines=True)
        if isinstance(digits, RejectReason):
            raise NumberNotValid("this is no number that could be dialled", reason=digits.value)
        return digits

    # --- lifting -----------------------------------------------------------------------------------------------

    async def lift_dnc(self, work: Work, entry_id: int, why: str) -> EntryCard:
        """Ends an entry early, or proposes it where that takes two persons (requirement L6)."""
        entry = await self._standing(work, entry_id)
        person = _person(work, why)
        if not needs_second(entry.reason, entry.until):
            await self._lift(work, entry, person, why)
            return await self.entry(work, entry_id)
        lift = DncLift(entry_id=entry_id, proposed_at=work.now, proposed_by=person, why=why)
        try:
            async with work.session.begin_nested():
                work.session.add(lift)
        except IntegrityError as error:
            raise LiftProposed("lifting this entry is proposed already: a second person decides") from error
        await work.announce(Noted("leads.dnc_lift_proposed", f"dnc:{entry_id}", {"why": why}))
        return await self.entry(work, entry_id)

    async def decide_lift(self, work: Work, lift_id: int, decision: LiftDecision, why: str) -> EntryCard:
        """A second person confirms or declines; whoever proposed may only take the proposal back."""
        lift = await repository.find_lift(work.session, lift_id)
        if lift is None:
            raise LiftNotFound(f"there is no proposal {lift_id}")
        entry = await self._standing(work, lift.entry_id)
        if lift.decided_at is not None:
            raise LiftNotFound(f"proposal {lift_id} was decided before")
        person = _person(work, why)
        if decision is LiftDecision.CONFIRMED and person == lift.proposed_by:
            raise SecondPersonNeeded("whoever proposes to lift an entry does not confirm it: ask a second person")
        lift.decided_at, lift.decided_by, lift.decision, lift.decided_why = work.now, person, decision, why
        facts = {"why": why, "proposed_by": lift.proposed_by}
        if decision is LiftDecision.CONFIRMED:
            await self._lift(work, entry, person, lift.why, proposed_by=lift.proposed_by)
        else:
            await work.announce(Noted("leads.dnc_lift_declined", f"dnc:{entry.id}", facts))
        await work.session.flush()
        return await self.entry(work, entry.id)

    async def _lift(self, work: Work, entry: DncEntry, person: int, why: str, **facts: int) -> None:
        entry.lifted_at, entry.lifted_by, entry.lifted_why = work.now, person, why
        await work.session.flush()
        await work.announce(Noted("leads.dnc_lifted", f"dnc:{entry.id}", {"why": why, **facts}))

    async def _standing(self, work: Work, entry_id: int) -> DncEntry:
        """An entry that holds, locked until the work ends."""
        entry = await repository.find_entry(work.session, entry_id, lock=True)
        if entry is None:
            raise DncEntryNotFound(f"there is no do-not-call entry {entry_id}")
        if entry.lifted_at is not None or (entry.until is not None and entry.until <= work.now):
            raise DncAlreadyLifted(f"entry {entry_id} does not hold any more: nothing is left to lift")
        return entry

    # --- looking -----------------------------------------------------------------------------------------------

    async def entry(self, work: Work, entry_id: int) -> EntryCard:
        found = await repository.find_entry(work.session, entry_id)
        if found is None:
            raise DncEntryNotFound(f"there is no do-not-call entry {entry_id}")
        return (await self._cards(work, [found]))[0]

    async def entries(
        self,
        work: Work,
        *,
        reason: DncReason | None = None,
        source: DncSource | None = None,
        state: EntryState | None = None,
        list_id: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[EntryCard]:
        """The newest first."""
        found = await repository.list_entries(
            work.session,
            work.now,
            reason=reason,
            source=source,
            state=state,
            list_id=list_id,
            before=before,
            limit=limit,
        )
        return await self._cards(work, found)

    async def lifts_waiting(self, work: Work) -> Sequence[EntryCard]:
        """Entries somebody has proposed to lift, the longest waiting first."""
        waiting = await repository.list_open_lifts(work.session, work.now)
        return [await self.entry(work, lift.entry_id) for lift in waiting]

    async def number(self, work: Work, phone: str) -> NumberFile:
        """All that is known about one number, in whatever spelling it is given."""
        digits = self._digits(phone)
        index = self._vault.index(digits)
        on_lists = await self.lists.names_holding(work, index, digits)
        cards = await self._cards(work, await repository.list_entries_of(work.session, index))
        customers = await leads.list_by_phone(work.session, index)
        holding = any(card.state in (EntryState.IN_FORCE, EntryState.LIFT_PROPOSED) for card in cards)
        return NumberFile(mask_phone(digits), holding, cards, on_lists, len(customers))

    async def figures(self, work: Work) -> Figures:
        by_reason: dict[DncReason, int] = {}
        by_source: dict[DncSource, int] = {}
        total = permanent = 0
        for reason, source, for_ever, count in await repository.count_in_force(work.session, work.now):
            by_reason[reason] = by_reason.get(reason, 0) + count
            by_source[source] = by_source.get(source, 0) + count
            total += count
            permanent += count if for_ever else 0
        return Figures(
            in_force=total,
            permanent=permanent,
            by_reason=by_reason,
            by_source=by_source,
            ending_30_days=await repository.count_ending(work.session, work.now, work.now + _SOON),
            lifts_waiting=len(await repository.list_open_lifts(work.session, work.now)),
            list_keys=await repository.count_list_keys(work.session, work.now),
        )

    async def listed_numbers(self, work: Work, numbers: Sequence[tuple[str, str]]) -> set[str]:
        """Those of these numbers, as (blind index, digits), that may not be called; for whoever takes customers in."""
        return await self.lists.listed_numbers(work, numbers)

    async def _cards(self, work: Work, entries: Sequence[DncEntry]) -> list[EntryCard]:
        lifts: dict[int, list[LiftCard]] = {}
        for lift in await repository.list_lifts(work.session, [entry.id for entry in entries]):
            lifts.setdefault(lift.entry_id, []).append(_lift_card(lift))
        names = await repository.list_names(work.session, _deliveries(entries))
        return [self._card(work, entry, lifts.get(entry.id, []), names) for entry in entries]

    def _card(self, work: Work, entry: DncEntry, lifts: Sequence[LiftCard], names: Mapping[int, str]) -> EntryCard:
        return EntryCard(
            id=entry.id,
            phone_masked=mask_phone(self._vault.open(entry.phone_sealed)) if entry.phone_sealed else "",
            reason=entry.reason,
            source=entry.source,
            state=_state(entry, lifts, work.now),
            needs_second=needs_second(entry.reason, entry.until),
            lead_id=entry.lead_id,
            call_id=entry.call_id,
            list_name=names.get(entry.delivery_id) if entry.delivery_id else None,
            entered_at=entry.entered_at,
            entered_by=entry.entered_by,
            until=entry.until,
            lifted_at=entry.lifted_at,
            lifted_by=entry.lifted_by,
            lifted_why=entry.lifted_why,
            note=self._vault.open(entry.note_sealed) if entry.note_sealed else "",
            lifts=lifts,
        )

    # --- legal basis -------------------------------------------------------------------------------------------

    async def basis(self, work: Work, lead_id: int) -> BasisCard:
        """The basis of a lead, with its history."""
        return await self._bases.card(work, lead_id)

    async def withdraw_basis(self, work: Work, lead_id: int, why: str, *, all_campaigns: bool = True) -> None:
        """The customer withdraws: no campaign may call that number any more (requirement L9). Safe to repeat."""
        await self._bases.withdraw(work, lead_id, why, all_campaigns=all_campaigns)

    async def add_basis(self, work: Work, lead_id: int, evidence: BasisEvidence, reason: str) -> BasisCard:
        """New evidence: a renewal, or after a withdrawal the basis anew, if the customer gave it since."""
        return await self._bases.add(work, lead_id, evidence, reason)


def _person(work: Work, why: str) -> int:
    if work.actor.staff_id is None:
        raise NotAllowed("only a named person lifts a do-not-call entry", rule="L6")
    if not why.strip():
        raise ReasonMissing("lifting a do-not-call entry needs a reason", rule="L6")
    return work.actor.staff_id


def _deliveries(entries: Sequence[DncEntry]) -> Collection[int]:
    return {entry.delivery_id for entry in entries if entry.delivery_id is not None}


def _state(entry: DncEntry, lifts: Sequence[LiftCard], now: datetime) -> EntryState:
    if entry.lifted_at is not None:
        return EntryState.LIFTED
    if entry.until is not None and entry.until <= now:
        return EntryState.EXPIRED
    proposed = any(lift.decided_at is None for lift in lifts)
    return EntryState.LIFT_PROPOSED if proposed else EntryState.IN_FORCE


def _lift_card(lift: DncLift) -> LiftCard:
    return LiftCard(
        id=lift.id,
        entry_id=lift.entry_id,
        proposed_at=lift.proposed_at,
        proposed_by=lift.proposed_by,
        why=lift.why,
        decided_at=lift.decided_at,
        decided_by=lift.decided_by,
        decision=lift.decision,
        decided_why=lift.decided_why,
    )
