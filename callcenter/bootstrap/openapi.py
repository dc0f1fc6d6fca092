"""Writes the OpenAPI description of the application to standard output: ``python -m callcenter.bootstrap.openapi``.

Neither a server nor a database is needed: the application is built and never started. The settings below replace those
of a real process and do not appear in the description.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from callcenter.bootstrap.system import build
from callcenter.bootstrap.web import application
from callcenter.kit.clock import SystemClock
from callcenter.kit.config import CoreSettings
from callcenter.storage.memory import MemoryStore
from callcenter.telephony.settings import SwitchSettings

_KEY = base64.b64encode(bytes(range(32))).decode()


def description() -> dict[str, Any]:
    """Returns the OpenAPI document of the HTTP application."""
    settings = CoreSettings(
        database_url=SecretStr("postgresql://nobody@localhost/none"),
        field_keys=SecretStr(f"none:{_KEY}"),
        index_key=SecretStr(_KEY),
        rehearsal=False,
    )
    switch = SwitchSettings(ami_secret=SecretStr("none"), phone_secret=SecretStr("none needed"), spool_dir=Path("var"))
    return application(build(settings, switch=switch, store=MemoryStore(SystemClock()))).openapi()


if __name__ == "__main__":
    json.dump(description(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
