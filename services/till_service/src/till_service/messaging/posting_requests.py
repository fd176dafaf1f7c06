"""Telling how far sessions are posted; trying one again, or posting it although something is missing."""

from dataclasses import dataclass

from service_kit.database import Connection, Database
from till_service.domain.permission import CLOSE_TILL
from till_service.messaging.allowed import Allowed
from till_service.messaging.journal import Surroundings
from till_service.persistence import posting_shown, posting_sums
from tillday_contracts.messages import Done, Refused
from tillday_contracts.posting_messages import (
    PostingList,
    Postings,
    PostingShown,
    RetryPosting,
    ShowPosting,
    WaivePosting,
)

UNKNOWN = Refused(code="unknown_session", text="No closed session of this store has that id.")


@dataclass(frozen=True)
class PostingRequests:
    """Answers Postings, ShowPosting, RetryPosting and WaivePosting."""

    database: Database
    around: Surroundings
    allowed: Allowed

    async def postings(self, question: Postings) -> PostingList:
        """Tell how far the closed sessions of a store are posted."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            return await posting_shown.read_list(connection, question)

    async def show(self, question: ShowPosting) -> PostingShown | Refused:
        """Tell everything of one session's posting."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            return await posting_shown.read_one(connection, question.store, question.session_id) or UNKNOWN

    async def retry(self, command: RetryPosting) -> bytes:
        """Have a session looked at now."""

        async def decide(connection: Connection) -> Done | Refused:
            if await posting_shown.read_one(connection, command.store, command.session_id) is None:
                return UNKNOWN
            await posting_sums.mark(connection, [command.session_id])
            return Done()

        return await self.allowed.once(command, CLOSE_TILL, decide)

    async def waive(self, command: WaivePosting) -> bytes:
        """Post a session although entries are missing or figures differ."""

        async def decide(connection: Connection) -> Done | Refused:
            shown = await posting_shown.read_one(connection, command.store, command.session_id)
            if shown is None:
                return UNKNOWN
            if shown.posting.state != "waiting":
                text = "Nothing is missing for this session: its count is final."
                return Refused(code="not_waiting", text=text)
            await posting_shown.waive(connection, command, at=self.around.now())
            await posting_sums.mark(connection, [command.session_id])
            return Done()

        return await self.allowed.once(command, CLOSE_TILL, decide)
