"""A part without a process is named to the monitor and to the administrator, and the web stays in service."""

from typing import Any

import pytest

from callcenter.bootstrap import Part, running
from callcenter.bootstrap.web import application
from tests.scenarios.conftest import PASSWORD, Stage
from tests.support.browser import browser_of, log_in
from tests.support.waiting import eventually

pytestmark = pytest.mark.simulation(robots=1, customers=1)


async def test_a_missing_part_is_named_and_the_web_stays_in_service(stage: Stage) -> None:
    await stage.start({Part.WEB, Part.ENGINE, Part.OFFICE})
    async with browser_of(application(stage.system), base_url="https://127.0.0.1") as browser:

        async def readiness(missing: int) -> dict[str, Any] | None:
            answer = await browser.get("/readyz")
            shown: dict[str, Any] = answer.json()
            return shown if answer.status_code == 200 and len(shown["missing"]) == missing else None

        shown = await eventually(lambda: readiness(1), 30)
        assert shown["ready"] is True
        assert "no recorder works for switch n1" in shown["missing"][0]
        assert {(part["part"], part["node"], part["running"]) for part in shown["parts"]} == {
            ("engine", "n1", True),
            ("recorder", "n1", False),
            ("office", None, True),
            ("web", None, True),
        }
        assert (await log_in(browser, "admin", PASSWORD)).status_code == 200
        listed = (await browser.get("/api/v1/parts")).json()
        assert [one["part"] for one in listed if not one["running"]] == ["recorder"]

        async with running(stage.build_system(), {Part.RECORDER}):  # another process
            await eventually(lambda: readiness(0), 30)
