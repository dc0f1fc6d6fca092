"""Do-not-call entries: made, listed, lifted (requirement L6).

An entry blocks a number, not a customer: in every campaign, and also when no lead has that number yet. It is never
deleted. It ends with its term, or when a person lifts it with a reason; an entry that the customer asked for, or that
has no term, is lifted by two persons.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from callcenter.dnc import repository
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
from callcenter.dnc.models import DncEntry, DncLift
from callcenter.dnc.rules import in_force, needs_second, shortest_until, state_of
from callcenter.dnc.settings import DncSettings
from callcenter.dnc.types import (
    AS_USUAL,
    DNC_NOTE,
    LIFT_DECIDED_WHY,
    LIFT_WHY,
    LIFTED_WORDS,
    DncReason,
    DncSource,
    EntryCard,
    EntryDetails,
    EntryFilter,
    Figures,
    LiftCard,
    LiftDecision,
    LiftReason,
    NumberFile,
)
from callcenter.kit.clock import at_business_time
from callcenter.kit.crypto import Vault, mask_phone
from callcenter.kit.errors import NotAllowed
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.records import LeadRecords
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.types import NUMBER, BlockReason, LeadsBlocked, NumberProblem

_SOON = timedelta(days=30)
_EVERY_ENTRY = EntryFilter()


@dataclass(frozen=True, slots=True)
class _Number:
    phone_index: str
    phone_sealed: str
    lead_id: int | None = None
    """The lead through which it was named."""


class DncService:
    """Makes, lists and lifts entries, and answers for numbers that are about to become leads."""

    def __init__(self, vault: Vault, settings: DncSettings, records: LeadRecords, lists: ExternalLists) -> None:
        self._vault = vault
        self._settings = settings
        self._records = records
        self._lists = lists

    # --- entering ----------------------------------------------------------------------------------------------

    async def enter_dnc(self, work: Work, lead_id: int, reason: DncReason, details: EntryDetails = AS_USUAL) -> int:
        """Enters the lead's number, for every campaign; returns the entry's id.

        One call makes one entry, however often this is asked. Raises LeadNotFound, DncTermTooShort.
        """
        number = await self._records.number_of(work, lead_id)
        call_id = details.call_id
        if call_id is not None and (known := await repository.find_entry_of_call(work.session, call_id)):
            return known.id
        return await self._enter(work, _Number(number.phone_index, number.phone_sealed, lead_id), reason, details)

    async def enter_number(self, work: Work, phone: str, reason: DncReason, details: EntryDetails = AS_USUAL) -> int:
        """Enters a number, whether any lead has it or not; returns the entry's id.

        Raises NumberNotValid for what cannot be dialled, DncTermTooShort.
        """
        digits = self._digits(phone)
        number = _Number(index := self._vault.index(digits), self._vault.seal(digits, NUMBER.place(index)))
        return await self._enter(work, number, reason, details)

    async def _enter(self, work: Work, number: _Number, reason: DncReason, details: EntryDetails) -> int:
        entry = DncEntry(
            phone_index=number.phone_index,
            phone_sealed=number.phone_sealed,
            reason=reason,
            source=details.source or (DncSource.CALL if details.call_id else DncSource.OFFICE),
            lead_id=number.lead_id,
            call_id=details.call_id,
            note_sealed=self._vault.seal_words(details.note, DNC_NOTE.place(number.phone_index, work.now)) or None,
            entered_at=work.now,
            entered_by=work.actor.staff_id,
            until=self._until(reason, work.now, details),
        )
        work.session.add(entry)
        await work.session.flush()
        facts = {"reason": entry.reason.value, "source": entry.source.value, "permanent": entry.until is None}
        await work.announce(Noted("leads.dnc_entered", f"dnc:{entry.id}", facts))
        blocked = await self._records.ids_with_numbers(work, [number.phone_index])
        await work.announce(LeadsBlocked(tuple(blocked), BlockReason.DO_NOT_CALL))
        return entry.id

    def _until(self, reason: DncReason, now: datetime, details: EntryDetails) -> datetime | None:
        if details.permanent:
            return None
        if details.until_on is None:
            return now + self._settings.term
        until = at_business_time(details.until_on, 0)
        if until < (shortest := shortest_until(reason, now, self._settings.term)) or until <= now:
            raise DncTermTooShort(
                f"this entry has to hold until {shortest:%Y-%m-%d} at least", shortest=shortest.isoformat()
            )
        return until

    def _digits(self, phone: str) -> str:
        digits = read_phone(phone, allow_landlines=True)
        if isinstance(digits, NumberProblem):
            raise NumberNotValid("this is no number that could be dialled: check the digits", reason=digits.value)
        return digits

    # --- lifting -----------------------------------------------------------------------------------------------

    async def lift_dnc(self, work: Work, entry_id: int, why: str) -> EntryCard:
        """Ends an entry early, or proposes that where it takes two persons.

        Raises DncEntryNotFound, DncAlreadyLifted, LiftProposed, ReasonMissing.
        """
        entry = await self._require_in_force(work, entry_id)
        person, why = _person(work), require_reason(why, "lifting a do-not-call entry", rule="L6")
        if not needs_second(entry.reason, entry.until):
            await self._lift(work, entry, person, why)
            return await self.entry(work, entry_id)
        sealed = self._vault.seal(why, LIFT_WHY.place(entry_id, work.now))
        lift = DncLift(entry_id=entry_id, proposed_at=work.now, proposed_by=person, why_sealed=sealed)
        try:
            async with work.session.begin_nested():
                work.session.add(lift)
        except IntegrityError as error:  # a unique index permits one open proposal: two persons clicked at once
            raise LiftProposed("lifting this entry is proposed already: a second person decides") from error
        await work.announce(Noted("leads.dnc_lift_proposed", f"dnc:{entry_id}", {"why": why}))
        return await self.entry(work, entry_id)

    async def decide_lift(self, work: Work, lift_id: int, decision: LiftDecision, why: str) -> EntryCard:
        """Confirms or declines a proposal; the person who made it may only decline, which withdraws it.

        Raises LiftNotFound, DncAlreadyLifted, SecondPersonNeeded, ReasonMissing.
        """
        lift = await repository.find_lift(work.session, lift_id)
        if lift is None:
            raise LiftNotFound(f"there is no proposal {lift_id}")
        entry = await self._require_in_force(work, lift.entry_id)
        if lift.decided_at is not None:
            raise LiftNotFound(f"proposal {lift_id} was decided before")
        person, why = _person(work), require_reason(why, "lifting a do-not-call entry", rule="L6")
        if decision is LiftDecision.CONFIRMED and person == lift.proposed_by:
            raise SecondPersonNeeded("whoever proposes to lift an entry does not confirm it: ask a second person")
        lift.decided_at, lift.decided_by, lift.decision = work.now, person, decision
        lift.decided_why_sealed = self._vault.seal(why, LIFT_DECIDED_WHY.at(lift))
        if decision is LiftDecision.CONFIRMED:
            proposed = self._vault.open(lift.why_sealed, LIFT_WHY.at(lift))
            await self._lift(work, entry, person, proposed, proposed_by=lift.proposed_by)
        else:
            facts = {"why": why, "proposed_by": lift.proposed_by}
            await work.announce(Noted("leads.dnc_lift_declined", f"dnc:{entry.id}", facts))
        await work.session.flush()
        return await self.entry(work, entry.id)

    async def lift_of_complaint(self, work: Work, lead_id: int, why: LiftReason) -> None:
        """Ends what open complaints have entered for the number of this lead; entries of any other origin stay.

        Raises LeadNotFound, and NotAllowed for the system itself: the person who decides the complaint lifts the entry.
        """
        number = await self._records.number_of(work, lead_id)
        for entry in await repository.list_of_complaints(work.session, number.phone_index, work.now):
            await self._lift(work, entry, _person(work), why)

    async def _lift(self, work: Work, entry: DncEntry, person: int, why: LiftReason | str, **facts: int) -> None:
        entry.lifted_at, entry.lifted_by = work.now, person
        if isinstance(why, LiftReason):
            entry.lifted_why = why
        else:
            entry.lifted_words_sealed = self._vault.seal(why, LIFTED_WORDS.at(entry))
        await work.session.flush()
        await work.announce(Noted("leads.dnc_lifted", f"dnc:{entry.id}", {"why": why, **facts}))

    async def _require_in_force(self, work: Work, entry_id: int) -> DncEntry:
        """Returns an entry that is in force, locked until the work ends."""
        entry = await repository.find_entry(work.session, entry_id, lock=True)
        if entry is None:
            raise DncEntryNotFound(f"there is no do-not-call entry {entry_id}")
        if not in_force(entry.lifted_at, entry.until, work.now):
            raise DncAlreadyLifted(f"entry {entry_id} is not in force any more: nothing is left to lift")
        return entry

    # --- reading -----------------------------------------------------------------------------------------------

    async def entry(self, work: Work, entry_id: int) -> EntryCard:
        """Returns one entry. Raises DncEntryNotFound."""
        entry = await repository.find_entry(work.session, entry_id)
        if entry is None:
            raise DncEntryNotFound(f"there is no do-not-call entry {entry_id}")
        return (await self._cards(work, [entry]))[0]

    async def entries(
        self, work: Work, wanted: EntryFilter = _EVERY_ENTRY, *, before: int | None = None, limit: int = 50
    ) -> Sequence[EntryCard]:
        """Returns entries, the newest first. ``before``: the last id of the page before."""
        return await self._cards(
            work, await repository.list_entries(work.session, work.now, wanted, before=before, limit=limit)
        )

    async def lifts_waiting(self, work: Work) -> Sequence[EntryCard]:
        """Returns the entries in force with an undecided proposal to lift them, the longest waiting first."""
        lifts = await repository.list_open_lifts(work.session, work.now)
        return [await self.entry(work, lift.entry_id) for lift in lifts]

    async def number(self, work: Work, phone: str) -> NumberFile:
        """Returns all that is known about one number, in whatever spelling it is given. The trail notes the look-up.

        Raises NumberNotValid.
        """
        digits = self._digits(phone)
        index = self._vault.index(digits)
        on_lists = await self._lists.names_holding(work, digits)
        entries = await repository.list_entries_of(work.session, index)
        leads = await self._records.ids_with_numbers(work, [index])
        facts = {"entries": len(entries), "lists": len(on_lists), "leads": len(leads)}
        await work.announce(Noted("leads.dnc_number_searched", f"staff:{work.actor.id}", facts))
        return NumberFile(
            phone_masked=mask_phone(digits),
            do_not_call=any(in_force(entry.lifted_at, entry.until, work.now) for entry in entries),
            entries=await self._cards(work, entries),
            on_lists=on_lists,
            leads=len(leads),
        )

    async def figures(self, work: Work) -> Figures:
        """Counts what is in force, by reason and by source."""
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

    async def _cards(self, work: Work, entries: Sequence[DncEntry]) -> list[EntryCard]:
        lifts: dict[int, list[LiftCard]] = {}
        for lift in await repository.list_lifts(work.session, [entry.id for entry in entries]):
            lifts.setdefault(lift.entry_id, []).append(_lift_card(lift, self._vault))
        names = await repository.list_names(work.session, _deliveries(entries))
        return [self._card(work, entry, lifts.get(entry.id, []), names) for entry in entries]

    def _card(self, work: Work, entry: DncEntry, lifts: Sequence[LiftCard], names: Mapping[int, str]) -> EntryCard:
        proposed = any(lift.decided_at is None for lift in lifts)
        return EntryCard(
            id=entry.id,
            phone_masked=mask_phone(self._vault.open(entry.phone_sealed, NUMBER.at(entry)))
            if entry.phone_sealed
            else "",
            reason=entry.reason,
            source=entry.source,
            state=state_of(entry.lifted_at, entry.until, work.now, lift_proposed=proposed),
            needs_second=needs_second(entry.reason, entry.until),
            lead_id=entry.lead_id,
            call_id=entry.call_id,
            list_name=names.get(entry.delivery_id) if entry.delivery_id else None,
            entered_at=entry.entered_at,
            entered_by=entry.entered_by,
            until=entry.until,
            lifted_at=entry.lifted_at,
            lifted_by=entry.lifted_by,
            lifted_why=self._vault.open_words(entry.lifted_words_sealed, LIFTED_WORDS.at(entry)) or entry.lifted_why,
            note=self._vault.open_words(entry.note_sealed, DNC_NOTE.at(entry)),
            lifts=lifts,
        )


def _person(work: Work) -> int:
    if work.actor.staff_id is None:
        raise NotAllowed("only a named person lifts a do-not-call entry", rule="L6")
    return work.actor.staff_id


def _deliveries(entries: Sequence[DncEntry]) -> Collection[int]:
    return {entry.delivery_id for entry in entries if entry.delivery_id is not None}


def _lift_card(lift: DncLift, vault: Vault) -> LiftCard:
    return LiftCard(
        id=lift.id,
        entry_id=lift.entry_id,
        proposed_at=lift.proposed_at,
        proposed_by=lift.proposed_by,
        why=vault.open(lift.why_sealed, LIFT_WHY.at(lift)),
        decided_at=lift.decided_at,
        decided_by=lift.decided_by,
        decision=lift.decision,
        decided_why=vault.open_words(lift.decided_why_sealed, LIFT_DECIDED_WHY.at(lift)),
    )
