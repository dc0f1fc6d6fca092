"""Campaigns: made, changed, their rules and their script."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calendar.service import CalendarService
from callcenter.campaigns import repository
from callcenter.campaigns.agent_fields import stored_agent_fields
from callcenter.campaigns.checks import require_future, require_possible
from callcenter.campaigns.errors import (
    CallerIdNotApproved,
    CampaignHasRun,
    CampaignNameTaken,
    CampaignNotFound,
    ScriptOutdated,
    ScriptUnchanged,
    refused_script,
)
from callcenter.campaigns.models import Campaign, CampaignVersion, ScriptReview, ScriptVersion
from callcenter.campaigns.retries import stored
from callcenter.campaigns.rules import window_at
from callcenter.campaigns.scripts import script_problem, with_keys
from callcenter.campaigns.settings import CampaignSettings
from callcenter.campaigns.transitions import ACTS, CAMPAIGN
from callcenter.campaigns.types import (
    VERSION_REASON,
    CampaignChanges,
    CampaignDraft,
    CampaignRules,
    CampaignStarting,
    CampaignState,
    CampaignVersionCard,
    ClassSchemeChosen,
    Script,
    ScriptDraft,
    ScriptVersionCard,
    VersionOrigin,
    WindowVerdict,
)
from callcenter.campaigns.versions import (
    as_recorded,
    card_of,
    reason_of,
    review_of,
    rules_of,
    script_of,
    stored_statement,
    times,
    version_of,
    write,
)
from callcenter.kit.cache import Cached
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

_RULES: Cached[int, CampaignRules] = Cached(Campaign)
_SCRIPT: Cached[int, Script | None] = Cached(Campaign, ScriptVersion)
"""Both by campaign."""
_LISTS: Cached[CampaignState | None, Sequence[CampaignRules]] = Cached(Campaign)


class CampaignService:
    """Keeps campaigns. What is changed takes effect at once; what was in force before stays as a version (law 11)."""

    def __init__(self, settings: CampaignSettings, calendar: CalendarService, vault: Vault) -> None:
        self._settings = settings
        self._calendar = calendar
        self._vault = vault

    @property
    def approved_caller_ids(self) -> frozenset[str]:
        """Numbers the carrier has approved for display (requirement C3)."""
        return self._settings.approved_caller_ids

    async def create(self, work: Work, draft: CampaignDraft) -> CampaignRules:
        """Makes a campaign as it is drafted; people make one by ``opening``.

        Raises WindowInvalid, CapsInvalid, RetriesInvalid, AgentFieldsInvalid.
        """
        require_possible(draft)
        campaign = Campaign(
            name=draft.name,
            product=draft.product,
            company_full_name=draft.company_full_name,
            state=draft.state,
            mode=draft.mode,
            legal_opens=draft.legal_hours.opens,
            legal_closes=draft.legal_hours.closes,
            shifts=[times(shift) for shift in draft.shifts],
            quota=draft.quota,
            ring_seconds=draft.ring_seconds,
            wrap_up_seconds=draft.wrap_up_seconds,
            caller_id=draft.caller_id,
            trunk=draft.trunk,
            cap_per_day=draft.cap_per_day,
            cap_per_7_days=draft.cap_per_7_days,
            max_attempts=draft.max_attempts,
            retries=stored(draft.retries),
            agent_fields=stored_agent_fields(draft.agent_fields),
            open_to_all_branches=draft.open_to_all_branches,
            first_on=draft.first_on,
            class_scheme_id=draft.class_scheme_id,
            created_at=work.now,
        )
        work.session.add(campaign)
        await work.session.flush()
        work.session.add(version_of(campaign, work, origin=VersionOrigin.CREATED))
        await work.session.flush()
        await work.announce(Noted("campaigns.created", f"campaign:{campaign.id}", {"mode": draft.mode.value}))
        return rules_of(campaign)

    async def rules(self, work: Work, campaign_id: int) -> CampaignRules:
        """Returns everything a campaign prescribes. Raises CampaignNotFound."""

        async def read() -> CampaignRules:
            return rules_of(await self._find(work, campaign_id))

        return await work.cached(_RULES, campaign_id, read)

    async def list(self, work: Work, state: CampaignState | None = None) -> Sequence[CampaignRules]:
        """Returns all campaigns, the oldest first; with ``state`` those in it."""

        async def read() -> Sequence[CampaignRules]:
            return tuple(rules_of(campaign) for campaign in await repository.list_all(work.session, state))

        campaigns = await work.cached(_LISTS, state, read)
        return list(campaigns)

    async def change(self, work: Work, campaign_id: int, changes: CampaignChanges, reason: str) -> CampaignRules:
        """Changes some of a campaign's rules, at once and for every call from now on.

        Raises CampaignNotFound, WindowInvalid, CapsInvalid, RetriesInvalid, AgentFieldsInvalid, CampaignHasRun,
        CampaignNameTaken, CallerIdNotApproved, FirstDayPast; and what the room refuses that knows what a start needs.
        """
        campaign = await self._find(work, campaign_id, lock=True)
        before = rules_of(campaign)
        wanted = {field.name: value for field in fields(changes) if (value := getattr(changes, field.name)) is not None}
        after = replace(before, **wanted)
        require_possible(after)
        changed = {
            name: [as_recorded(getattr(before, name)), as_recorded(value)]
            for name, value in wanted.items()
            if value != getattr(before, name)
        }
        if not changed:
            return before
        await self._require_allowed(work, before, after)
        if after.state is CampaignState.RUNNING is not before.state:
            await work.announce(CampaignStarting(campaign_id))
        CAMPAIGN.move(campaign, ACTS[after.state])
        write(campaign, after)
        await self._write_version(work, campaign, reason)
        facts = {"changes": changed, "reason": reason}
        await work.announce(Noted("campaigns.changed", f"campaign:{campaign_id}", facts))
        return rules_of(campaign)

    async def set_class_scheme(self, work: Work, campaign_id: int, scheme_id: int | None, reason: str) -> CampaignRules:
        """Chooses the scheme of customer classes that decides the order; None: the oldest data first.

        Raises CampaignNotFound, ReasonMissing, and what the room refuses that keeps schemes.
        """
        reason = require_reason(reason, "changing the class scheme of a campaign", rule="L5")
        campaign = await self._find(work, campaign_id, lock=True)
        await work.announce(ClassSchemeChosen(campaign_id, scheme_id))
        before, campaign.class_scheme_id = campaign.class_scheme_id, scheme_id
        if before != scheme_id:
            await self._write_version(work, campaign, reason)
        facts = {"scheme": scheme_id, "before": before, "reason": reason}
        await work.announce(Noted("campaigns.class_scheme_set", f"campaign:{campaign_id}", facts))
        return rules_of(campaign)

    async def class_schemes(self, work: Work) -> Mapping[int, int]:
        """Returns campaign → the scheme of customer classes that decides its order; others are left out."""
        campaigns = await repository.list_all(work.session)
        return {row.id: row.class_scheme_id for row in campaigns if row.class_scheme_id is not None}

    async def script(self, work: Work, campaign_id: int) -> Script | None:
        """Returns the version of the script in force; None before the first."""

        async def read() -> Script | None:
            version = await repository.find_script(work.session, campaign_id)
            return None if version is None else script_of(version)

        return await work.cached(_SCRIPT, campaign_id, read)

    async def history(self, work: Work, campaign_id: int) -> Sequence[CampaignVersionCard]:
        """Returns every version of a campaign's rules, the oldest first. Raises CampaignNotFound."""
        campaign = await self._find(work, campaign_id)
        versions = await repository.list_versions(work.session, campaign_id)
        return [card_of(campaign, version, script, self._vault) for version, script in versions]

    async def script_waits(self, work: Work) -> bool:
        """Returns whether a version of any script waits for its approval or its day."""
        return await repository.has_any_open_review(work.session)

    async def publish_script(self, work: Work, campaign_id: int, draft: ScriptDraft, reason: str) -> Script:
        """Publishes the next version; it is in force at once, earlier ones stay as they were (requirement C8).

        Only what sets up a campaign calls it: people submit a version, which a second person approves
        (``script_reviews``). Raises CampaignNotFound, ScriptInvalid, ScriptOutdated, ScriptUnchanged, ReasonMissing.
        """
        reason = require_reason(reason, "publishing a script", rule="C8")
        script = await self.write_script(work, campaign_id, draft)
        await self.put_script_in_force(work, script, reason)
        return script

    async def write_script(self, work: Work, campaign_id: int, draft: ScriptDraft) -> Script:
        """Writes the next version, which is not in force yet, and holds the lock of its campaign.

        Raises CampaignNotFound, ScriptInvalid, ScriptOutdated, ScriptUnchanged.
        """
        await self._find(work, campaign_id, lock=True)
        statements = with_keys(draft.statements)
        if problem := script_problem(statements):
            raise refused_script(problem)
        before = await repository.find_script(work.session, campaign_id)
        number = None if before is None else before.version
        if draft.based_on != number:
            raise ScriptOutdated(
                f"version {number} of the script has been published in the meantime: read it first", version=number
            )
        if before is not None and (before.title, script_of(before).statements) == (draft.title, statements):
            raise ScriptUnchanged(f"this is version {number}, which is in force: change something first")
        version = ScriptVersion(
            campaign_id=campaign_id,
            version=1 + await repository.last_script_number(work.session, campaign_id),
            title=draft.title,
            statements=[stored_statement(statement) for statement in statements],
            created_at=work.now,
        )
        work.session.add(version)
        await work.session.flush()
        return script_of(version)

    async def put_script_in_force(self, work: Work, script: Script, reason: str) -> None:
        """Makes a version the one in force from now on; calls that are held keep theirs (law 11)."""
        campaign = await self._find(work, script.campaign_id, lock=True)
        campaign.script_id = script.id
        await self._write_version(work, campaign, reason)
        facts = {"version": script.version, "reason": reason}
        await work.announce(Noted("campaigns.script_published", f"campaign:{script.campaign_id}", facts))

    async def scripts(self, work: Work, campaign_id: int) -> Sequence[ScriptVersionCard]:
        """Returns every version of a campaign's script, the newest first. Raises CampaignNotFound."""
        campaign = await self._find(work, campaign_id)
        return [
            ScriptVersionCard(
                script=script_of(script),
                valid_from=None if version is None else version.valid_from,
                set_by=review.submitted_by if review else version.set_by if version else None,
                reason=self._reason(version, review),
                in_force=script.id == campaign.script_id,
                review=None if review is None else review_of(review, self._vault),
            )
            for script, version, review in await repository.list_scripts(work.session, campaign_id)
        ]

    def _reason(self, version: CampaignVersion | None, review: ScriptReview | None) -> str:
        """Returns why a script was submitted, or put in force without a review."""
        if review is not None:
            return review_of(review, self._vault).reason
        return reason_of(version, self._vault) if version else ""

    async def calendar(self, work: Work) -> WorkingCalendar:
        """Returns the calendar every campaign keeps, under the administrator's overrides."""
        return await self._calendar.calendar(work)

    async def window(self, work: Work, campaign_id: int, at: datetime | None = None) -> WindowVerdict:
        """Returns whether the campaign may call at ``at``, by default now. Raises CampaignNotFound."""
        return window_at(await self.calendar(work), await self.rules(work, campaign_id), at or work.now)

    async def require_name_free(self, work: Work, name: str, *, but: int | None = None) -> None:
        """Refuses the name of another campaign. Raises CampaignNameTaken."""
        await work.lock("campaigns:names")  # two people may choose the same name at the same time
        if any(other.name == name and other.id != but for other in await repository.list_all(work.session)):
            raise CampaignNameTaken(f"there is a campaign {name} already: choose another name", name=name)

    def require_approved(self, caller_id: str) -> None:
        """Raises CallerIdNotApproved for a number that the carrier has not approved for display (requirement C3)."""
        if caller_id not in self.approved_caller_ids:
            raise CallerIdNotApproved(f"the carrier has not approved {caller_id} for display", number=caller_id)

    async def _require_allowed(self, work: Work, before: CampaignRules, after: CampaignRules) -> None:
        """Refuses changes that are possible, and not allowed for this campaign now."""
        named = (before.name, before.product, before.company_full_name)
        if named != (after.name, after.product, after.company_full_name):
            if await repository.has_run(work.session, before.campaign_id):
                raise CampaignHasRun(
                    "name, product and company are kept once a campaign has run: copy it to sell another product"
                )
            await self.require_name_free(work, after.name, but=before.campaign_id)
        if after.caller_id != before.caller_id:
            self.require_approved(after.caller_id)
        if after.first_on != before.first_on:
            require_future(after.first_on, work.now)

    async def _write_version(self, work: Work, campaign: Campaign, reason: str) -> None:
        """Writes the campaign's changed rules, and the same as the version in force from now on."""
        campaign.version += 1
        sealed = self._vault.seal_words(reason, VERSION_REASON.place(campaign.id, campaign.version))
        work.session.add(version_of(campaign, work, origin=VersionOrigin.CHANGED, reason_sealed=sealed))
        await work.session.flush()

    async def _find(self, work: Work, campaign_id: int, *, lock: bool = False) -> Campaign:
        campaign = await repository.find(work.session, campaign_id, lock=lock)
        if campaign is None:
            raise CampaignNotFound(f"there is no campaign {campaign_id}")
        return campaign
