"""A terminal of the second store on trial: its newer program writes what this version cannot take."""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from typing import Final

from tillday_contracts.entries import Boot, Genesis
from tillday_contracts.topics import TerminalAddress
from tillday_local.bench.fleet import connected, register
from tillday_local.bench.journal import Enrolled, Journal
from tillday_local.day.stuck import DayStuck
from tillday_local.history.store import CASHIERS, SECOND_STORE, SHORT
from tillday_local.system import LocalSystem

NEWER: Final = TerminalAddress(SECOND_STORE, "T23")
WRITTEN: Final = (
    "A customer had been given twenty cents too little at noon and came again in the evening; the drawer was "
    "opened to give them, and nothing else was taken out or put in"
)
"""Longer than a reason may be: the ledger keeps the entry for a person."""
_WITHIN: Final = 20.0


async def write_what_is_too_long(system: LocalSystem, *, at: datetime) -> None:
    """Have the terminal on trial send its journal. Raises DayStuck where it is not acknowledged."""
    owner = Enrolled(
        address=NEWER,
        key_id=secrets.token_hex(8),
        key=secrets.token_bytes(32),
        epoch=secrets.token_hex(8),
        session_id=secrets.token_hex(16),
        began=at,
    )
    opening = (Genesis(key_id=owner.key_id), Boot(nonce=owner.session_id, version="on trial"))
    journal = Journal(owner, (), opening)
    journal.write("NO_SALE", {"session_id": None, "reason": WRITTEN, "by": CASHIERS[SHORT]})
    await register(system, [journal])
    async with connected(system, [journal]) as (terminal,):
        await terminal.drain(until=time.perf_counter() + _WITHIN)
    if terminal.heard.acked < len(journal.entries):
        raise DayStuck(f"what {NEWER.terminal} wrote was not acknowledged")
