"""Programs that tests need and no package of Python holds: unpacked from Debian's packages, without root."""

import shutil
import subprocess
from pathlib import Path

from callcenter.embedded.process import cache_dir


def program(package: str, path: str) -> Path:
    """Returns a program of a package, as the machine has it, or as it was unpacked into the cache."""
    if installed := shutil.which(Path(path).name):
        return Path(installed)
    folder = cache_dir() / "programs" / package
    if not (folder / path).exists():
        part = folder.with_name(f"{package}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _run("apt-get", "-q", "download", package, folder=part)
        [archive] = part.glob("*.deb")
        _run("dpkg-deb", "--extract", archive.name, ".", folder=part)
        archive.unlink()
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    return folder / path


def _run(*command: str, folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr or done.stdout}"
