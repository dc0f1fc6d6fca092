"""Chooses and joins the concrete parts: adapters, rooms, listeners, jobs, processes. No other package names them.

Each part is imported when it is first used: a process that runs a job needs neither the web nor the engine.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from callcenter.bootstrap.job_handlers import job_handlers, run_job
    from callcenter.bootstrap.parts import ALL_PARTS, Part
    from callcenter.bootstrap.processes import engine, running, serve, start_logging
    from callcenter.bootstrap.scheduled import scheduled_tasks
    from callcenter.bootstrap.supervising import supervise
    from callcenter.bootstrap.system import System, build
    from callcenter.bootstrap.verifier import Verifier, verifying
    from callcenter.bootstrap.web import application

__all__ = [
    "ALL_PARTS",
    "Part",
    "System",
    "Verifier",
    "application",
    "build",
    "engine",
    "job_handlers",
    "run_job",
    "running",
    "scheduled_tasks",
    "serve",
    "start_logging",
    "supervise",
    "verifying",
]

_MODULES = {
    "ALL_PARTS": "parts",
    "Part": "parts",
    "System": "system",
    "Verifier": "verifier",
    "application": "web",
    "build": "system",
    "engine": "processes",
    "job_handlers": "job_handlers",
    "run_job": "job_handlers",
    "running": "processes",
    "scheduled_tasks": "scheduled",
    "serve": "processes",
    "start_logging": "processes",
    "supervise": "supervising",
    "verifying": "verifier",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
