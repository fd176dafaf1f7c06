"""The SQLite file: durable at each commit, or refused. One thread owns it, one transaction at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import aiosqlite

from terminal_agent.journal.failures import JournalBroken, JournalError, failure_of
from terminal_agent.journal.schema import (
    ADD_ANSWER_ENTRY,
    AGE_ANSWERS,
    ANSWER_COLUMNS,
    SCHEMA,
    SCHEMA_VERSION,
)

_FULL = 2


class Database:
    """An open journal file."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open or create the file; refuse one that would lose commits at a power cut. Raises JournalError."""
        try:
            # A file that cannot be opened is found here: the library's thread would outlive its own failure.
            sqlite3.connect(path).close()
        except sqlite3.Error as error:
            raise failure_of(error) from error
        connection = await aiosqlite.connect(path, isolation_level=None)
        try:
            await _prepare(connection)
        except sqlite3.Error as error:
            await connection.close()
            raise failure_of(error) from error
        except JournalError:
            await connection.close()
            raise
        return cls(connection)

    async def close(self) -> None:
        """Close the file, waiting for the transaction that runs."""
        async with self._turn:
            await self._connection.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """All or nothing, on disk when the block has ended. Raises JournalFull or JournalBroken."""
        async with self._turn:
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                await self._connection.execute("COMMIT")
            except BaseException as error:
                await self._roll_back()
                if isinstance(error, sqlite3.Error):
                    raise failure_of(error) from error
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[aiosqlite.Connection]:
        """Read what is committed."""
        async with self._turn:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise failure_of(error) from error

    async def _roll_back(self) -> None:
        if self._connection.in_transaction:
            try:
                await self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise failure_of(error) from error


async def _prepare(connection: aiosqlite.Connection) -> None:
    await connection.execute("PRAGMA busy_timeout = 5000")
    await connection.execute("PRAGMA journal_mode = WAL")
    await connection.execute("PRAGMA synchronous = FULL")
    mode = await _pragma(connection, "PRAGMA journal_mode")
    level = await _pragma(connection, "PRAGMA synchronous")
    if str(mode).lower() != "wal" or level != _FULL:
        raise JournalBroken(
            f"The disk offers journal_mode={mode}, synchronous={level} where WAL and FULL are needed: "
            "a power cut would lose sales. Put the data folder on a local disk."
        )
    version = await _pragma(connection, "PRAGMA user_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise JournalBroken("A newer version of Tillday wrote this journal: install that version again.")
    await connection.executescript(SCHEMA)
    async with connection.execute(ANSWER_COLUMNS) as cursor:
        columns = {str(row[1]) for row in await cursor.fetchall()}
    if "seq" not in columns:
        await connection.executescript(ADD_ANSWER_ENTRY)
    await connection.executescript(AGE_ANSWERS)
    await connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


async def _pragma(connection: aiosqlite.Connection, question: str) -> object:
    async with connection.execute(question) as cursor:
        row = await cursor.fetchone()
    return row[0] if row else None
