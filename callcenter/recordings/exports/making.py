"""Runs the job that makes the pack of an approved export and puts it under lock until its link expires."""

import asyncio
import hashlib
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from callcenter.campaigns.service import CampaignService
from callcenter.kit.clock import business_date
from callcenter.kit.jobs import JobCard, JobHandler, Report
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.service import PeopleService
from callcenter.recordings import repository as recordings
from callcenter.recordings.exports import repository
from callcenter.recordings.exports.errors import ExportNotFound
from callcenter.recordings.exports.models import RecordingExport
from callcenter.recordings.exports.packing import instant, write_pack
from callcenter.recordings.exports.rules import refusal
from callcenter.recordings.exports.service import PACK_KIND, ExportService
from callcenter.recordings.exports.signing import Signer
from callcenter.recordings.exports.transitions import EXPORT, ExportFact
from callcenter.recordings.exports.types import ExportFacts, ExportState, Purpose
from callcenter.recordings.models import Recording
from callcenter.storage.port import ObjectDamaged, ObjectStore
from recordings_policy import Particular, Policy

CONTENT_TYPE = "application/zip"


class PackMaker:
    """Makes packs. A job that is started again finds its row packed, or makes the same pack again."""

    def __init__(
        self,
        exports: ExportService,
        people: PeopleService,
        campaigns: CampaignService,
        store: ObjectStore,
        policy: Policy,
        signer: Signer,
    ) -> None:
        self._exports = exports
        self._people = people
        self._campaigns = campaigns
        self._store = store
        self._policy = policy
        self._signer = signer

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns job kind → job handler."""

        async def perform(job: JobCard, report: Report) -> Mapping[str, Any]:
            await report(0)
            return await self._make(works, job, int(job.params["export_id"]))

        return {PACK_KIND: perform}

    async def _make(self, works: Works, job: JobCard, export_id: int) -> Mapping[str, Any]:
        async with works.begin(job.actor) as work:
            export = await repository.lock(work, export_id)
            if export is None:
                raise ExportNotFound(f"there is no export {export_id}")
            if export.state is not ExportState.APPROVED:
                return {"export_id": export_id, "sha256": export.sha256 or ""}
            facts = await self._exports.facts(work, export.call_id, export.purpose, export.number)
            if refused := refusal(facts):
                await self._exports.mark_forbidden(work, export_id, refused)
                return {"export_id": export_id, "sha256": ""}
            recording = await recordings.find(work, export.call_id)
            assert recording is not None
            particulars = await self._particulars(work, recording, facts)
            about = self._about(export, recording)
            until = work.now + timedelta(days=self._policy.export_link_days)
        with tempfile.TemporaryDirectory(prefix="pack-") as folder:
            audio, pack = Path(folder) / "audio", Path(folder) / "pack.zip"
            await self._fetch(recording, audio)
            sha256 = await asyncio.to_thread(write_pack, pack, audio, particulars, about, self._signer)
            key = f"exports/{business_date(export.requested_at):%Y/%m/%d}/{export_id}.zip"
            held = await self._store.put(key, pack, sha256=sha256, retain_until=until, content_type=CONTENT_TYPE)
        async with works.begin(job.actor) as work:
            export = await repository.lock(work, export_id)
            if export is not None and EXPORT.move(export, ExportFact.PACKED) is not None:
                export.object_key, export.version_id = held.key, held.version_id
                export.sha256, export.size_bytes, export.expires_at = sha256, held.size, held.retain_until or until
                noted = {"sha256": sha256, "size": held.size}
                await work.announce(Noted("recordings.export_packed", f"recording_export:{export_id}", noted))
        return {"export_id": export_id, "sha256": sha256}

    async def _fetch(self, recording: Recording, target: Path) -> None:
        """Reads the audio from the store and compares its hash. Raises ObjectDamaged."""
        digest = hashlib.sha256()
        with target.open("wb") as file:
            async for chunk in await self._store.get(recording.object_key or "", recording.version_id):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != recording.sha256:
            raise ObjectDamaged(f"{recording.object_key} was read with another hash: nothing is given out")

    async def _particulars(self, work: Work, recording: Recording, facts: ExportFacts) -> dict[str, Any]:
        """Returns what the policy allows to be given out beside the audio; never who the customer is."""
        staff = (await self._people.cards(work, {recording.agent_id} if recording.agent_id else set())).values()
        campaigns = {one.campaign_id: one.name for one in await self._campaigns.list(work)}
        policy = facts.policy
        known: dict[Particular, Any] = {
            Particular.POLICY_NUMBER: policy.number if policy else None,
            Particular.ISSUED_ON: policy.issued_on.isoformat() if policy and policy.issued_on else None,
            Particular.CALLED_AT: instant(recording.answered_at or recording.armed_at),
            Particular.ENDED_AT: instant(recording.ended_at),
            Particular.LENGTH_MS: recording.duration_ms,
            Particular.CAMPAIGN: campaigns.get(recording.campaign_id or 0),
            Particular.AGENT_LICENCE: next((one.licence_number for one in staff), None),
        }
        of_policy = {Particular.POLICY_NUMBER, Particular.ISSUED_ON}
        left_out = set() if facts.purpose is Purpose.INSURER else of_policy
        return {one.value: known[one] for one in self._policy.export_particulars if one not in left_out}

    def _about(self, export: RecordingExport, recording: Recording) -> dict[str, Any]:
        return {
            "export": export.id,
            "call": str(export.call_id),
            "purpose": export.purpose.value,
            "request_number": export.number or None,
            "requested_at": instant(export.requested_at),
            "approved_at": instant(export.decided_at),
            "recorded_sha256": recording.sha256,
            "policy_version": self._policy.version,
        }
