"""The data folder of one local system: where everything lies, and that only one system uses it."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

MARK: Final = "tillday-data"
PRIVATE: Final = 0o700
# Others may pass, not look: PostgreSQL runs as another account where root starts it.
PASSAGE: Final = 0o711


class FolderUnusable(Exception):
    """The data folder cannot be used; the text says why and what to do."""


class DataFolder:
    """Paths and secrets below one root. `claim` first; `release` last."""

    def __init__(self, root: Path, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self.root = root.absolute()
        self.logs = self.root / "logs"
        self.secrets = self.root / "secrets"
        self.handed = self.root / "handed"
        self.broker = self.root / "broker"
        self.database = self.root / "database"
        self.ports = self.root / "ports.json"
        self._random_bytes = random_bytes
        self._lock: int | None = None

    def terminal(self, code: str) -> Path:
        """A terminal's own folder: enrolment, journal, anchor."""
        return self.root / "terminals" / code

    @property
    def broker_ca(self) -> Path:
        """The authority that signs the embedded broker's certificate; no secret."""
        return self.broker / "tls" / "ca.pem"

    def device(self, code: str) -> Path:
        """Where a terminal's virtual printer and drawer keep their tape and coins: beside the journal."""
        return self.terminal(code)

    def claim(self, *, fresh: bool = False) -> None:
        """Make the folder and take it for this process; raises FolderUnusable. `fresh` empties it first."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._refuse_foreign()
            self._take_lock()
            if fresh:
                self._empty()
            (self.root / MARK).touch()
            self.root.chmod(PASSAGE)
            terminals = self.root / "terminals"
            for part in (self.logs, self.secrets, self.handed, self.broker, terminals, self.database):
                part.mkdir(exist_ok=True)
                part.chmod(PASSAGE if part == self.database else PRIVATE)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FolderUnusable(f"cannot use {self.root}: {reason}. Choose another with --data") from None

    def release(self) -> None:
        """Let another process have the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def secret(self, name: str) -> str:
        """256 random bits in hex, made at the first call and kept in a file that only its owner reads."""
        path = self.secrets / name
        if not path.exists():
            replace_private(path, self._random_bytes(32).hex())
        return path.read_text(encoding="ascii").strip()

    def hand(self, name: str, secrets: Mapping[str, str]) -> Path:
        """Return the folder in which a part finds its secrets as files, named like its settings.

        Files, since a process's environment is seen by more programs than the process.
        """
        folder = self.handed / name
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        for setting, secret in secrets.items():
            replace_private(folder / f"tillday_{setting}", secret)
        return folder

    def _refuse_foreign(self) -> None:
        inhabited = any(self.root.iterdir())
        if inhabited and not (self.root / MARK).exists():
            raise FolderUnusable(f"{self.root} holds other things; choose an empty or new folder with --data")

    def _take_lock(self) -> None:
        self._lock = os.open(self.root / MARK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise FolderUnusable(
                f"another Tillday runs on {self.root}; stop it first, or choose another folder with --data"
            ) from None

    def _empty(self) -> None:
        for entry in self.root.iterdir():
            if entry.name == MARK:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text)


def replace_private(path: Path, text: str) -> None:
    """Replace a private file as a whole; a reader sees the old or the new one, never half."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    write_private(fresh, text)
    fresh.replace(path)
