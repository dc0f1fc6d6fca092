"""Collects the job handlers of all rooms, and runs a job."""

from collections.abc import Mapping

from callcenter.bootstrap.system import System
from callcenter.kit.jobs import JobHandler, perform


def job_handlers(system: System) -> Mapping[str, JobHandler]:
    """Returns job kind → job handler. A room with job handlers returns them by ``job_handlers(works)``."""
    works = system.works
    audit = (system.checks, system.certifying, system.resealing)
    recordings = (system.pack_maker, system.destruction)
    data = (system.intake, system.delivery_import, system.classes, system.ledger, system.id_numbers)
    return {
        kind: job_handler
        for room in (*data, *audit, *recordings)
        for kind, job_handler in room.job_handlers(works).items()
    }


async def run_job(system: System, job_id: int) -> None:
    """Runs one job in this process."""
    await perform(system.works, system.settings.database_url.get_secret_value(), job_handlers(system), job_id)
