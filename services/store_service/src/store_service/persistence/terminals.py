"""Terminals: what they are wished to be, their secrets, and when they were last heard."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import asyncpg

from service_kit.database import Connection
from store_service.domain.wishes import Terminal
from tillday_contracts.link import Hello
from tillday_contracts.wishes import OwnOpening

READ_TERMINALS: Final = "SELECT * FROM terminal WHERE store = $1 ORDER BY terminal"
READ_SOME: Final = """
    SELECT *
      FROM terminal
     WHERE store = $1 AND (terminal = ANY($2::text[]) OR till = ANY($3::text[]))
     ORDER BY terminal
"""
READ_TERMINAL: Final = "SELECT * FROM terminal WHERE store = $1 AND terminal = $2"
SAVE_TERMINAL: Final = """
    INSERT INTO terminal (store, terminal, till, name, wished, origin,
                          own_opening_epoch, own_opening_seq, turn, added_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (store, terminal) DO UPDATE
       SET till = excluded.till,
           turn = excluded.turn,
           name = excluded.name,
           wished = excluded.wished,
           origin = excluded.origin,
           own_opening_epoch = excluded.own_opening_epoch,
           own_opening_seq = excluded.own_opening_seq
"""
ADD_SECRETS: Final = """
    INSERT INTO terminal_secret (store, terminal, key_id, journal_key, pepper)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (store, terminal) DO NOTHING
"""
READ_SECRETS: Final = """
    SELECT key_id, journal_key, pepper
      FROM terminal_secret
     WHERE store = $1 AND terminal = $2
"""
SAVE_CONTACT: Final = """
    INSERT INTO terminal_contact (store, terminal, heard_at, desired_rev, settings_rev,
                                  effective_date, pending)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (store, terminal) DO UPDATE
       SET heard_at = excluded.heard_at,
           desired_rev = excluded.desired_rev,
           settings_rev = excluded.settings_rev,
           effective_date = excluded.effective_date,
           pending = excluded.pending
"""


@dataclass(frozen=True, slots=True)
class TerminalSecrets:
    """What only the terminal and its services may know: 32 bytes each."""

    key_id: str
    journal_key: bytes = field(repr=False)
    pepper: bytes = field(repr=False)


async def read_terminals(connection: Connection, store: str) -> list[Terminal]:
    """Read a store's terminals, by code."""
    return [_terminal(row) for row in await connection.fetch(READ_TERMINALS, store)]


async def read_some_terminals(
    connection: Connection, store: str, *, terminals: Collection[str], tills: Collection[str]
) -> list[Terminal]:
    """Read those of a store's terminals that have one of these codes or tills, by code."""
    found = await connection.fetch(READ_SOME, store, list(terminals), list(tills))
    return [_terminal(row) for row in found]


async def read_terminal(connection: Connection, store: str, terminal: str) -> Terminal | None:
    """Read one terminal."""
    row = await connection.fetchrow(READ_TERMINAL, store, terminal)
    return None if row is None else _terminal(row)


async def save_terminals(connection: Connection, terminals: Sequence[Terminal], *, at: datetime) -> None:
    """Add or change terminals; two that exchange their tills come together."""
    await connection.executemany(SAVE_TERMINAL, [_columns(terminal, at) for terminal in terminals])


async def add_secrets(
    connection: Connection, store: str, terminal: str, secrets: TerminalSecrets
) -> TerminalSecrets:
    """Give a terminal secrets unless it has some; returns those it has."""
    drawn = (secrets.key_id, secrets.journal_key, secrets.pepper)
    await connection.execute(ADD_SECRETS, store, terminal, *drawn)
    return await read_secrets(connection, store, terminal) or secrets


async def read_secrets(connection: Connection, store: str, terminal: str) -> TerminalSecrets | None:
    """Read a terminal's secrets."""
    row = await connection.fetchrow(READ_SECRETS, store, terminal)
    return None if row is None else TerminalSecrets(row["key_id"], row["journal_key"], row["pepper"])


async def save_contact(
    connection: Connection, store: str, terminal: str, hello: Hello, *, at: datetime
) -> None:
    """Note that a terminal was heard and what it holds."""
    desired = None if hello.desired is None else hello.desired.rev
    settings = None if hello.settings is None else hello.settings.rev
    known = (desired, settings, hello.effective_date, hello.pending)
    await connection.execute(SAVE_CONTACT, store, terminal, at, *known)


def _terminal(row: asyncpg.Record) -> Terminal:
    epoch, seq = row["own_opening_epoch"], row["own_opening_seq"]
    return Terminal(
        store=row["store"],
        terminal=row["terminal"],
        till=row["till"],
        name=row["name"],
        wished=row["wished"],
        origin=row["origin"],
        own_opening=None if epoch is None else OwnOpening(epoch=epoch, seq=seq),
        turn=row["turn"],
    )


def _columns(terminal: Terminal, at: datetime) -> tuple[object, ...]:
    own = terminal.own_opening
    return (
        terminal.store,
        terminal.terminal,
        terminal.till,
        terminal.name,
        terminal.wished,
        terminal.origin,
        None if own is None else own.epoch,
        None if own is None else own.seq,
        terminal.turn,
        at,
    )
