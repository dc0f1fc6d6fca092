"""Endpoints of customer classes: schemes as data, rules that set a class, and the effects of a class (L5)."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter

from callcenter.classes.rules import OPERATORS
from callcenter.classes.schemas import (
    ApplyIn,
    ClassIn,
    ClassPreviewOut,
    DefaultIn,
    FieldChoiceOut,
    FieldList,
    FigureList,
    FigureOut,
    JobRef,
    LeadClassList,
    LeadClassOut,
    ManualClassIn,
    OrderIn,
    PreviewIn,
    RuleFieldOut,
    RuleSetList,
    RuleSetOut,
    RulesIn,
    SchemeIn,
    SchemeList,
    SchemeNames,
    SchemeOut,
    rules_of,
)
from callcenter.classes.service import ClassService
from callcenter.classes.types import Operator, SchemeCard
from callcenter.kit.http import Working, provided, require, takes
from callcenter.kit.ids import RowId
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/class-schemes", tags=["classes"])
leads = APIRouter(prefix="/leads", tags=["classes"])

_MAY_VIEW = require(Right.VIEW_LEADS, Right.IMPORT_LEADS)
_MAY_CHANGE = require(Right.IMPORT_LEADS)
_LONG = takes(1 << 20)
"""A hundred rules with twenty conditions each, some of which list values."""

Classes = Annotated[ClassService, provided(ClassService)]
People = Annotated[PeopleService, provided(PeopleService)]


@router.get("", dependencies=[require(Right.VIEW_LEADS, Right.IMPORT_LEADS, Right.MANAGE_CAMPAIGNS)])
async def list_schemes(work: Working, classes: Classes) -> SchemeList:
    """Lists every scheme with its classes by rank."""
    return SchemeList(items=[SchemeOut.model_validate(card) for card in await classes.schemes(work)])


@router.post("", dependencies=[_MAY_CHANGE], status_code=201)
async def create_scheme(body: SchemeIn, work: Working, classes: Classes) -> SchemeOut:
    return _scheme(await classes.create_scheme(work, body.key, body.name_zh, body.name_en))


@router.post("/defaults", dependencies=[_MAY_CHANGE])
async def install_defaults(work: Working, classes: Classes) -> SchemeList:
    """Makes the two schemes of the users' own papers; those that are there already stay as they are."""
    await classes.install_defaults(work)
    return await list_schemes(work, classes)


@router.get("/fields", dependencies=[_MAY_VIEW])
async def list_fields(work: Working, classes: Classes) -> FieldList:
    """Lists what rules may ask about, and how."""
    return FieldList(
        items=[
            RuleFieldOut(
                key=field.key,
                kind=field.kind,
                title=field.title,
                choices=[FieldChoiceOut.model_validate(choice) for choice in field.choices],
                money=field.money,
                operators=[operator for operator in Operator if operator in OPERATORS[field.kind]],
            )
            for field in await classes.fields(work)
        ]
    )


@router.get("/previews/{job_id}", dependencies=[_MAY_VIEW])
async def read_preview(job_id: RowId, work: Working, classes: Classes) -> ClassPreviewOut:
    """Shows what a preview (or an application) counted: from which class to which, how many, and masked examples."""
    return ClassPreviewOut.model_validate(await classes.preview(work, job_id))


@router.patch("/{scheme_id}", dependencies=[_MAY_CHANGE])
async def rename_scheme(scheme_id: RowId, body: SchemeNames, work: Working, classes: Classes) -> SchemeOut:
    return _scheme(await classes.rename_scheme(work, scheme_id, body.name_zh, body.name_en))


@router.get("/{scheme_id}/figures", dependencies=[_MAY_VIEW])
async def read_figures(scheme_id: RowId, work: Working, classes: Classes) -> FigureList:
    """Counts the customers in each class."""
    return FigureList(items=[FigureOut.model_validate(figure) for figure in await classes.figures(work, scheme_id)])


@router.post("/{scheme_id}/classes", dependencies=[_MAY_CHANGE], status_code=201)
async def add_class(scheme_id: RowId, body: ClassIn, work: Working, classes: Classes) -> SchemeOut:
    return _scheme(await classes.add_class(work, scheme_id, body.draft()))


@router.put("/{scheme_id}/classes/{code}", dependencies=[_MAY_CHANGE])
async def change_class(scheme_id: RowId, code: str, body: ClassIn, work: Working, classes: Classes) -> SchemeOut:
    """Changes names and effects of a class; its code stays."""
    return _scheme(await classes.change_class(work, scheme_id, code, body.draft()))


