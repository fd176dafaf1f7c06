"""The desired state of each terminal, and what of the retained state is still to be published."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg

from service_kit.database import Connection
from store_service.domain.revisions import next_revision
from tillday_contracts.journal import canonical
from tillday_contracts.topics import TerminalAddress, settings_topic
from tillday_contracts.wishes import DesiredContent, Revision, seal_desired

WAKE_CHANNEL: Final = "store_work"

READ_DESIRED: Final = """
    SELECT rev, digest, content, closing_asked_rev
      FROM desired
     WHERE store = $1 AND terminal = $2
"""
SAVE_DESIRED: Final = """
    INSERT INTO desired (store, terminal, rev, digest, content, closing_asked_rev)
    VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (store, terminal) DO UPDATE
       SET rev = excluded.rev,
           digest = excluded.digest,
           content = excluded.content,
           closing_asked_rev = excluded.closing_asked_rev
"""
RAISE_DESIRED: Final = "UPDATE desired SET rev = $3 WHERE store = $1 AND terminal = $2"
FORGET_PUBLISHED: Final = "UPDATE desired SET published_rev = 0 WHERE store = $1 AND terminal = $2"
READ_DESIRED_TO_PUBLISH: Final = """
    SELECT store, terminal, rev, digest, content
      FROM desired
     WHERE $1 OR published_rev < rev
     ORDER BY store, terminal
"""
READ_SETTINGS_TO_PUBLISH: Final = """
    SELECT store, NULL AS terminal, rev, digest, content
      FROM settings
     WHERE $1 OR published_rev < rev
     ORDER BY store
"""
MARK_DESIRED: Final = """
    UPDATE desired
       SET published_rev = $3
     WHERE store = $1 AND terminal = $2 AND published_rev < $3
"""
MARK_SETTINGS: Final = "UPDATE settings SET published_rev = $2 WHERE store = $1 AND published_rev < $2"
WAKE: Final = "SELECT pg_notify($1, '')"


@dataclass(frozen=True, slots=True)
class DesiredRow:
    """A terminal's desired state as it was last saved."""

    revision: Revision
    content: DesiredContent
    closing_asked_rev: int | None


@dataclass(frozen=True, slots=True)
class Retained:
    """One retained message, and how it is marked as published. `terminal` is None for settings."""

    topic: str
    body: bytes
    store: str
    terminal: str | None
    rev: int


async def read_desired(connection: Connection, store: str, terminal: str) -> DesiredRow | None:
    """Read a terminal's desired state."""
    row = await connection.fetchrow(READ_DESIRED, store, terminal)
    if row is None:
        return None
    revision = Revision(rev=row["rev"], digest=row["digest"])
    return DesiredRow(revision, DesiredContent.model_validate_json(row["content"]), row["closing_asked_rev"])


async def save_desired(connection: Connection, store: str, terminal: str, content: DesiredContent) -> int:
    """Save a terminal's desired state under the next revision; the same content keeps its own."""
    before = await read_desired(connection, store, terminal)
    digest = seal_desired(content, 0).digest
    if before is not None and before.revision.digest == digest:
        return before.revision.rev
    held = (0, None) if before is None else (before.revision.rev, before.revision.digest)
    rev = next_revision(held[0], digest=held[1], new_digest=digest)
    asked = _closing_asked(before, content, rev)
    await connection.execute(SAVE_DESIRED, store, terminal, rev, digest, content.model_dump_json(), asked)
    return rev


def _closing_asked(before: DesiredRow | None, content: DesiredContent, rev: int) -> int | None:
    if content.closing is None:
        return None
    if before is not None and before.content.closing == content.closing:
        return before.closing_asked_rev
    return rev


async def raise_desired(connection: Connection, store: str, terminal: str, rev: int) -> None:
    """Give the same desired state a higher revision."""
    await connection.execute(RAISE_DESIRED, store, terminal, rev)


async def publish_desired_again(connection: Connection, store: str, terminal: str) -> None:
    """Let the writer of retained state publish a terminal's desired state again."""
    await connection.execute(FORGET_PUBLISHED, store, terminal)


async def wake(connection: Connection) -> None:
    """Wake the writer of retained state and whoever carries on days, when this transaction commits."""
    await connection.execute(WAKE, WAKE_CHANNEL)


async def read_retained(connection: Connection, *, everything: bool) -> list[Retained]:
    """Read the retained messages to publish: those that changed, or all of them."""
    settings = await connection.fetch(READ_SETTINGS_TO_PUBLISH, everything)
    desired = await connection.fetch(READ_DESIRED_TO_PUBLISH, everything)
    return [_retained(row) for row in (*settings, *desired)]


async def mark_published(connection: Connection, messages: Sequence[Retained]) -> None:
    """Note which revisions the broker has taken."""
    desired = [(m.store, m.terminal, m.rev) for m in messages if m.terminal is not None]
    await connection.executemany(MARK_DESIRED, desired)
    await connection.executemany(MARK_SETTINGS, [(m.store, m.rev) for m in messages if m.terminal is None])


def _retained(row: asyncpg.Record) -> Retained:
    store, terminal = row["store"], row["terminal"]
    topic = settings_topic(store) if terminal is None else TerminalAddress(store, terminal).topic("desired")
    # The content as it was saved: another version of this program might read it into another digest.
    body = canonical({**json.loads(row["content"]), "v": 1, "rev": row["rev"], "digest": row["digest"]})
    return Retained(topic, body, store, terminal, row["rev"])
