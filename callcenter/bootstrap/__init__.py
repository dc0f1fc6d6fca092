"""The only place where concrete parts are chosen and joined: adapters, rooms, handlers, jobs, processes."""

from callcenter.bootstrap.house import House, build
from callcenter.bootstrap.jobs import jobs
from callcenter.bootstrap.performers import performers
from callcenter.bootstrap.processes import engine, perform_errand, running, serve, start_logging
from callcenter.bootstrap.web import application

__all__ = [
    "House",
    "application",
    "build",
    "engine",
    "jobs",
    "perform_errand",
    "performers",
    "running",
    "serve",
    "start_logging",
]
