"""Chromium for the tests of the screens: the system's, else brought by whatever can bring it here."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
APT: Final = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
NEEDS_OF_THE_DRIVER: Final = [
    [*APT, "update"],
    [*APT, "install", "-y", "--no-install-recommends", "libatomic1"],
]
PLAYWRIGHTS_OWN: Final = "ms-playwright/chromium-*/chrome-linux*/chrome"
LONGEST_SECONDS: Final = 600


@cache
def chromium() -> str | None:
    """Return the path of a Chromium, installed now where there is none; None where that cannot be.

    One process at a time installs; a second one then finds what the first brought. None too where the
    program that drives the browser does not start.
    """
    with (Path(tempfile.gettempdir()) / f"tillday-chromium-{os.geteuid()}.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not _has_driver():
            return None
        if found := _found():
            return found
        for commands in _installers():
            if _succeeds_all(commands) and (found := _found()):
                return found
    return None


def _found() -> str | None:
    for name in NAMES:
        if path := shutil.which(name):
            return path
    cache_folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return next((str(path) for path in sorted(cache_folder.glob(PLAYWRIGHTS_OWN))), None)


def _installers() -> list[list[list[str]]]:
    """Ways to bring it, the system's own first; each is a list of commands."""
    ways = []
    if _may_install() and not _is_ubuntu():  # there the package of that name only points to another store
        install = [*APT, "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
        ways.append([[*APT, "update"], install])
    own = [
        sys.executable,
        "-m",
        "playwright",
        "install",
        *(["--with-deps"] if _may_install() else []),
        "chromium",
    ]
    return [*ways, [own]]


def _has_driver() -> bool:
    """Whether the driver starts; its Node.js needs a library that the smallest systems lack."""
    version = [sys.executable, "-m", "playwright", "--version"]
    if _succeeds(version):
        return True
    return _may_install() and _succeeds_all([*NEEDS_OF_THE_DRIVER, version])


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _is_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu" in release.read_text().splitlines()


def _succeeds_all(commands: list[list[str]]) -> bool:
    return all(_succeeds(command) for command in commands)


def _succeeds(command: list[str]) -> bool:
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0
