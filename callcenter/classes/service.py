"""Customer classes: schemes as data, rules that set a class, and a person's choice (requirement L5)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from callcenter.campaigns.service import CampaignService
from callcenter.classes import repository
from callcenter.classes.applying import APPLY, APPLY_ORDER, PREVIEW, Applier, writing_lock
from callcenter.classes.cards import class_card, columns_of, lead_class_card, preview_card, rule_set_card, scheme_card
from callcenter.classes.defaults import DEFAULTS
from callcenter.classes.errors import (
    ClassInUse,
    ClassNotFound,
    ClassTaken,
    OrderIncomplete,
    PreviewNotFound,
    SchemeNotFound,
    SchemeTaken,
)
from callcenter.classes.models import ClassRuleSet, ClassScheme, ClassValue, LeadClass
from callcenter.classes.ruling import fields_of, require_sound, ruling_of, scanned
from callcenter.classes.stored import rules_to
from callcenter.classes.types import (
    CLASS_REASON,
    RULES_NOTE,
    RULES_WHY,
    ClassDraft,
    ClassFigure,
    ClassSource,
    Field,
    LeadClassCard,
    Preview,
    Rule,
    RuleSetCard,
    SchemeCard,
)
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, JobState
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.ordering import LeadOrdering
from callcenter.leads.records import LeadRecords
from callcenter.leads.types import LeadScope, ListImported


class ClassService:
    """Keeps schemes and their rules; queues the work over many customers as jobs."""

    def __init__(
        self,
        vault: Vault,
        jobs: Jobs,
        campaigns: CampaignService,
        records: LeadRecords,
        lists: LeadLists,
        ordering: LeadOrdering,
    ) -> None:
        self._vault = vault
        self._jobs = jobs
        self._campaigns = campaigns
        self._records = records
        self._lists = lists
        self._ordering = ordering

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns the handlers of this room's jobs by their kind."""
        applier = Applier(works, self._vault, self._campaigns, self._lists, self._ordering)
        return {APPLY: applier.apply, PREVIEW: applier.preview, APPLY_ORDER: applier.apply_order}

    # --- schemes and classes -----------------------------------------------------------------------------------

    async def install_defaults(self, work: Work) -> int:
        """Makes the two schemes of requirement L5, unless they are there already; returns how many were made."""
        count = 0
        for key, name_zh, name_en, drafts, default in DEFAULTS:
            if await repository.find_scheme_by_key(work.session, key) is not None:
                continue
            scheme = await self.create_scheme(work, key, name_zh, name_en)
            for draft in drafts:
                await self.add_class(work, scheme.id, draft)
            await self.set_default(work, scheme.id, default)
            count += 1
        return count

    async def create_scheme(self, work: Work, key: str, name_zh: str, name_en: str) -> SchemeCard:
        """Makes a scheme without classes. Raises SchemeTaken."""
        if await repository.find_scheme_by_key(work.session, key) is not None:
            raise SchemeTaken(f"there is a scheme {key!r} already: choose another key")
        scheme = ClassScheme(
            key=key, name_zh=name_zh, name_en=name_en, created_at=work.now, created_by=work.actor.staff_id
        )
        work.session.add(scheme)
        await work.session.flush()
        await self._note(work, "leads.class_scheme_created", scheme.id, {"key": key})
        return await self.scheme(work, scheme.id)

    async def rename_scheme(self, work: Work, scheme_id: int, name_zh: str, name_en: str) -> SchemeCard:
        """Changes a scheme's names; its key stays. Raises SchemeNotFound."""
        scheme = await self._find(work, scheme_id)
        scheme.name_zh, scheme.name_en = name_zh, name_en
        await self._note(work, "leads.class_scheme_renamed", scheme_id, {"name_zh": name_zh, "name_en": name_en})
        return await self.scheme(work, scheme_id)

    async def schemes(self, work: Work) -> Sequence[SchemeCard]:
        """Returns all schemes with their classes by rank, the oldest first."""
        schemes = await repository.list_schemes(work.session)
        versions = await repository.active_versions(work.session)
        classes = await repository.list_classes(work.session, [scheme.id for scheme in schemes])
        return [scheme_card(scheme, versions.get(scheme.id), classes) for scheme in schemes]

    async def scheme(self, work: Work, scheme_id: int) -> SchemeCard:
        """Returns one scheme. Raises SchemeNotFound."""
        await self._find(work, scheme_id)
        return next(card for card in await self.schemes(work) if card.id == scheme_id)

    async def add_class(self, work: Work, scheme_id: int, draft: ClassDraft) -> SchemeCard:
        """Adds a class behind the others. Raises SchemeNotFound, ClassTaken."""
        await self._find(work, scheme_id)
        classes = await repository.list_classes(work.session, [scheme_id])
        rank = max((other.rank for other in classes), default=0) + 1
        value = ClassValue(scheme_id=scheme_id, rank=rank, **columns_of(draft))
        await self._write(work, value)
        await self._note(work, "leads.class_added", scheme_id, {"class": draft.code})
        await self._align(work, scheme_id)
        return await self.scheme(work, scheme_id)

    async def change_class(self, work: Work, scheme_id: int, code: str, draft: ClassDraft) -> SchemeCard:
        """Changes names and effects of a class; its code stays. Raises SchemeNotFound, ClassNotFound, ClassTaken."""
        value = await self._class(work, scheme_id, code)
        before = columns_of(class_card(value))
        after = {**columns_of(draft), "code": code}
        for column, new in after.items():
            setattr(value, column, new)
        await self._write(work, value)
        changed = {column: [before[column], after[column]] for column in after if before[column] != after[column]}
        await self._note(work, "leads.class_changed", scheme_id, {"class": code, "changed": changed})
        if "name_zh" in changed:
            await self._align(work, scheme_id)
        return await self.scheme(work, scheme_id)

    async def set_default(self, work: Work, scheme_id: int, code: str | None) -> SchemeCard:
        """Chooses the class of customers that rules and list give none; takes effect with the next application.

        Raises SchemeNotFound, ClassNotFound.
        """
        class_id = None if code is None else (await self._class(work, scheme_id, code)).id
        await self._find(work, scheme_id)
        await repository.make_default(work.session, scheme_id, class_id)
        await self._note(work, "leads.class_default_set", scheme_id, {"class": code})
        return await self.scheme(work, scheme_id)

    async def reorder(self, work: Work, scheme_id: int, codes: Sequence[str]) -> SchemeCard:
        """Ranks the classes 1, 2, … in this order; the leads of campaigns the scheme orders follow.

        Raises SchemeNotFound, OrderIncomplete.
        """
        await self._find(work, scheme_id)
        classes = await repository.list_classes(work.session, [scheme_id])
        if sorted(codes) != sorted(value.code for value in classes):
            raise OrderIncomplete("an order names each class of the scheme once")
        for value in classes:
            value.rank = codes.index(value.code) + 1
        await work.session.flush()
        await self._note(work, "leads.classes_reordered", scheme_id, {"order": list(codes)})
        await self._align(work, scheme_id)
        return await self.scheme(work, scheme_id)

    async def remove_class(self, work: Work, scheme_id: int, code: str) -> SchemeCard:
        """Removes a class that is not in use. Raises SchemeNotFound, ClassNotFound, ClassInUse."""
        value = await self._class(work, scheme_id, code)
        active = await repository.find_active(work.session, scheme_id)
        given = {rule["class_code"] for rule in active.rules} if active else set()
        if code in given or value.is_default or await repository.has_leads(work.session, value.id):
            raise ClassInUse(f"class {code!r} is the default, has customers, or is given by the rules in force")
        await work.session.delete(value)
        await self._note(work, "leads.class_removed", scheme_id, {"class": code})
        return await self.scheme(work, scheme_id)

    async def figures(self, work: Work, scheme_id: int) -> Sequence[ClassFigure]:
        """Counts the customers in each class, by rank; last those in none. Raises SchemeNotFound."""
        classes = (await self.scheme(work, scheme_id)).classes
        counts = await repository.count_by_class(work.session, scheme_id)
        total = await self._ordering.count(work, LeadScope())
        figures = [
            ClassFigure(
                card.code, counts.get(card.id, 0), await self._count_overdue(work, card.id, card.first_call_days)
            )
            for card in classes
        ]
        return [*figures, ClassFigure(None, total - sum(counts.values()), 0)]

    async def _count_overdue(self, work: Work, class_id: int, first_call_days: int | None) -> int:
        if first_call_days is None:
            return 0
        leads, imported_before = repository.leads_of_class(class_id), work.now - timedelta(days=first_call_days)
        return await self._ordering.count_waiting(work, leads, imported_before)

    # --- rules -------------------------------------------------------------------------------------------------

    async def fields(self, work: Work) -> Sequence[Field]:
        """Returns what rules may ask about."""
        return list(fields_of(await self._lists.page(work, limit=None)).values())

    async def rule_sets(self, work: Work, scheme_id: int) -> Sequence[RuleSetCard]:
        """Returns all versions of a scheme's rules, the newest first. Raises SchemeNotFound."""
        await self._find(work, scheme_id)
        return [
            rule_set_card(rule_set, self._vault)
            for rule_set in await repository.list_rule_sets(work.session, scheme_id)
        ]

    async def save_rules(self, work: Work, scheme_id: int, rules: Sequence[Rule], note: str = "") -> RuleSetCard:
        """Keeps the next version of a scheme's rules, not yet in force. Raises SchemeNotFound, RulesInvalid."""
        await self._find(work, scheme_id)
        known = {field.key: field for field in await self.fields(work)}
        require_sound(rules, known, await repository.list_classes(work.session, [scheme_id]))
        await work.lock(f"leads.class_rules:{scheme_id}")
        last = next(iter(await repository.list_rule_sets(work.session, scheme_id)), None)
        version = 1 if last is None else last.version + 1
        rule_set = ClassRuleSet(
            scheme_id=scheme_id,
            version=version,
            rules=rules_to(rules),
            note_sealed=self._vault.seal_words(note, RULES_NOTE.place(scheme_id, version)),
            created_at=work.now,
            created_by=work.actor.staff_id,
        )
        work.session.add(rule_set)
        await work.session.flush()
        await self._note(work, "leads.class_rules_saved", scheme_id, {"version": rule_set.version, "rules": len(rules)})
        return rule_set_card(rule_set, self._vault)

    async def order_preview(
        self, work: Work, scheme_id: int, *, version: int | None = None, rules: Sequence[Rule] | None = None
    ) -> JobCard:
        """Queues a job that counts what that version, drafted rules, or the rules in force would change.

        Raises SchemeNotFound, RulesNotFound, RulesInvalid.
        """
        drafted = None if rules is None else rules_to(rules)
        await self._find(work, scheme_id)
        await ruling_of(work, self._lists, scheme_id, version, drafted)
        params = {"scheme_id": scheme_id, "version": version, "rules": drafted}
        return await self._jobs.enqueue(work, PREVIEW, params)

    async def preview(self, work: Work, job_id: int) -> Preview:
        """Returns what a preview counted, with masked examples. Raises PreviewNotFound."""
        job = await self._jobs.card(work, job_id)
        if job.kind not in (PREVIEW, APPLY) or job.state is not JobState.DONE or job.result is None:
            raise PreviewNotFound(f"job {job_id} is no preview that has ended")
        lead_ids = [example["lead_id"] for example in job.result["examples"]]
        return preview_card(job.result, await self._records.list(work, lead_ids), self._vault)

    async def order_apply(self, work: Work, scheme_id: int, version: int | None, reason: str) -> JobCard:
        """Queues a job that puts a version in force and gives every customer the class it decides.

        ``version`` None: the one in force. Raises SchemeNotFound, RulesNotFound, RulesInvalid, ReasonMissing.
        """
        reason = require_reason(reason, "putting rules in force", rule="L5")
        await self._find(work, scheme_id)
        await ruling_of(work, self._lists, scheme_id, version)
        sealed = self._vault.seal(reason, RULES_WHY.place(scheme_id, version))
        params = {"scheme_id": scheme_id, "version": version, "reason_sealed": sealed}
        return await self._jobs.enqueue(work, APPLY, params, key=f"{APPLY}:{scheme_id}")

    async def running(self, work: Work, scheme_id: int) -> JobCard | None:
        """Returns the latest application over all customers, whatever became of it; None before the first."""
        for job in await self._jobs.list(work, [APPLY]):
            limits = (job.params.get("list_id"), job.params.get("campaign_id"))
            if job.params["scheme_id"] == scheme_id and limits == (None, None):
                return job
        return None

    # --- what sets a class by itself ---------------------------------------------------------------------------

    async def list_imported(self, work: Work, event: ListImported) -> None:
        """Queues the classing of a new list, by every scheme with rules in force and by the one of its campaign."""
        schemes = set(await repository.active_versions(work.session))
        own_scheme = (await self._campaigns.class_schemes(work)).get(event.campaign_id)
        if own_scheme is not None:
            schemes.add(own_scheme)
        if event.good:
            for scheme_id in sorted(schemes):
                await self._jobs.enqueue(work, APPLY, {"scheme_id": scheme_id, "list_id": event.list_id})

    async def order_campaign(self, work: Work, campaign_id: int, scheme_id: int | None) -> JobCard:
        """Queues a job that orders a campaign's leads by another scheme, or by none. Raises SchemeNotFound."""
        if scheme_id is None:
            return await self._jobs.enqueue(work, APPLY_ORDER, {"scheme_id": None, "campaign_id": campaign_id})
        await self._find(work, scheme_id)
        return await self._jobs.enqueue(work, APPLY, {"scheme_id": scheme_id, "campaign_id": campaign_id})

    async def _align(self, work: Work, scheme_id: int) -> None:
        """Queues the ordering of the campaigns a scheme orders, after ranks or names changed."""
        if scheme_id in (await self._campaigns.class_schemes(work)).values():
            await self._jobs.enqueue(work, APPLY_ORDER, {"scheme_id": scheme_id})

    # --- one customer ------------------------------------------------------------------------------------------

    async def set_manually(
        self, work: Work, lead_id: int, scheme_id: int, code: str | None, reason: str
    ) -> Sequence[LeadClassCard]:
        """Sets the class of one customer, which no rule changes; ``code`` None gives the customer back to the rules.

        Raises LeadNotFound, SchemeNotFound, ClassNotFound, ReasonMissing.
        """
        reason = require_reason(reason, "setting a class manually", rule="L5")
        value = None if code is None else await self._class(work, scheme_id, code)
        await self._find(work, scheme_id)
        await self._records.number_of(work, lead_id)
        await work.lock(writing_lock(scheme_id))
        if value is None:
            lead_class = await self._by_rules(work, lead_id, scheme_id)
        else:
            lead_class = LeadClass(
                lead_id=lead_id,
                scheme_id=scheme_id,
                class_id=value.id,
                source=ClassSource.MANUAL,
                reason_sealed=self._vault.seal(reason, CLASS_REASON.place(lead_id, scheme_id)),
                set_at=work.now,
                set_by=work.actor.staff_id,
            )
        class_id_before = await repository.put_lead_class(work.session, lead_id, scheme_id, lead_class)
        schemes = await self._campaigns.class_schemes(work)
        campaigns = [campaign_id for campaign_id, ordering_scheme in schemes.items() if ordering_scheme == scheme_id]
        within = (lead_id, lead_id)
        await self._ordering.write(work, repository.order_of(scheme_id, within), campaigns, within)
        classes = await repository.list_classes(work.session, [scheme_id])
        before = next((other.code for other in classes if other.id == class_id_before), None)
        facts = {"scheme": scheme_id, "class": code, "before": before, "why": reason}
        await work.announce(Noted("leads.class_set_manually", f"lead:{lead_id}", facts))
        return await self.of_lead(work, lead_id)

    async def of_lead(self, work: Work, lead_id: int) -> Sequence[LeadClassCard]:
        """Returns the class of one customer in every scheme that gives one, and what gave it."""
        rows = await repository.list_lead_classes(work.session, lead_id)
        schemes = {scheme.id: scheme for scheme in await self.schemes(work)}
        ids = {row.rule_set_id for row in rows if row.rule_set_id is not None}
        versions = await repository.versions_of(work.session, ids)
        return [lead_class_card(row, schemes[row.scheme_id], versions, self._vault) for row in rows]

    async def _by_rules(self, work: Work, lead_id: int, scheme_id: int) -> LeadClass | None:
        """Returns the class the rules in force give one customer, even if a person set another before."""
        ruling = await ruling_of(work, self._lists, scheme_id)
        row = (await scanned(work, self._ordering, ruling, LeadScope(lead_id=lead_id)))[0].row
        decision = ruling.decide(row, business_date(work.now), self._vault.open)
        if decision.class_code is None or decision.source is None:
            return None
        return LeadClass(
            lead_id=lead_id,
            scheme_id=scheme_id,
            class_id=ruling.ids[decision.class_code],
            source=decision.source,
            rule_set_id=ruling.rule_set_id(decision),
            rule_no=decision.rule_no,
            set_at=work.now,
            set_by=work.actor.staff_id,
        )

    # -----------------------------------------------------------------------------------------------------------

    async def _find(self, work: Work, scheme_id: int) -> ClassScheme:
        scheme = await repository.find_scheme(work.session, scheme_id)
        if scheme is None:
            raise SchemeNotFound(f"there is no class scheme {scheme_id}")
        return scheme

    async def _class(self, work: Work, scheme_id: int, code: str) -> ClassValue:
        await self._find(work, scheme_id)
        for value in await repository.list_classes(work.session, [scheme_id]):
            if value.code == code:
                return value
        raise ClassNotFound(f"scheme {scheme_id} has no class {code!r}")

    async def _write(self, work: Work, value: ClassValue) -> None:
        try:
            async with work.session.begin_nested():
                work.session.add(value)
        except IntegrityError as error:
            raise ClassTaken("another class of this scheme has this code or name") from error

    async def _note(self, work: Work, act: str, scheme_id: int, facts: Mapping[str, Any]) -> None:
        await work.announce(Noted(act, f"class_scheme:{scheme_id}", facts))
