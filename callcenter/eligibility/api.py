"""The endpoint that explains a customer: every gate before the next call."""

from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.eligibility.explain import ExplainService
from callcenter.eligibility.schemas import ExplanationOut
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(prefix="/leads", tags=["customers"], dependencies=[require(Right.VIEW_LEADS)])


@router.get("/{lead_id}/gates")
async def explain_lead(
    lead_id: int,
    work: Working,
    explainer: Annotated[ExplainService, provided(ExplainService)],
    agent_id: Annotated[int | None, Query(ge=1, description="for this agent instead of the one who has it")] = None,
) -> ExplanationOut:
    """Explains why this customer is not called now, or that nothing stands against it."""
    return ExplanationOut.of(await explainer.explain(work, lead_id, agent_id), work.now)
