"""Collects the job handlers of all rooms."""

from collections.abc import Mapping

from callcenter.bootstrap.system import System
from callcenter.kit.jobs import JobHandler


def job_handlers(system: System) -> Mapping[str, JobHandler]:
    """Returns job kind → job handler. A room with job handlers returns them by ``job_handlers(works)``."""
    works = system.works
    return {
        kind: job_handler
        for room in (system.intake, system.delivery_import, system.classes, system.ledger)
        for kind, job_handler in room.job_handlers(works).items()
    }
