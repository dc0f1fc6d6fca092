"""Builds the panels into a wheel or a source distribution that lacks them, or lets the build fail with one sentence."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PanelsHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """Looks for the built panels; a package without them would serve no page."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 — hatchling's
        if version == "editable":
            return
        root = Path(self.root)
        built = root / "callcenter/web/static/index.html"
        if not built.exists():
            _build(root / "callcenter/panels")
        if not built.exists():
            raise RuntimeError(
                f"the panels were built and {built} is not there: look at callcenter/panels/vite.config.ts"
            )


def _build(panels: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or not (panels / "package-lock.json").exists():
        raise RuntimeError(
            "the panels are not built, and a package without them would serve no page: run scripts/setup first, or"
            " install Node with npm so that this build can make them"
        )
    for command in ([npm, "ci", "--no-audit", "--no-fund"], [npm, "exec", "--", "vite", "build", "--logLevel", "warn"]):
        if subprocess.run(command, cwd=panels).returncode:
            raise RuntimeError(f"the panels could not be built ({' '.join(command[1:])}): see the messages above")
