"""Customer classes: schemes as data, rules that set a class, and a person's word (requirement L5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from callcenter.classes import repository
from callcenter.classes.applying import (
    APPLY,
    APPLY_ORDER,
    PREVIEW,
    Applier,
    ClassSchemes,
    check,
    ruling_of,
    scanned,
    writing_lock,
)
from callcenter.classes.cards import class_card, columns_of, lead_class_card, rule_set_card
from callcenter.classes.defaults import DEFAULTS
from callcenter.classes.errors import (
    ClassInUse,
    ClassNotFound,
    ClassTaken,
    OrderIncomplete,
    PreviewNotFound,
    ReasonNeeded,
    SchemeNotFound,
    SchemeTaken,
)
from callcenter.classes.fields import known_fields
from callcenter.classes.models import ClassRuleSet, ClassScheme, ClassValue, LeadClass
from callcenter.classes.repository import Scope
from callcenter.classes.stored import rules_to
from callcenter.classes.types import (
    ClassDraft,
    ClassFigure,
    ClassSource,
    Example,
    Field,
    LeadClassCard,
    Move,
    Preview,
    Rule,
    RuleSetCard,
    SchemeCard,
)
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, JobState
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.types import ListImported


class ClassService:
    """Keeps schemes and their rules; orders the work over many customers as jobs."""

    def __init__(self, vault: Vault, jobs: Jobs, class_schemes: ClassSchemes) -> None:
        self._vault = vault
        self._jobs = jobs
        self._class_schemes = class_schemes

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Job kind to performer."""
        applier = Applier(works, self._vault, self._class_schemes)
        return {APPLY: applier.apply, PREVIEW: applier.preview, APPLY_ORDER: applier.effects}

    # --- schemes and classes -----------------------------------------------------------------------------------

    async def install_defaults(self, work: Work) -> int:
        """The two schemes of requirement L5; those that are there already stay as they are. Returns how many came."""
        made = 0
        for key, name_zh, name_en, drafts, default in DEFAULTS:
            if await repository.find_scheme_by_key(work.session, key) is not None:
                continue
            scheme = await self.create_scheme(work, key, name_zh, name_en)
            for draft in drafts:
                await self.add_class(work, scheme.id, draft)
            await self.set_default(work, scheme.id, default)
            made += 1
        return made

    async def create_scheme(self, work: Work, key: str, name_zh: str, name_en: str) -> SchemeCard:
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
        scheme = await self._find(work, scheme_id)
        scheme.name_zh, scheme.name_en = name_zh, name_en
        await self._note(work, "leads.class_scheme_renamed", scheme_id, {"name_zh": name_zh, "name_en": name_en})
        return await self.scheme(work, scheme_id)

    async def schemes(self, work: Work) -> Sequence[SchemeCard]:
        """All of them, the oldest first."""
        found = await repository.list_schemes(work.session)
        versions = await repository.active_versions(work.session)
        classes = await repository.list_classes(work.session, [each.id for each in found])
        return [
            SchemeCard(
                each.id,
                each.key,
                each.name_zh,
                each.name_en,
                versions.get(each.id),
                [class_card(value) for value in classes if value.scheme_id == each.id],
            )
            for each in found
        ]

    async def scheme(self, work: Work, scheme_id: int) -> SchemeCard:
        await self._find(work, scheme_id)
        return next(each for each in await self.schemes(work) if each.id == scheme_id)

    async def add_class(self, work: Work, scheme_id: int, draft: ClassDraft) -> SchemeCard:
        """Behind the classes there are."""
        await self._find(work, scheme_id)
        classes = await repository.list_classes(work.session, [scheme_id])
        rank = max((each.rank for each in classes), default=0) + 1
        value = ClassValue(scheme_id=scheme_id, rank=rank, **columns_of(draft))
        await self._write(work, value)
        await self._note(work, "leads.class_added", scheme_id, {"class": draft.code})
        await self._align(work, scheme_id)
        return await self.scheme(work, scheme_id)

    async def change_class(self, work: Work, scheme_id: int, code: str, draft: ClassDraft) -> SchemeCard:
        """Names and what it steers; the code stays."""
        value = await self._class(work, scheme_id, code)
        before = columns_of(class_card(value))
        after = {**columns_of(draft), "code": code}
        for column, wanted in after.items():
            setattr(value, column, wanted)
        await self._write(work, value)
        changed = {column: [before[column], after[column]] for column in after if before[column] != after[column]}
        await self._note(work, "leads.class_changed", scheme_id, {"class": code, "changed": changed})
        if "name_zh" in changed:
            await self._align(work, scheme_id)
        return await self.scheme(work, scheme_id)

    async def set_default(self, work: Work, scheme_id: int, code: str | None) -> SchemeCard:
        """The class of customers about whom rules and list say nothing; takes effect with the next application."""
        class_id = None if code is None else (await self._class(work, scheme_id, code)).id
        await self._find(work, scheme_id)
        await repository.make_default(work.session, scheme_id, class_id)
        await self._note(work, "leads.class_default_set", scheme_id, {"class": code})
        return await self.scheme(work, scheme_id)

    async def reorder(self, work: Work, scheme_id: int, codes: Sequence[str]) -> SchemeCard:
        """Ranks 1, 2, … in this order; the leads of campaigns the scheme steers follow."""
        await self._find(work, scheme_id)
        classes = await repository.list_classes(work.session, [scheme_id])
        if sorted(codes) != sorted(each.code for each in classes):
            raise OrderIncomplete("an order names each class of the scheme once")
        for value in classes:
            value.rank = codes.index(value.code) + 1
        await work.session.flush()
        await self._note(work, "leads.classes_reordered", scheme_id, {"order": list(codes)})
        await self._align(work, scheme_id)
        return await self.scheme(work, scheme_id)

    async def remove_class(self, work: Work, scheme_id: int, code: str) -> SchemeCard:
        value = await self._class(work, scheme_id, code)
        active = await repository.find_active(work.session, scheme_id)
        given = {rule["class_code"] for rule in active.rules} if active else set()
        if code in given or value.is_default or await repository.has_leads(work.session, value.id):
            raise ClassInUse(f"class {code!r} is the default, has customers, or is given by the rules in force")
        await work.session.delete(value)
        await self._note(work, "leads.class_removed", scheme_id, {"class": code})
        return await self.scheme(work, scheme_id)

    async def figures(self, work: Work, scheme_id: int) -> Sequence[ClassFigure]:
        """How many customers are in each class, by rank; last those in none."""
        classes = (await self.scheme(work, scheme_id)).classes
        counts = await repository.count_by_class(work.session, scheme_id)
        total = await repository.count_leads(work.session, Scope())
        found = [
            ClassFigure(
                each.code,
                counts.get(each.id, 0),
                await repository.count_overdue(work.session, each.id, each.first_call_days, work.now)
                if each.first_call_days is not None
                else 0,
            )
            for each in classes
        ]
        return [*found, ClassFigure(None, total - sum(counts.values()), 0)]

    # --- rules -------------------------------------------------------------------------------------------------

    async def fields(self, work: Work) -> Sequence[Field]:
        """What rules may ask about."""
        lists = await repository.list_lists(work.session)
        return list(known_fields([each.fields for each in lists], repository.names_of(lists)).values())

    async def rule_sets(self, work: Work, scheme_id: int) -> Sequence[RuleSetCard]:
        """All versions, the newest first."""
        await self._find(work, scheme_id)
        return [rule_set_card(each) for each in await repository.list_rule_sets(work.session, scheme_id)]

    async def save_rules(self, work: Work, scheme_id: int, rules: Sequence[Rule], note: str = "") -> RuleSetCard:
        """The next version, not yet in force. Refused with every problem that is found."""
        await self._find(work, scheme_id)
        known = {each.key: each for each in await self.fields(work)}
        check(rules, known, await repository.list_classes(work.session, [scheme_id]))
        await work.lock(f"leads.class_rules:{scheme_id}")
        last = next(iter(await repository.list_rule_sets(work.session, scheme_id)), None)
        made = ClassRuleSet(
            scheme_id=scheme_id,
            version=1 if last is None else last.version + 1,
            rules=rules_to(rules),
            note=note,
            created_at=work.now,
            created_by=work.actor.staff_id,
        )
        work.session.add(made)
        await work.session.flush()
        await self._note(work, "leads.class_rules_saved", scheme_id, {"version": made.version, "rules": len(rules)})
        return rule_set_card(made)

    async def order_preview(
        self, work: Work, scheme_id: int, *, version: int | None = None, rules: Sequence[Rule] | None = None
    ) -> JobCard:
        """Counts what that version, these drafted rules, or the rules in force would move. Writes nothing."""
        drafted = None if rules is None else rules_to(rules)
        await self._find(work, scheme_id)
        await ruling_of(work, scheme_id, version, drafted)
        params = {"scheme_id": scheme_id, "version": version, "rules": drafted}
        return await self._jobs.enqueue(work, PREVIEW, params)

    async def preview(self, work: Work, job_id: int) -> Preview:
        """What a preview found, with masked examples."""
        job = await self._jobs.card(work, job_id)
        if job.kind not in (PREVIEW, APPLY) or job.state is not JobState.DONE or job.result is None:
            raise PreviewNotFound(f"job {job_id} is no preview that has ended")
        result = job.result
        leads = {
            lead.id: lead
            for lead in await repository.list_leads(work.session, [each["lead_id"] for each in result["examples"]])
        }
        return Preview(
            scheme_id=result["scheme_id"],
            version=result["version"],
            total=result["total"],
            moved=result["moved"],
            manual=result["manual"],
            moves=[Move(**each) for each in result["moves"]],
            by_rule={int(number): count for number, count in result["by_rule"].items()},
            examples=[
                Example(
                    **each,
                    name_masked=mask_name(self._vault.open(lead.name_sealed)),
                    phone_masked=mask_phone(self._vault.open(lead.phone_sealed)),
                )
                for each in result["examples"]
                if (lead := leads.get(each["lead_id"])) is not None
            ],
        )

    async def order_apply(self, work: Work, scheme_id: int, version: int | None, reason: str) -> JobCard:
        """Puts a version in force and gives every customer the class it decides. None: the version in force, anew."""
        if not reason.strip():
            raise ReasonNeeded("say why these rules are put in force")
        await self._find(work, scheme_id)
        await ruling_of(work, scheme_id, version)
        params = {"scheme_id": scheme_id, "version": version, "reason": reason.strip()}
        return await self._jobs.enqueue(work, APPLY, params, key=f"{APPLY}:{scheme_id}")

    async def running(self, work: Work, scheme_id: int) -> JobCard | None:
        """The latest application over all customers, whatever became of it."""
        for job in await self._jobs.list(work, [APPLY]):
            limits = (job.params.get("list_id"), job.params.get("campaign_id"))
            if job.params["scheme_id"] == scheme_id and limits == (None, None):
                return job
        return None

    # --- what sets a class by itself ---------------------------------------------------------------------------

    async def list_imported(self, work: Work, event: ListImported) -> None:
        """A new list is classified by every scheme that has rules in force, and by the one that steers its campaign."""
        class_effects = (await self._class_schemes(work)).get(event.campaign_id)
        schemes = set(await repository.active_versions(work.session)) | (
            {class_effects} if class_effects is not None else set()
        )
        if event.good:
            for scheme_id in sorted(schemes):
                await self._jobs.enqueue(work, APPLY, {"scheme_id": scheme_id, "list_id": event.list_id})

    async def effects(self, work: Work, campaign_id: int, scheme_id: int | None) -> JobCard:
        """The campaign is steered by that scheme from now on, or by none: its leads follow."""
        if scheme_id is None:
            return await self._jobs.enqueue(work, APPLY_ORDER, {"scheme_id": None, "campaign_id": campaign_id})
        await self._find(work, scheme_id)
        return await self._jobs.enqueue(work, APPLY, {"scheme_id": scheme_id, "campaign_id": campaign_id})

    async def _align(self, work: Work, scheme_id: int) -> None:
        if scheme_id in (await self._class_schemes(work)).values():
            await self._jobs.enqueue(work, APPLY_ORDER, {"scheme_id": scheme_id})

    # --- one customer ------------------------------------------------------------------------------------------

    async def set_manually(
        self, work: Work, lead_id: int, scheme_id: int, code: str | None, reason: str
    ) -> Sequence[LeadClassCard]:
        """A person's word: no rule changes it. ``code`` None gives the customer back to the rules."""
        if not reason.strip():
            raise ReasonNeeded("a class set manually needs a reason")
        wanted = None if code is None else await self._class(work, scheme_id, code)
        await self._find(work, scheme_id)
        scope = Scope(lead_id=lead_id)
        if not await repository.count_leads(work.session, scope):
            raise LeadNotFound(f"there is no lead {lead_id}")
        await work.lock(writing_lock(scheme_id))
        if wanted is None:
            made = await self._by_rules(work, lead_id, scheme_id)
        else:
            made = LeadClass(
                lead_id=lead_id,
                scheme_id=scheme_id,
                class_id=wanted.id,
                source=ClassSource.MANUAL,
                reason=reason.strip(),
                set_at=work.now,
                set_by=work.actor.staff_id,
            )
        was = await repository.put_lead_class(work.session, lead_id, scheme_id, made)
        class_schemes = [
            campaign for campaign, scheme in (await self._class_schemes(work)).items() if scheme == scheme_id
        ]
        await repository.effects(work.session, scheme_id, class_schemes, (lead_id, lead_id))
        classes = await repository.list_classes(work.session, [scheme_id])
        before = next((each.code for each in classes if each.id == was), None)
        facts = {"scheme": scheme_id, "class": code, "before": before, "why": reason.strip()}
        await work.announce(Noted("leads.class_set_manually", f"lead:{lead_id}", facts))
        return await self.of_lead(work, lead_id)

    async def of_lead(self, work: Work, lead_id: int) -> Sequence[LeadClassCard]:
        """The class of one customer in every scheme that says something about it, and what gave it."""
        rows = await repository.list_lead_classes(work.session, lead_id)
        schemes = {each.id: each for each in await self.schemes(work)}
        ids = {row.rule_set_id for row in rows if row.rule_set_id is not None}
        versions = await repository.versions_of(work.session, ids)
        return [lead_class_card(row, schemes[row.scheme_id], versions) for row in rows]

    async def _by_rules(self, work: Work, lead_id: int, scheme_id: int) -> LeadClass | None:
        """What the rules in force say about one customer, whoever said something else before."""
        ruling = await ruling_of(work, scheme_id)
        row = (await scanned(work, ruling, Scope(lead_id=lead_id)))[0].row
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
