"""Terminals that exist for a load alone: their journals, and how the ledger learns their keys."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from tillday_contracts.messages import Done
from tillday_contracts.till_messages import RegisterJournalKey
from tillday_contracts.topics import TerminalAddress
from tillday_local.bench.journal import Enrolled, Journal, make_receipts
from tillday_local.bench.terminal import BenchTerminal
from tillday_local.demo_store import CATALOGUE
from tillday_local.store_content import OPERATOR_PERSON
from tillday_local.system import LocalSystem


def journal_of(address: TerminalAddress, chance: random.Random) -> Journal:
    """Return a terminal's journal with keys of its own; `chance` draws what it sells."""
    began = datetime.now(UTC).replace(microsecond=0)
    owner = Enrolled(
        address=address,
        key_id=secrets.token_hex(8),
        key=secrets.token_bytes(32),
        epoch=secrets.token_hex(8),
        session_id=secrets.token_hex(16),
        began=began,
    )
    return Journal(owner, make_receipts(address, CATALOGUE, began, chance))


@asynccontextmanager
async def connected(
    system: LocalSystem, journals: Sequence[Journal], on_ack: Callable[[int], None] = lambda _sales: None
) -> AsyncIterator[list[BenchTerminal]]:
    """Connect a terminal for each journal; `on_ack` hears how many sales were acknowledged."""
    async with AsyncExitStack() as stack:
        terminals = []
        for journal in journals:
            password = system.guest_password(journal.owner.address)
            terminal = BenchTerminal(journal, system.mqtt_url, password, on_ack)
            terminal.trust(system.broker_ca)
            stack.push_async_callback(terminal.disconnect)
            terminals.append(terminal)
        await asyncio.gather(*(terminal.connect() for terminal in terminals))
        yield terminals


async def register(system: LocalSystem, journals: Sequence[Journal]) -> None:
    """Tell the ledger the keys. Raises what the service client raises where it is refused."""
    async with system.operator() as client:
        for journal in journals:
            owner, name = journal.owner, uuid4()
            command = RegisterJournalKey(
                message_id=name,
                correlation_id=name,
                occurred_at=datetime.now(UTC),
                by=OPERATOR_PERSON,
                store=owner.address.store,
                terminal=owner.address.terminal,
                till=owner.address.terminal,
                key_id=owner.key_id,
                journal_key=owner.key.hex(),
            )
            await client.ask(command, Done)
