"""Follows an application from the signature until the policy is issued, refused or cancelled (requirement F9)."""

from datetime import date
from uuid import UUID

from callcenter.field import repository
from callcenter.field.cards import policy_of
from callcenter.field.errors import ApplicationDecided, ApplicationNotFound, PolicyInvalid
from callcenter.field.models import HandOver, PolicyApplication
from callcenter.field.ports import SoldRecordings
from callcenter.field.rules import end_problem, policy_problem
from callcenter.field.transitions import APPLICATION, ApplicationAct
from callcenter.field.types import POLICY_NUMBER, ApplicationState, Policy
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.recordings.errors import RecordingNotFound
from callcenter.recordings.exports.types import SoldPolicy


class UnderwritingService:
    """Takes from the insurer's liaison what the insurer decided, and keeps the recording of the sale accordingly."""

    def __init__(self, vault: Vault, recordings: SoldRecordings) -> None:
        self._vault = vault
        self._recordings = recordings

    async def issue(self, work: Work, hand_over_id: int, policy: Policy) -> None:
        """Enters the policy that was issued; the recording of the sale is kept for it from now on (R3).

        Raises ApplicationNotFound, ApplicationDecided, PolicyInvalid.
        """
        row, hand_over = await self._find(work, hand_over_id)
        if problem := policy_problem(policy, business_date(row.signed_at), business_date(work.now)):
            raise PolicyInvalid(problem)
        self._move(work, row, ApplicationAct.ISSUE)
        row.number_sealed = self._vault.seal(policy.number, POLICY_NUMBER.at(row))
        row.issued_on, row.starts_on, row.ends_on = policy.issued_on, policy.starts_on, policy.ends_on
        await self._keep_recording(work, row, hand_over)
        facts = {
            "issued": policy.issued_on.isoformat(),
            "starts": policy.starts_on.isoformat(),
            "ends": policy.ends_on.isoformat() if policy.ends_on else None,
        }
        await work.announce(Noted("field.policy_issued", f"hand_over:{hand_over_id}", facts))

    async def refuse(self, work: Work, hand_over_id: int, on: date, reason: str) -> None:
        """Enters that the insurer refused the application.

        Raises ApplicationNotFound, ApplicationDecided, PolicyInvalid, ReasonMissing.
        """
        reason = require_reason(reason, "entering that an application was refused", rule="F9")
        await self._end(work, hand_over_id, ApplicationAct.REFUSE, on)
        facts = {"on": on.isoformat(), "reason": reason}
        await work.announce(Noted("field.application_refused", f"hand_over:{hand_over_id}", facts))

    async def cancel(self, work: Work, hand_over_id: int, on: date, reason: str) -> None:
        """Enters that the customer cancelled the application, or the policy that was issued.

        Raises ApplicationNotFound, ApplicationDecided, PolicyInvalid, ReasonMissing.
        """
        reason = require_reason(reason, "entering that an application was cancelled", rule="F9")
        await self._end(work, hand_over_id, ApplicationAct.CANCEL, on)
        facts = {"on": on.isoformat(), "reason": reason}
        await work.announce(Noted("field.application_cancelled", f"hand_over:{hand_over_id}", facts))

    async def reopen(self, work: Work, hand_over_id: int, reason: str) -> None:
        """Takes back what was entered by mistake; the insurer has not decided then.

        Raises ApplicationNotFound, ApplicationDecided, ReasonMissing.
        """
        reason = require_reason(reason, "taking back what was entered about an application", rule="F9")
        row, hand_over = await self._find(work, hand_over_id)
        self._move(work, row, ApplicationAct.REOPEN)
        row.number_sealed = row.issued_on = row.starts_on = row.ends_on = row.ended_on = None
        await self._keep_recording(work, row, hand_over)
        await work.announce(Noted("field.application_reopened", f"hand_over:{hand_over_id}", {"reason": reason}))

    async def policy_of_call(self, work: Work, call_id: UUID) -> SoldPolicy | None:
        """Returns the policy that was sold in a call, for the exports of recordings; None without an application."""
        row = await repository.application_of_call(work.session, call_id)
        if row is None:
            return None
        number = self._vault.open_words(row.number_sealed, POLICY_NUMBER.at(row))
        return SoldPolicy(row.state is ApplicationState.ISSUED, number, row.issued_on)

    async def _end(self, work: Work, hand_over_id: int, act: ApplicationAct, on: date) -> None:
        row, hand_over = await self._find(work, hand_over_id)
        if problem := end_problem(on, row.issued_on or business_date(row.signed_at), business_date(work.now)):
            raise PolicyInvalid(problem)
        self._move(work, row, act)
        row.ended_on = on
        await self._keep_recording(work, row, hand_over)

    async def _find(self, work: Work, hand_over_id: int) -> tuple[PolicyApplication, HandOver]:
        found = await repository.lock_application(work.session, hand_over_id)
        if found is None:
            raise ApplicationNotFound(f"the customer of hand-over {hand_over_id} has signed no application")
        return found

    def _move(self, work: Work, row: PolicyApplication, act: ApplicationAct) -> None:
        if APPLICATION.move(row, act) is None:
            raise ApplicationDecided(
                f"the application is {row.state.value}: load it again, or take back what was entered",
                state=row.state.value,
            )
        row.changed_at, row.changed_by = work.now, work.actor.staff_id

    async def _keep_recording(self, work: Work, row: PolicyApplication, hand_over: HandOver) -> None:
        """Has the recording of the sale judged by the contract. A lock in the store is never shortened by it."""
        try:
            known = await self._recordings.facts(work, hand_over.call_id)
        except RecordingNotFound:  # older than this system: nothing to keep
            return
        policy = policy_of(row, self._vault)
        if policy is None:
            facts = known.unsold()
        else:
            # A policy that was cancelled ended on that day, which may lie before the first day of cover.
            ends_on = row.ended_on or policy.ends_on
            facts = known.sold(min(policy.starts_on, ends_on or policy.starts_on), ends_on)
        if facts != known:
            await self._recordings.extend_retention(work, hand_over.call_id, facts)
