"""Flash reports: asked for by a terminal about itself, or by the back office about one of its terminals."""

import asyncio
from typing import Final

import structlog
from pydantic import ValidationError

from report_service.domain.board import unknown_store, unknown_terminal
from report_service.domain.flash import FlashRows, flash_of, missing, never_opened, pages_of, refused_ask
from report_service.domain.rows import JournalKey
from report_service.persistence import sales, store_rows
from service_kit.database import Database
from service_kit.links import NatsLink
from tillday_contracts.asks import Ask, AskFailed, FlashPage, Reply
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Flash, FlashReport
from tillday_contracts.topics import TerminalAddress, address_of

log = structlog.get_logger()

PATIENCE: Final = 3.0
LOOK_EVERY: Final = 0.1


class FlashAnswers:
    """Waits up to `patience` seconds for the entries that a terminal wants to see in its report."""

    def __init__(self, database: Database, nats: NatsLink, *, patience: float = PATIENCE) -> None:
        self._database = database
        self._nats = nats
        self._patience = patience

    async def flash_report(self, question: FlashReport) -> Flash | Refused:
        """Return the report of a terminal as far as its journal is folded."""
        rows = await self._rows(TerminalAddress(question.store, question.terminal), None)
        return rows if isinstance(rows, Refused) else flash_of(rows)

    async def ask(self, subject: str, body: bytes) -> None:
        """Send the pages from the asked one on, all of one moment. The topic alone says who asks."""
        address = address_of(subject)
        try:
            ask = Ask.model_validate_json(body)
        except ValidationError:
            log.warning("ask that cannot be read", store=address.store, terminal=address.terminal)
            return
        for content in await self._pages(address, ask):
            reply = Reply(content=content)
            await self._nats.publish(address.subject("reply"), reply.model_dump_json().encode())

    async def _pages(self, address: TerminalAddress, ask: Ask) -> list[FlashPage] | list[AskFailed]:
        await self._wait_for(address, ask)
        rows = await self._rows(address, ask.epoch)
        if isinstance(rows, Refused):
            return [refused_ask(rows, ask.request_id)]
        pages = pages_of(rows, request_id=ask.request_id, asked_head=ask.head_seq)
        if ask.page >= len(pages):
            text = f"There is no page {ask.page}: the last one is {len(pages) - 1}."
            return [AskFailed(request_id=ask.request_id, text=text)]
        return pages[ask.page :]

    async def _wait_for(self, address: TerminalAddress, ask: Ask) -> None:
        """Return when the entries are folded, or patience ends: the report then says how many are missing."""
        if ask.epoch is None or ask.head_seq is None:
            return
        journal = JournalKey(address.store, address.terminal, ask.epoch)
        deadline = asyncio.get_running_loop().time() + self._patience
        while missing(await self._position(journal), ask.head_seq):
            if asyncio.get_running_loop().time() >= deadline:
                return
            await asyncio.sleep(LOOK_EVERY)

    async def _position(self, journal: JournalKey) -> int:
        async with self._database.connection() as connection:
            return await sales.position_in(connection, journal)

    async def _rows(self, address: TerminalAddress, epoch: str | None) -> FlashRows | Refused:
        async with self._database.transaction(isolation="repeatable_read") as connection:
            store = await store_rows.find_store(connection, address.store)
            if store is None:
                return unknown_store(address.store)
            day = await sales.date_of(connection, address.store, address.terminal)
            if day is None:
                known = await store_rows.has_terminal(connection, address.store, address.terminal)
                return never_opened(address.terminal) if known else unknown_terminal(store, address.terminal)
            journal = None if epoch is None else JournalKey(address.store, address.terminal, epoch)
            head = (
                await sales.head_of(connection, address.store, address.terminal)
                if journal is None
                else await sales.position_in(connection, journal)
            )
            products = await sales.sold_at(connection, address.store, address.terminal, day)
        return FlashRows(store, address.terminal, day, head, products)
