"""The command that names what is wrong: doctor."""

import typer

from callcenter.cli.installing import Env, Json
from callcenter.cli.running import app, console, read_from, show


@app.command()
def doctor(env: Env = None, as_machine: Json = False) -> None:
    """Names what is wrong with settings, machine, servers, switch, carrier and the running system, and what to do.

    Run it on each machine of the installation; it answers within ten seconds and works when nothing runs. It leaves
    one object of five bytes in the store, locked for a minute. Exit code 1: something keeps calls from being placed.
    """
    from callcenter.checkup.report import as_json, render
    from callcenter.checkup.service import examine
    from callcenter.doctor.types import Severity
    from callcenter.kit.log import set_up_logging

    read_from(env)
    set_up_logging(level="CRITICAL")  # what fails is a finding
    diagnosis = examine()
    if as_machine:
        show(as_json(diagnosis), as_machine=True)
    else:
        render(diagnosis, console)
    raise typer.Exit(1 if any(fault.severity is Severity.STOPS for fault in diagnosis.faults) else 0)
