"""Builders for what branches propose and take away: target groups, exports of the ledger."""

from datetime import timedelta
from typing import Any

from callcenter.kit.clock import business_date
from callcenter.kit.jobs import Job
from callcenter.kit.work import Work
from callcenter.reporting.models import LedgerExport
from callcenter.target_groups.models import TargetGroup
from tests.support.rows.core import next_number, put
from tests.support.rows.leads import make_campaign


async def make_target_group(work: Work, branch: str, **columns: Any) -> TargetGroup:
    """A target group that a branch has proposed for next week."""
    if "campaign_id" not in columns:
        columns["campaign_id"] = (await make_campaign(work)).id
    number = await next_number(work, TargetGroup)
    return await put(
        work,
        TargetGroup,
        columns,
        branch=branch,
        name=f"group {number}",
        criteria="customers with a deposit",
        wanted=100,
        due_on=business_date(work.now) + timedelta(days=7),
    )


async def make_export(work: Work, job: Job, scope: str, **columns: Any) -> LedgerExport:
    """A workbook of the ledger for the person who requested the job."""
    return await put(
        work,
        LedgerExport,
        columns,
        job_id=job.id,
        requested_by=job.requested_by,
        filters_sha256="0" * 64,
        scope=scope,
        as_of=work.now,
        made_at=work.now,
        rows=1,
        object_key=f"ledger/{job.id}.xlsx",
        version_id="v1",
        size_bytes=1,
        sha256="0" * 64,
        keep_until=work.now + timedelta(days=365),
    )
