"""Enrolling a folder's terminal: an invitation is redeemed once; what it gave stands beside the journal."""

import asyncio
import secrets
from pathlib import Path
from typing import Final

from terminal_agent.enrolment import (
    ENROLMENT_FILE,
    INVITATION_FILE,
    NotEnrolled,
    held_keys,
    place_bundle,
    read_bundle,
    read_invitation,
    write_private,
)
from terminal_agent.link.enrolling import redeem
from tillday_contracts.enrolment import EnrolmentBundle, HeldKeys

ATTEMPT_FILE: Final = "enrolment-attempt"


def enrol(folder: Path, invitation: Path) -> EnrolmentBundle:
    """Redeem an invitation for this folder. Raises NotEnrolled."""
    bundle = asyncio.run(redeem(read_invitation(invitation), _attempt(folder), _held(folder)))
    place_bundle(bundle, folder)
    (folder / ATTEMPT_FILE).unlink()
    return bundle


def take_waiting(folder: Path) -> str | None:
    """Redeem the invitation that waits in the folder, if one does; returns why it failed.

    A terminal that is enrolled already sells on then. Raises NotEnrolled for one that is not.
    """
    waiting = folder / INVITATION_FILE
    if not waiting.exists():
        return None
    trouble = None
    try:
        enrol(folder, waiting)
    except NotEnrolled as error:
        if not (folder / ENROLMENT_FILE).exists():
            raise
        trouble = str(error)
    waiting.unlink()
    return trouble


def _held(folder: Path) -> HeldKeys | None:
    """Return the keys of the journal that this folder holds already."""
    path = folder / ENROLMENT_FILE
    return held_keys(read_bundle(path)) if path.exists() else None


def _attempt(folder: Path) -> str:
    """The name of this attempt, the same after a power cut: its answer is given again to nobody else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / ATTEMPT_FILE
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()
