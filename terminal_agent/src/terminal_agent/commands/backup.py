"""A terminal's journal into a file and back. What is replaced is kept beside it, never deleted."""

import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from terminal_agent import __version__
from terminal_agent.commands.journal_copy import copy_journal, verdict_on
from terminal_agent.enrolment import identity_of
from terminal_agent.journal.lock import FolderLock
from terminal_agent.journal.opening import JOURNAL_FILE
from tillday_contracts.enrolment import EnrolmentBundle

CONTENTS: Final = "contents.json"
_KIND: Final = "tillday-terminal-backup"
_FOLLOWERS: Final = ("", "-wal", "-shm")
_NO_ANCHOR: Final = Path("/nonexistent/anchor")


class BackupRefused(Exception):
    """Nothing was changed; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup says of itself; it holds no secret."""

    store: str
    terminal: str
    made_at: str
    version: str
    epoch: str
    head_seq: int
    kind: str = _KIND


async def back_up(folder: Path, bundle: EnrolmentBundle, target: Path, now: datetime) -> Contents:
    """Write a verified copy of the journal to `target`, readable by its owner alone.

    Raises BackupRefused where there is a file already or the journal is damaged, JournalError, OSError.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists: name another file, a backup never replaces one")
    with _room(target.absolute().parent) as room:
        copy = room / JOURNAL_FILE
        copy_journal(folder, copy)
        found = await verdict_on(copy, identity_of(bundle), _NO_ANCHOR)
        if found.state != "sound" or found.head is None:
            raise BackupRefused(f"The journal is not sound ({found.text or found.state}): call support")
        contents = Contents(
            bundle.store, bundle.terminal, now.isoformat(), __version__, found.head.epoch, found.head.seq
        )
        (room / CONTENTS).write_text(json.dumps(asdict(contents)), encoding="utf-8")
        _pack(room, (CONTENTS, JOURNAL_FILE), target)
    return contents


def _pack(room: Path, names: tuple[str, ...], target: Path) -> None:
    draft = room / "draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name in names:
            archive.add(room / name, name)
    _on_disk(draft)
    draft.replace(target)


def _on_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


async def restore(folder: Path, bundle: EnrolmentBundle, source: Path, now: datetime) -> Contents:
    """Put a backup's journal in place of the one that is there, which is kept beside it.

    The anchor stays: by it the agent sees at its next start that entries are missing and goes on in a new
    epoch. Raises BackupRefused, JournalInUse while the agent runs, JournalError, OSError.
    """
    lock = FolderLock.take(folder)
    try:
        with _room(folder) as room:
            contents = _unpack(source, room)
            if (contents.store, contents.terminal) != (bundle.store, bundle.terminal):
                raise BackupRefused(
                    f"{source} is of terminal {contents.terminal} of store {contents.store}, this is "
                    f"{bundle.terminal} of {bundle.store}: take a backup of this terminal"
                )
            found = await verdict_on(room / JOURNAL_FILE, identity_of(bundle), _NO_ANCHOR)
            if found.state != "sound":
                raise BackupRefused(f"The journal in {source} is not sound ({found.text or found.state})")
            _replace(folder, room / JOURNAL_FILE, now)
    finally:
        lock.release()
    return contents


def _unpack(source: Path, room: Path) -> Contents:
    try:
        with tarfile.open(source) as archive:
            for name in (CONTENTS, JOURNAL_FILE):
                member = archive.extractfile(name)
                if member is None:
                    raise KeyError(name)
                (room / name).write_bytes(member.read())
        found = Contents(**json.loads((room / CONTENTS).read_bytes()))
    except FileNotFoundError:
        raise BackupRefused(f"{source} is not there") from None
    except (tarfile.TarError, KeyError, TypeError, ValueError):
        raise BackupRefused(f"{source} is no backup of a terminal") from None
    if found.kind != _KIND:
        raise BackupRefused(f"{source} is no backup of a terminal")
    return found


def _replace(folder: Path, fresh: Path, now: datetime) -> None:
    _on_disk(fresh)
    mark = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for follower in _FOLLOWERS:
        old = folder / f"{JOURNAL_FILE}{follower}"
        if old.exists():
            old.rename(folder / f"replaced-{mark}-{old.name}")
    fresh.rename(folder / JOURNAL_FILE)


@contextmanager
def _room(parent: Path) -> Iterator[Path]:
    """A folder of its own on the same disk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".tillday-", dir=parent) as room:
        yield Path(room)
