"""Endpoints that explain a customer, every gate before the next call, and show by which rules calls were judged."""

from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.eligibility.explain import ExplainService
from callcenter.eligibility.rule_sets import RuleSetService
from callcenter.eligibility.schemas import CallRuleSetsOut, ExplanationOut
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(prefix="/leads", tags=["customers"], dependencies=[require(Right.VIEW_LEADS)])
rule_sets = APIRouter(prefix="/rule-sets", tags=["campaigns"])


@router.get("/{lead_id}/gates")
async def explain_lead(
    lead_id: int,
    work: Working,
    explainer: Annotated[ExplainService, provided(ExplainService)],
    agent_id: Annotated[int | None, Query(ge=1, description="for this agent instead of the one who has it")] = None,
) -> ExplanationOut:
    """Explains why this customer is not called now, or that nothing stands against it."""
    return ExplanationOut.of(await explainer.explain(work, lead_id, agent_id), work.now)


@rule_sets.get("", dependencies=[require(Right.MANAGE_CAMPAIGNS, Right.VIEW_LEADS)])
async def list_rule_sets(work: Working, sets: Annotated[RuleSetService, provided(RuleSetService)]) -> CallRuleSetsOut:
    """Lists every version of the rules that has judged calls here."""
    return CallRuleSetsOut.of(await sets.list(work))
