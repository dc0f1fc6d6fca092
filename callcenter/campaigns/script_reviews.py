"""Versions of scripts: submitted, approved or returned by a second person, and put in force on their day."""

from datetime import date

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.campaigns import repository
from callcenter.campaigns.errors import (
    ScriptDatePast,
    ScriptNotWaiting,
    ScriptSecondPerson,
    ScriptWaits,
)
from callcenter.campaigns.models import ScriptReview
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.transitions import REVIEW, ScriptAct
from callcenter.campaigns.types import REVIEW_DECIDED_WHY, REVIEW_REASON, Script, ScriptDraft, ScriptState
from callcenter.campaigns.versions import script_of
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work


class ScriptReviews:
    """Takes versions of scripts, lets a second person decide, and puts them in force on their day (requirement C8)."""

    def __init__(self, campaigns: CampaignService, alerts: AlertService, vault: Vault) -> None:
        self._campaigns = campaigns
        self._alerts = alerts
        self._vault = vault

    async def submit(self, work: Work, campaign_id: int, draft: ScriptDraft, reason: str) -> None:
        """Writes the next version and asks for its approval. One version of a campaign waits at a time.

        Raises CampaignNotFound, ScriptInvalid, ScriptOutdated, ScriptUnchanged, ScriptWaits, ReasonMissing.
        """
        reason = require_reason(reason, "submitting a script", rule="C8")
        script = await self._campaigns.write_script(work, campaign_id, draft)
        if await repository.has_open_review(work.session, campaign_id):
            raise ScriptWaits("a version of this script waits already: it is decided on or withdrawn first")
        work.session.add(
            ScriptReview(
                campaign_id=campaign_id,
                script_id=script.id,
                submitted_at=work.now,
                submitted_by=work.actor.id,
                reason_sealed=self._vault.seal(reason, REVIEW_REASON.place(script.id)),
            )
        )
        await work.session.flush()
        await repository.delete_draft(work.session, campaign_id, work.actor.id)
        facts = {"campaign_id": campaign_id, "version": script.version}
        await self._alerts.raise_(work, AlertKind.SCRIPT_WAITS, f"campaign:{campaign_id}", facts)
        trail = {"version": script.version, "reason": reason}
        await work.announce(Noted("campaigns.script_submitted", f"campaign:{campaign_id}", trail))

    async def approve(self, work: Work, campaign_id: int, number: int, from_on: date) -> None:
        """Approves a version, which is in force from that day on: at once when the day is today.

        Raises ScriptNotWaiting, ScriptSecondPerson, ScriptDatePast.
        """
        if from_on < (today := business_date(work.now)):
            raise ScriptDatePast(f"a script comes into force on {today} or later", today=today.isoformat())
        script, review = await self._waiting(work, campaign_id, number)
        review.from_on, review.decided_at, review.decided_by = from_on, work.now, work.actor.id
        await self._move(work, script, review, ScriptAct.APPROVE)
        trail = {"version": script.version, "from": from_on.isoformat()}
        await work.announce(Noted("campaigns.script_approved", f"campaign:{campaign_id}", trail))
        if from_on == today:
            await self._publish(work, script, review)

    async def send_back(self, work: Work, campaign_id: int, number: int, reason: str) -> None:
        """Returns a version to the person who wrote it. Raises ScriptNotWaiting, ScriptSecondPerson, ReasonMissing."""
        reason = require_reason(reason, "returning a script", rule="C8")
        script, review = await self._waiting(work, campaign_id, number)
        review.decided_why_sealed = self._vault.seal(reason, REVIEW_DECIDED_WHY.at(review))
        review.decided_at, review.decided_by = work.now, work.actor.id
        await self._move(work, script, review, ScriptAct.RETURN)
        trail = {"version": script.version, "reason": reason}
        await work.announce(Noted("campaigns.script_returned", f"campaign:{campaign_id}", trail))

    async def withdraw(self, work: Work, campaign_id: int, number: int, reason: str) -> None:
        """Takes a version back that is not in force yet. Raises ScriptNotWaiting, ReasonMissing."""
        reason = require_reason(reason, "withdrawing a script", rule="C8")
        script, review = await self._find(work, campaign_id, number)
        await self._move(work, script, review, ScriptAct.WITHDRAW)
        trail = {"version": script.version, "reason": reason}
        await work.announce(Noted("campaigns.script_withdrawn", f"campaign:{campaign_id}", trail))

    async def put_in_force(self, work: Work) -> None:
        """Puts each approved version in force whose day has come. Safe to repeat."""
        for campaign_id, number in await repository.list_due_scripts(work.session, business_date(work.now)):
            script, review = await self._find(work, campaign_id, number)
            if review.state is ScriptState.APPROVED:  # withdrawn since it was listed
                await self._publish(work, script, review)

    async def _publish(self, work: Work, script: Script, review: ScriptReview) -> None:
        REVIEW.move(review, ScriptAct.PUBLISH)
        reason = self._vault.open_words(review.reason_sealed, REVIEW_REASON.at(review))
        await self._campaigns.put_script_in_force(work, script, reason)

    async def _waiting(self, work: Work, campaign_id: int, number: int) -> tuple[Script, ScriptReview]:
        """Returns a version that waits for the decision of the person who asks."""
        script, review = await self._find(work, campaign_id, number)
        if review.state is not ScriptState.SUBMITTED:
            raise ScriptNotWaiting(f"version {number} of the script is {review.state.value}", version=number)
        # Also when another person has submitted the same text again: its writer would approve it otherwise.
        if await repository.has_submitted_text(work.session, work.actor.staff_id, campaign_id, number):
            raise ScriptSecondPerson("a script is decided on by a person who has not submitted its text")
        return script, review

    async def _move(self, work: Work, script: Script, review: ScriptReview, act: ScriptAct) -> None:
        """Moves a version that waits, after which its approver needs no alert any more."""
        if REVIEW.move(review, act) is None:
            raise ScriptNotWaiting(
                f"version {script.version} of the script is {review.state.value}", version=script.version
            )
        await self._alerts.clear(work, AlertKind.SCRIPT_WAITS, f"campaign:{script.campaign_id}")

    async def _find(self, work: Work, campaign_id: int, number: int) -> tuple[Script, ScriptReview]:
        await repository.find(work.session, campaign_id, lock=True)
        version = await repository.find_script_number(work.session, campaign_id, number)
        review = None if version is None else await repository.find_review(work.session, version.id)
        if version is None or review is None:
            raise ScriptNotWaiting(f"no version {number} of the script waits", version=number)
        return script_of(version), review
