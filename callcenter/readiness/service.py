"""Joins the room's services; each use case has a file of its own."""

from dataclasses import dataclass

from callcenter.readiness.first_run import FirstRunService
from callcenter.readiness.starting import StartService


@dataclass(frozen=True, slots=True)
class ReadinessServices:
    """The services of this room that the interface and commands use."""

    starts: StartService
    first_run: FirstRunService
