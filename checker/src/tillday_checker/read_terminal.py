"""A terminal's folder read as it lies there: enrolment, journal and paper tape. Nothing is written."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tillday_checker.failures import CannotRead
from tillday_checker.world import HeldEntry, Paper, Terminal

ENROLMENT: Final = "enrolment.json"
JOURNAL: Final = "journal.db"
TAPE: Final = "tape.bin"
_ENTRIES: Final = "SELECT epoch, seq, prev, hash, data, acked_at IS NOT NULL FROM journal ORDER BY rowid"
# The tape's decoder is the terminal's own program; it is started, never imported: deployables stay apart.
_DECODER: Final = ("-m", "terminal_agent.hardware.tape")
_DECODER_SECONDS: Final = 60


def read_terminal(folder: Path) -> Terminal:
    """Return what a terminal's folder holds; raises CannotRead naming what is missing."""
    store, terminal, keys = _enrolment(folder / ENROLMENT)
    entries = tuple(_entries(folder / JOURNAL))
    return Terminal(store, terminal, keys, entries, read_paper(folder / TAPE))


def _enrolment(path: Path) -> tuple[str, str, dict[str, bytes]]:
    """Return store, terminal and every key that the journal was chained with, by its id."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        held = {**content.get("former_keys", {}), content["key_id"]: content["journal_key"]}
        keys = {str(key_id): bytes.fromhex(key) for key_id, key in held.items()}
        return str(content["store"]), str(content["terminal"]), keys
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CannotRead(f"{path} is no enrolment: give the data folder of a terminal agent") from None


def _entries(path: Path) -> Iterator[HeldEntry]:
    with _read_only(path) as connection:
        try:
            for epoch, seq, prev, fingerprint, data, acknowledged in connection.execute(_ENTRIES):
                yield HeldEntry(epoch, seq, prev, fingerprint, bytes(data), bool(acknowledged))
        except sqlite3.Error as error:
            raise CannotRead(f"the journal {path} cannot be read: {error}") from None


@contextmanager
def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
    except sqlite3.Error as error:
        raise CannotRead(f"the journal {path} cannot be opened: {error}") from None
    with closing(connection):
        yield connection


def read_paper(tape: Path) -> tuple[Paper, ...] | None:
    """Return the documents on a tape, None where there is no tape or nobody who can read it."""
    if not tape.is_file():
        return None
    command = [sys.executable, *_DECODER, str(tape)]
    done = subprocess.run(command, capture_output=True, timeout=_DECODER_SECONDS, check=False)
    if done.returncode != 0:
        return None  # a back office that checks its ledger has no terminal programs installed
    documents = json.loads(done.stdout)
    return tuple(
        Paper(tuple(row["text"] for row in document["rows"]), bool(document["complete"]))
        for document in documents
    )
