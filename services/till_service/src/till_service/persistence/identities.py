"""What the store service says of terminals' identities: who was cut off, which keys are given up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service_kit.database import Connection
from tillday_contracts.topics import TerminalAddress

SET_REVOKED: Final = "UPDATE terminal SET revoked = $3 WHERE (store, terminal) = ($1, $2)"
GIVE_UP_KEYS: Final = """
    INSERT INTO compromised_key (key_id, store, terminal, since)
    SELECT key_id, $2, $3, $4 FROM unnest($1::text[]) AS key_id
        ON CONFLICT DO NOTHING
"""


async def set_revoked(connection: Connection, address: TerminalAddress, *, revoked: bool) -> None:
    """Say whether a terminal's HELLOs are answered STOP."""
    await connection.execute(SET_REVOKED, address.store, address.terminal, revoked)


async def give_up_keys(
    connection: Connection, address: TerminalAddress, key_ids: Sequence[str], *, at: datetime
) -> None:
    """Note that others may know keys. The caller holds the terminal's lock, so that its heads stay."""
    await connection.execute(GIVE_UP_KEYS, key_ids, address.store, address.terminal, at)
