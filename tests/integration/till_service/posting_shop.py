"""The ledger's tables with a poster beside intake and settler, for tests of posting; no broker is asked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from integration.till_service.terminals import made_service
from integration.till_service.test_till_service_tables_agree import intake_of
from integration.till_service.test_till_service_which_count_rows import Shop
from servers import Broker, FreshDatabase
from till_service.messaging.accounts import LedgerOfAccounts
from till_service.messaging.allowed import Allowed
from till_service.messaging.journal import Surroundings
from till_service.messaging.picking import SalePicker
from till_service.messaging.posting import Poster
from till_service.messaging.posting_requests import PostingRequests
from till_service.messaging.stock import Stock
from tillday_contracts.asks import Right
from tillday_contracts.messages import Command, Refused
from tillday_contracts.posting_messages import PostingShown, ShowPosting
from tillday_contracts.store_messages import PeopleAnswer, Person
from unit.till_service.journals import NOON, SESSION
from unit.till_service.store_terms import KnownTerms

SUPERVISOR = "SV1"


class Manager:
    """The store service's word on people: one supervisor who may do everything here."""

    async def of(self, store: str) -> PeopleAnswer | Refused:
        rights: tuple[Right, ...] = ("close_till", "manage")
        person = Person(person=SUPERVISOR, name="Supervisor 1", role="supervisor", rights=rights)
        return PeopleAnswer(people=(person,))

    async def operators(self) -> frozenset[str]:
        return frozenset()


@dataclass
class PostingShop(Shop):
    """A shop whose sessions are posted when it is told to."""

    terms: KnownTerms = field(default_factory=KnownTerms)
    now: datetime = NOON

    @property
    def around(self) -> Surroundings:
        return Surroundings(lambda: self.now, intake_of(self.database).around.random_bytes)

    @property
    def allowed(self) -> Allowed:
        return Allowed(self.database, Manager())

    @property
    def requests(self) -> PostingRequests:
        return PostingRequests(self.database, self.around, self.allowed)

    @property
    def stock(self) -> Stock:
        return Stock(self.database, self.around, self.allowed)

    @property
    def accounts(self) -> LedgerOfAccounts:
        return LedgerOfAccounts(self.database, self.around, self.allowed, self.terms)

    async def post(self) -> int:
        """Post whatever is due now; return how many sessions were looked at."""
        poster = Poster(self.database, self.around, self.terms, "till_service-1")
        looked = 0
        while await poster.post_one():
            looked += 1
        return looked

    async def pick(self) -> None:
        """Pick what is to be picked at once."""
        while await SalePicker(self.database, self.around, self.terms).pick_some():
            pass

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def command(self, kind: type[Command], **fields: Any) -> Any:
        ids = {"message_id": uuid4(), "correlation_id": uuid4(), "occurred_at": NOON, "by": SUPERVISOR}
        return kind.model_validate({**ids, "store": "S1", **fields})

    async def answered(self, answer: Any) -> dict[str, Any]:
        """What a command was answered."""
        content: dict[str, Any] = json.loads(await answer)
        return content

    async def shown(self, session: str = SESSION) -> PostingShown:
        found = await self.requests.show(ShowPosting(store="S1", session_id=session))
        assert isinstance(found, PostingShown)
        return found

    async def lines(self, session: str = SESSION) -> list[tuple[int, str, str, int]]:
        """(revision, account, role, amount) of everything posted for a session."""
        entries = (await self.shown(session)).entries
        return [(e.revision, line.account, line.role, line.amount) for e in entries for line in e.lines]

    async def account(self, number: str) -> int:
        """What an account stands at."""
        found = await self.rows(
            f"SELECT coalesce(sum(debit - credit), 0)::bigint FROM ledger_balance WHERE account = '{number}'"
        )
        return int(found[0][0])  # type: ignore[call-overload,no-any-return]

    async def subjects(self) -> list[str]:
        """The events of posting, in order, without what every event's name begins with."""
        kinds = ("count_final", "stock_moved", "session_posted", "bank_deposited")
        rows = await self.rows("SELECT subject FROM outbox ORDER BY position")
        names = [str(subject).removeprefix("tillday.event.till.").removesuffix(".v1") for (subject,) in rows]
        return [name for name in names if name in kinds]


@asynccontextmanager
async def opened(database: FreshDatabase, broker: Broker) -> AsyncIterator[PostingShop]:
    """A shop on a migrated database of its own."""
    await database.with_tables_of("till_service")
    service = made_service(database, broker)
    await service.database.start()
    try:
        yield PostingShop(service.database)
    finally:
        await service.database.stop()
