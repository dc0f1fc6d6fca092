"""Chooses and joins the concrete parts: adapters, rooms, listeners, jobs, processes. No other package names them."""

from callcenter.bootstrap.job_handlers import job_handlers
from callcenter.bootstrap.processes import engine, run_job, running, serve, start_logging
from callcenter.bootstrap.scheduled import scheduled_tasks
from callcenter.bootstrap.system import System, build
from callcenter.bootstrap.web import application

__all__ = [
    "System",
    "application",
    "build",
    "engine",
    "job_handlers",
    "run_job",
    "running",
    "scheduled_tasks",
    "serve",
    "start_logging",
]