@router.delete("/{scheme_id}/classes/{code}", dependencies=[_MAY_CHANGE])
async def remove_class(scheme_id: RowId, code: str, work: Working, classes: Classes) -> SchemeOut:
    return _scheme(await classes.remove_class(work, scheme_id, code))


@router.put("/{scheme_id}/order", dependencies=[_MAY_CHANGE])
async def reorder(scheme_id: RowId, body: OrderIn, work: Working, classes: Classes) -> SchemeOut:
    """Ranks the classes as they are named here."""
    return _scheme(await classes.reorder(work, scheme_id, body.codes))


@router.put("/{scheme_id}/default", dependencies=[_MAY_CHANGE])
async def set_default(scheme_id: RowId, body: DefaultIn, work: Working, classes: Classes) -> SchemeOut:
    return _scheme(await classes.set_default(work, scheme_id, body.code))


@router.get("/{scheme_id}/rules", dependencies=[_MAY_VIEW])
async def list_rules(scheme_id: RowId, work: Working, classes: Classes, people: People) -> RuleSetList:
    """Lists every version of the scheme's rules, the newest first: who made it, who put it in force and why."""
    cards = await classes.rule_sets(work, scheme_id)
    names = await _names(work, people, (by for card in cards for by in (card.created_by, card.activated_by)))
    return RuleSetList(items=[RuleSetOut.of(card, names) for card in cards])


@router.post("/{scheme_id}/rules", dependencies=[_MAY_CHANGE, _LONG], status_code=201)
async def save_rules(scheme_id: RowId, body: RulesIn, work: Working, classes: Classes, people: People) -> RuleSetOut:
    """Saves the next version; not in force before it is applied."""
    card = await classes.save_rules(work, scheme_id, rules_of(body.rules), body.note)
    return RuleSetOut.of(card, await _names(work, people, [card.created_by]))


@router.post("/{scheme_id}/preview", dependencies=[_MAY_CHANGE, _LONG], status_code=202)
async def order_preview(scheme_id: RowId, body: PreviewIn, work: Working, classes: Classes) -> JobRef:
    """Counts what would move, as a job; its result stands at ``/class-schemes/previews/{id}``."""
    rules = None if body.rules is None else rules_of(body.rules)
    return JobRef.of(await classes.order_preview(work, scheme_id, version=body.version, rules=rules))


@router.post("/{scheme_id}/apply", dependencies=[_MAY_CHANGE], status_code=202)
async def order_apply(scheme_id: RowId, body: ApplyIn, work: Working, classes: Classes) -> JobRef:
    """Puts a version in force and gives every customer its class, all of them or none, as a job."""
    return JobRef.of(await classes.order_apply(work, scheme_id, body.version, body.reason))


@router.get("/{scheme_id}/application", dependencies=[_MAY_VIEW])
async def last_application(scheme_id: RowId, work: Working, classes: Classes) -> JobRef | None:
    """Shows the latest application, running or over; null before the first."""
    job = await classes.running(work, scheme_id)
    return None if job is None else JobRef.of(job)


@leads.get("/{lead_id}/classes", dependencies=[_MAY_VIEW])
async def list_lead_classes(lead_id: RowId, work: Working, classes: Classes, people: People) -> LeadClassList:
    """Shows the customer's class in every scheme, and what gave it."""
    cards = await classes.of_lead(work, lead_id)
    names = await _names(work, people, (card.set_by for card in cards))
    return LeadClassList(items=[LeadClassOut.of(card, names) for card in cards])


@leads.post("/{lead_id}/class", dependencies=[_MAY_CHANGE])
async def set_class(
    lead_id: RowId, body: ManualClassIn, work: Working, classes: Classes, people: People
) -> LeadClassList:
    """Sets a class with a reason; no rule changes it. ``code`` null gives the customer back to the rules."""
    await classes.set_manually(work, lead_id, body.scheme_id, body.code, body.reason)
    return await list_lead_classes(lead_id, work, classes, people)


def _scheme(card: SchemeCard) -> SchemeOut:
    return SchemeOut.model_validate(card)


async def _names(work: Work, people: PeopleService, ids: Iterable[int | None]) -> Mapping[int, str]:
    staff = await people.cards(work, {staff_id for staff_id in ids if staff_id is not None})
    return {staff_id: member.name for staff_id, member in staff.items()}
