"""Commands of terminals: ordered once, finished once."""

from dataclasses import astuple
from datetime import datetime
from typing import Final

from service_kit.database import Connection
from store_service.domain.commands import TerminalCommand
from tillday_contracts.command_messages import CommandFinished

ADD_COMMAND: Final = """
    INSERT INTO terminal_command (command_id, store, terminal, kind, document, ordered_by, ordered_at,
                                  not_after, rev, finished_at, outcome, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (command_id) DO NOTHING
"""
READ_OPEN: Final = """
    SELECT command_id, store, terminal, kind, document, ordered_by, ordered_at, not_after, rev,
           finished_at, outcome, reason
      FROM terminal_command
     WHERE store = $1 AND terminal = $2 AND finished_at IS NULL AND not_after >= $3
"""
SET_REVISION: Final = """
    UPDATE terminal_command
       SET rev = $2
     WHERE command_id = $1 AND rev IS NULL
"""
FINISH_COMMAND: Final = """
    UPDATE terminal_command
       SET finished_at = $4, outcome = $5, reason = $6
     WHERE command_id = $1 AND store = $2 AND terminal = $3 AND finished_at IS NULL
"""
READ_NEWEST: Final = """
    SELECT command_id, store, terminal, kind, document, ordered_by, ordered_at, not_after, rev,
           finished_at, outcome, reason
      FROM terminal_command
     WHERE store = $1
     ORDER BY ordered_at DESC, command_id
     LIMIT $2
"""
READ_HELD: Final = "SELECT terminal, desired_rev FROM terminal_contact WHERE store = $1"
MOST_SHOWN: Final = 100


async def add_command(connection: Connection, command: TerminalCommand) -> None:
    """Add a command; one that is there stays as it is."""
    await connection.execute(ADD_COMMAND, *astuple(command))


async def set_revision(connection: Connection, command_id: str, rev: int) -> None:
    """Note the revision of the desired state in which a command stood first."""
    await connection.execute(SET_REVISION, command_id, rev)


async def read_open_commands(
    connection: Connection, store: str, terminal: str, *, at: datetime
) -> list[TerminalCommand]:
    """Read what a terminal is still to obey."""
    return [TerminalCommand(**row) for row in await connection.fetch(READ_OPEN, store, terminal, at)]


async def finish_command(connection: Connection, told: CommandFinished) -> None:
    """Note how a command of this terminal went; one that is finished stays as it is."""
    ended = (told.occurred_at, told.outcome, told.reason)
    await connection.execute(FINISH_COMMAND, told.command_id, told.store, told.terminal, *ended)


async def read_newest_commands(connection: Connection, store: str) -> list[TerminalCommand]:
    """Read a store's newest commands, newest first."""
    return [TerminalCommand(**row) for row in await connection.fetch(READ_NEWEST, store, MOST_SHOWN)]


async def read_held_revisions(connection: Connection, store: str) -> dict[str, int | None]:
    """Read which desired state each terminal said it holds."""
    return {row["terminal"]: row["desired_rev"] for row in await connection.fetch(READ_HELD, store)}
