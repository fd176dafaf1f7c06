"""What the host of a shared till asks before it counts: what its guests brought."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from pydantic import ValidationError

from service_kit.database import Database
from till_service.domain.guests import refused_to_tell, totals_answer
from till_service.persistence import guests
from till_service.persistence.registry import read_session
from tillday_contracts.asks import Ask, AskFailed, Reply, TillTotals
from tillday_contracts.topics import TerminalAddress, address_of

log = structlog.get_logger()


@dataclass(frozen=True)
class Totals:
    """Answers the ask `till_totals` on the terminal's reply topic; a lost answer is asked for again."""

    database: Database
    publish: Callable[[str, bytes], Awaitable[None]]

    async def answer(self, subject: str, body: bytes) -> None:
        """Tell a host what its guests brought."""
        address = address_of(subject)
        try:
            ask = Ask.model_validate_json(body)
        except ValidationError:
            log.warning("ask that cannot be read", store=address.store, terminal=address.terminal)
            return
        reply = Reply(content=await self._content(address, ask))
        await self.publish(address.subject("reply"), reply.model_dump_json().encode())

    async def _content(self, address: TerminalAddress, ask: Ask) -> TillTotals | AskFailed:
        session_id = ask.session_id or ""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            session = await read_session(connection, address.store, session_id)
            refused = refused_to_tell(ask.request_id, session, address.terminal)
            if refused is not None:
                return refused
            journals = await guests.read_journals(connection, session_id)
            totals = await guests.read_guest_totals(connection, session_id)
        return totals_answer(ask.request_id, session_id, journals=journals, totals=totals)
