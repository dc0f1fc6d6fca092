"""Builds the panels into a wheel or a source distribution, or lets the build fail with one sentence.

They are built where they are missing, and where they were built from other sources than those beside them.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PanelsHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """Looks for the built panels: a package without them would serve no page, one with old ones the wrong pages."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 — hatchling's
        if version == "editable":
            return
        root = Path(self.root)
        built, panels = root / "callcenter/web/static/index.html", root / "callcenter/panels"
        note, sources = root / "callcenter/web/static/.built", _sources(root)
        if not built.exists():
            _build(panels, "the panels are not built, and a package without them would serve no page")
        elif sources is not None and (not note.exists() or note.read_text().strip() != sources):
            _build(panels, "the panels were built from other sources than those in callcenter/panels")
        if not built.exists():
            raise RuntimeError(
                f"the panels were built and {built} is not there: look at callcenter/panels/vite.config.ts"
            )
        if sources is not None:
            note.write_text(sources)


def _sources(root: Path) -> str | None:
    """Returns the digest of the panels' sources; None in a source distribution, which has only what was built."""
    digest = root / "scripts/panels-digest"
    if not digest.exists() or not (root / "callcenter/panels/package-lock.json").exists():
        return None
    return subprocess.run([str(digest)], check=True, capture_output=True, text=True).stdout.strip()


def _build(panels: Path, why: str) -> None:
    npm = shutil.which("npm")
    if npm is None or not (panels / "package-lock.json").exists():
        raise RuntimeError(f"{why}: run scripts/setup first, or install Node with npm so that this build can make them")
    for command in ([npm, "ci", "--no-audit", "--no-fund"], [npm, "exec", "--", "vite", "build", "--logLevel", "warn"]):
        if subprocess.run(command, cwd=panels).returncode:
            raise RuntimeError(f"the panels could not be built ({' '.join(command[1:])}): see the messages above")
