"""Installs, runs, checks and backs up the call center: setup, switch, serve, rehearse, migrate, staff, import, verify …

Every command ends with exit code 0 when it has done its work, and with 2 when it cannot; the reason is then printed on
standard error in one sentence. Settings come from the environment (CALLCENTER_*). A variable that no part of the system
reads, a wrong value, foreign keys and a database of another release stop every command before it begins.
"""

import callcenter.cli.campaign
import callcenter.cli.checking
import callcenter.cli.daily
import callcenter.cli.installing
import callcenter.cli.lines
import callcenter.cli.operation
import callcenter.cli.policy
import callcenter.cli.safekeeping
import callcenter.cli.staff  # noqa: F401 - with its import its commands are there
from callcenter.cli.running import app as app
from callcenter.cli.running import errors
from callcenter.kit.errors import CannotBeginError, Refusal

app.info.help = __doc__


def main() -> None:
    """Runs the command line; a failure that the operator can remedy ends with one sentence and exit code 2."""
    try:
        app()
    except (CannotBeginError, Refusal) as error:
        errors.print(f"callcenter: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        raise SystemExit(2) from None
