"""Explaining what a till should hold, for whoever looks for a difference."""

import asyncio
from dataclasses import dataclass
from typing import Final

from service_kit.database import Database
from till_service.domain.explaining import explain
from till_service.domain.till_history import standings
from till_service.persistence import explained, standing
from tillday_contracts.explain_messages import MOST_LINES, ExplainTill, TillExplained
from tillday_contracts.messages import Refused

_UNKNOWN: Final = Refused(code="unknown_session", text="There is no such till session in this store.")
_NO_TENDER: Final = Refused(code="unknown_tender", text="This till session has no such tender.")
_TOO_LONG: Final = Refused(
    code="too_long",
    text=f"This session has more than {MOST_LINES} events: its cash-up report sums them up.",
)


@dataclass(frozen=True)
class Explaining:
    """Answers ExplainTill."""

    database: Database

    async def till(self, question: ExplainTill) -> TillExplained | Refused:
        """Tell line by line what made an expected amount, as far as the journals have arrived."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            till = await explained.find_till(connection, question.store, question.session_id)
            if till is None:
                return _UNKNOWN
            if await explained.is_too_long(connection, question.session_id):
                return _TOO_LONG
            history = await standing.read_history(connection, till)
            session = await explained.read(connection, question.store, question.session_id, history)
        # A long session takes a moment to replay: terminals are answered meanwhile.
        told = await asyncio.to_thread(lambda: explain(question, session, standings(history)))
        return told or _NO_TENDER
