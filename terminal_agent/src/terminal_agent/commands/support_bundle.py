"""Everything that support needs to know of a terminal, without a secret, a name or an amount."""

import io
import json
import os
import platform
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from terminal_agent import __version__
from terminal_agent.commands.backup import BackupRefused
from terminal_agent.commands.doctor import Finding
from terminal_agent.commands.journal_copy import open_to_read, waiting
from terminal_agent.commands.shown_settings import shown_settings
from terminal_agent.enrolment import ENROLMENT_FILE, TOKEN_FILE
from terminal_agent.journal.failures import JournalError
from terminal_agent.settings import AgentSettings

HIDDEN: Final = "(hidden)"
_SHORTEST_SECRET: Final = 8
_PUBLIC: Final = frozenset({"v", "store", "terminal", "till", "name", "mqtt_url", "key_id"})
_UNIT: Final = "tillday-agent"
_LOG_LINES: Final = "5000"
_COUNTS: Final = "SELECT type, count(*), sum(acked_at IS NULL) FROM journal GROUP BY type ORDER BY type"
_EPOCHS: Final = """
    SELECT e.epoch, e.reason, max(j.seq) FROM epoch e LEFT JOIN journal j ON j.epoch = e.epoch
     GROUP BY e.ord ORDER BY e.ord
"""


def write_bundle(
    settings: AgentSettings, found: Sequence[Finding], target: Path, *, now: datetime
) -> tuple[str, ...]:
    """Write the bundle, readable by its owner alone, and return the names of its files.

    Raises BackupRefused where there is a file already, OSError.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists: name another file")
    texts = _texts(settings, found, now)
    secrets = secrets_of(settings.data)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, text in texts.items():
            content = hide(text, secrets).encode()
            member = tarfile.TarInfo(f"tillday-support/{name}")
            member.size, member.mtime, member.mode = len(content), int(now.timestamp()), 0o600
            archive.addfile(member, io.BytesIO(content))
    return tuple(texts)


def secrets_of(folder: Path) -> frozenset[str]:
    """Return what no bundle may hold: everything of the enrolment that is not public, and the token."""
    found: set[str] = set()
    with suppress(OSError, ValueError):
        enrolment = json.loads((folder / ENROLMENT_FILE).read_bytes())
        found |= {str(value) for name, value in enrolment.items() if name not in _PUBLIC}
    with suppress(OSError):
        found.add((folder / TOKEN_FILE).read_text(encoding="ascii").strip())
    return frozenset(secret for secret in found if len(secret) >= _SHORTEST_SECRET)


def hide(text: str, secrets: frozenset[str]) -> str:
    """Return the text with each secret replaced, whole or in parts of a line."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _texts(settings: AgentSettings, found: Sequence[Finding], now: datetime) -> Mapping[str, str]:
    system = {
        "made_at": now.isoformat(),
        "tillday": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "free_bytes": shutil.disk_usage(settings.data).free,
        "packages": sorted(f"{one.name} {one.version}" for one in distributions()),
    }
    return {
        "system.json": json.dumps(system, indent=1),
        "settings.json": json.dumps([asdict(one) for one in shown_settings(settings)], indent=1),
        "doctor.json": json.dumps([asdict(one) for one in found], indent=1),
        "journal.json": json.dumps(_journal(settings.data), indent=1),
        "log.txt": _log(),
    }


def _journal(folder: Path) -> dict[str, object]:
    """Counts and positions only: what was sold is not support's business."""
    try:
        with closing(open_to_read(folder)) as connection:
            epochs = connection.execute(_EPOCHS).fetchall()
            counts = connection.execute(_COUNTS).fetchall()
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        left = [asdict(part) for part in waiting(folder)]
    except JournalError as error:
        return {"trouble": str(error)}
    return {
        "schema": version,
        "epochs": [{"epoch": epoch, "reason": reason, "head": head} for epoch, reason, head in epochs],
        "entries": [{"type": kind, "count": count, "waiting": rest} for kind, count, rest in counts],
        "outbox": left,
    }


def _log() -> str:
    command = ["journalctl", "--no-pager", "--unit", _UNIT, "--lines", _LOG_LINES, "--output", "cat"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "There is no system journal on this machine.\n"
