"""Stores and their settings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from service_kit.database import Connection
from store_service.domain.revisions import next_revision
from tillday_contracts.ids import PersonId
from tillday_contracts.store_messages import SettingsChange
from tillday_contracts.wishes import Revision, Settings, SettingsContent, seal_settings

ADD_STORE: Final = "INSERT INTO store (store) VALUES ($1) ON CONFLICT DO NOTHING RETURNING store"
LOCK_STORE: Final = """
    SELECT store, people_rev, catalogue_rev
      FROM store
     WHERE store = $1
       FOR UPDATE
"""
READ_STORE: Final = "SELECT store, people_rev, catalogue_rev FROM store WHERE store = $1"
RAISE_PEOPLE: Final = "UPDATE store SET people_rev = people_rev + 1 WHERE store = $1 RETURNING people_rev"
RAISE_CATALOGUE: Final = (
    "UPDATE store SET catalogue_rev = catalogue_rev + 1 WHERE store = $1 RETURNING catalogue_rev"
)
READ_SETTINGS: Final = "SELECT rev, digest, content FROM settings WHERE store = $1"
SAVE_SETTINGS: Final = """
    INSERT INTO settings (store, rev, digest, content)
    VALUES ($1, $2, $3, $4)
        ON CONFLICT (store) DO UPDATE
       SET rev = excluded.rev, digest = excluded.digest, content = excluded.content
"""
ADD_REVISION: Final = """
    INSERT INTO settings_revision (store, rev, content, changed_at, changed_by)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
"""
READ_REVISION: Final = "SELECT content FROM settings_revision WHERE store = $1 AND rev = $2"
READ_REVISIONS: Final = """
    SELECT rev, changed_at, changed_by
      FROM settings_revision
     WHERE store = $1
     ORDER BY rev DESC
     LIMIT $2
"""
FORGET_SETTINGS_PUBLISHED: Final = "UPDATE settings SET published_rev = 0 WHERE store = $1"
READ_STORE_CODES: Final = "SELECT store FROM store ORDER BY store"


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store and the revisions of its people and catalogue."""

    store: str
    people_rev: int
    catalogue_rev: int


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a store's settings, and when."""

    by: PersonId
    at: datetime


async def lock_store(connection: Connection, store: str) -> StoreRow | None:
    """Lock a store until the transaction ends: the first lock of everything that changes one."""
    return _row(await connection.fetchrow(LOCK_STORE, store))


async def read_store(connection: Connection, store: str) -> StoreRow | None:
    """Read a store."""
    return _row(await connection.fetchrow(READ_STORE, store))


async def read_store_codes(connection: Connection) -> list[str]:
    """Read every store's code."""
    return [row["store"] for row in await connection.fetch(READ_STORE_CODES)]


async def add_store(connection: Connection, store: str) -> bool:
    """Add a store unless it is there; returns whether it is new."""
    return await connection.fetchval(ADD_STORE, store) is not None


async def raise_people(connection: Connection, store: str) -> int:
    """Count a change of the store's people; returns the new revision."""
    return int(await connection.fetchval(RAISE_PEOPLE, store))


async def raise_catalogue(connection: Connection, store: str) -> int:
    """Count a change of the store's catalogue; returns the new revision."""
    return int(await connection.fetchval(RAISE_CATALOGUE, store))


async def read_settings(connection: Connection, store: str) -> Settings | None:
    """Read a store's settings with their revision and digest."""
    row = await connection.fetchrow(READ_SETTINGS, store)
    if row is None:
        return None
    content = SettingsContent.model_validate_json(row["content"])
    return Settings.model_validate({**content.model_dump(), "rev": row["rev"], "digest": row["digest"]})


async def save_settings(
    connection: Connection, content: SettingsContent, change: Change, *, at_least: int = 0
) -> Revision:
    """Save settings under the next revision; the same content keeps its own.

    `at_least` is for a terminal that holds a higher revision than ours.
    """
    before = await read_settings(connection, content.store)
    digest = None if before is None else before.digest
    rev = 0 if before is None else before.rev
    sealed = seal_settings(content, rev)
    rev = max(next_revision(rev, digest=digest, new_digest=sealed.digest), at_least)
    body = content.model_dump_json()
    await connection.execute(SAVE_SETTINGS, content.store, rev, sealed.digest, body)
    await connection.execute(ADD_REVISION, content.store, rev, body, change.at, change.by)
    return Revision(rev=rev, digest=sealed.digest)


async def read_former_settings(connection: Connection, store: str, rev: int) -> SettingsContent | None:
    """Read a store's settings as they were at a revision."""
    content = await connection.fetchval(READ_REVISION, store, rev)
    return None if content is None else SettingsContent.model_validate_json(content)


async def read_history(connection: Connection, store: str, *, most: int) -> tuple[SettingsChange, ...]:
    """Read who changed a store's settings and when, newest first."""
    rows = await connection.fetch(READ_REVISIONS, store, most)
    return tuple(
        SettingsChange(revision=row["rev"], changed_at=row["changed_at"], by=row["changed_by"])
        for row in rows
    )


async def publish_settings_again(connection: Connection, store: str) -> None:
    """Let the writer of retained state publish the settings again."""
    await connection.execute(FORGET_SETTINGS_PUBLISHED, store)


def _row(row: asyncpg.Record | None) -> StoreRow | None:
    return None if row is None else StoreRow(row["store"], row["people_rev"], row["catalogue_rev"])
