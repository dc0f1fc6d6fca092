"""Makes the index by which identity numbers are found, for leads that were imported before there was one (L7).

The numbers are sealed, so no revision of the database can do it: the job opens them with the key, a batch at a time.
Each batch is a transaction of its own. A job that is begun again goes on behind the last batch it has reported.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, Report
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.records import LeadRecords
from callcenter.leads.rules.person import id_number_key
from callcenter.leads.types import LEAD_FIELDS, SealedFields

KIND = "customers.index_id_numbers"
_AT_ONCE = 1_000
_FIELD = "id_number"


class IdNumberIndexing:
    """Runs the job; a revision of the database and a command request it."""

    def __init__(self, vault: Vault, jobs: Jobs, records: LeadRecords) -> None:
        self._vault = vault
        self._jobs = jobs
        self._records = records

    async def order(self, work: Work) -> JobCard:
        """Requests the job. Raises JobAlreadyOpen while it waits or runs."""
        return await self._jobs.enqueue(work, KIND, {}, key=KIND)

    async def index(self, works: Works, job: JobCard, report: Report) -> Mapping[str, Any]:
        """Opens the further fields of leads without an index, in the order of their ids."""
        after, done, indexed = (int(job.figures.get(name, 0)) for name in ("after", "read", "indexed"))
        async with works.begin(job.actor) as work:
            total = done + await self._records.count_without_id_index(work, after)
        while True:
            async with works.begin(job.actor) as work:
                leads = await self._records.without_id_index(work, after, _AT_ONCE)
                if not leads:
                    await work.announce(Noted("customers.id_numbers_indexed", f"job:{job.id}", {"indexed": indexed}))
                    return {"read": done, "indexed": indexed}
                indexed += await self._records.write_id_indexes(work, self._indexes(leads))
            after, done = leads[-1].lead_id, done + len(leads)
            await report(done, total, after=after, read=done, indexed=indexed)

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns the handler of the job by its kind."""
        return {KIND: partial(self.index, works)}

    def _indexes(self, leads: Sequence[SealedFields]) -> Mapping[int, str]:
        numbers = {
            lead.lead_id: json.loads(self._vault.open(lead.fields_sealed, LEAD_FIELDS.at(lead))).get(_FIELD)
            for lead in leads
        }
        return {lead_id: self._vault.index(id_number_key(str(number))) for lead_id, number in numbers.items() if number}
