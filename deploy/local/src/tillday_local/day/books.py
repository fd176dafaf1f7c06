"""Stock and accounts of the day: a delivery in the morning, and what they have to say once all is posted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5

from tillday_contracts.account_messages import Balance, Balances, TrialBalance
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.posting_messages import PostingList, Postings
from tillday_contracts.stock_messages import OnHandList, ReceiveGoods, StockChanged, StockOnHand
from tillday_local.day.stuck import DayStuck
from tillday_local.day.tally import Tally
from tillday_local.demo_store import SUPERVISOR
from tillday_local.service_client import ServiceClient, ServiceUnavailable

DELIVERED: Final = 40
"""Pieces of every product that come in each morning."""
SALES_ACCOUNTS: Final = ("4000", "2200")
PAUSE_SECONDS: Final = 0.25
PATIENCE_SECONDS: Final = 60.0
Answer = TypeVar("Answer")
_NAMES: Final = UUID("6f9f7d1e-2a44-4c38-9a55-6f2f0d6b1b0e")


@dataclass(frozen=True, slots=True)
class DayBooks:
    """What lies on the shelves by product, and the balances of all accounts, once the day is posted."""

    on_hand: Mapping[str, int]
    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class Sold:
    """What left the store on one day, whoever says so: minor units, and pieces by product."""

    total: int
    pieces: Mapping[str, int]

    @classmethod
    def of(cls, tally: Tally) -> Sold:
        """Return what the people at the counters saw."""
        return cls(tally.total, {sku: quantity for sku, (quantity, _) in tally.products.items()})


class StoreBooks:
    """Asks the till service about one store; it may be killed under us, so everything is asked again."""

    def __init__(self, client: ServiceClient, store: str) -> None:
        self._client = client
        self._store = store

    async def take_delivery(self, on: date, catalogue: Sequence[CatalogueItem]) -> None:
        """Take in the morning's delivery; a repeat brings nothing twice."""
        message_id = uuid5(_NAMES, f"{self._store} {on}")
        command = ReceiveGoods.model_validate(
            {
                "message_id": message_id,
                "correlation_id": message_id,
                "occurred_at": f"{on}T04:00:00Z",
                "by": SUPERVISOR,
                "store": self._store,
                "reference": f"Delivery of {on}",
                "lines": [{"sku": item.sku, "quantity": DELIVERED, "name": item.name} for item in catalogue],
            }
        )
        await self._patiently(lambda: self._client.ask(command, StockChanged))

    async def when_posted(self, on: date, *, sessions: int) -> DayBooks:
        """Return stock and balances once that many sessions of a date are posted, and none is left."""
        question = Postings(store=self._store, business_date=on)
        answer: PostingList | None = None
        for _ in range(int(PATIENCE_SECONDS / PAUSE_SECONDS)):
            answer = await self._patiently(lambda: self._client.ask(question, PostingList))
            states = [one.state for one in answer.postings if one.kind == "regular"]
            if len(states) >= sessions and set(states) == {"posted"}:
                return await self._books()
            await asyncio.sleep(PAUSE_SECONDS)
        left = [one for one in answer.postings if one.state != "posted"] if answer else []
        told = "; ".join(f"{one.till} {one.state}: {one.reason or 'in a moment'}" for one in left)
        raise DayStuck(f"the sessions of {on} are not posted: {told or 'not all of them are known'}")

    async def _patiently(self, ask: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        for _ in range(int(PATIENCE_SECONDS / PAUSE_SECONDS)):
            try:
                return await ask()
            except ServiceUnavailable:
                await asyncio.sleep(PAUSE_SECONDS)
        return await ask()

    async def _books(self) -> DayBooks:
        stock = await self._patiently(lambda: self._client.ask(StockOnHand(store=self._store), OnHandList))
        found = await self._patiently(lambda: self._client.ask(TrialBalance(store=self._store), Balances))
        return DayBooks({one.sku: one.quantity for one in stock.products}, found.balances)


def disagreements(days: Sequence[tuple[DayBooks, Sold]], catalogue: Iterable[CatalogueItem]) -> list[str]:
    """Return where the books say something else than deliveries and sales, day after day."""
    wrong: list[str] = []
    expected = {item.sku: 0 for item in catalogue}
    turnover = 0
    for n, (books, sold) in enumerate(days, 1):
        turnover += sold.total
        expected = {sku: pieces + DELIVERED for sku, pieces in expected.items()}
        for sku, quantity in sold.pieces.items():
            expected[sku] -= quantity
        if dict(books.on_hand) != expected:
            differ = {s for s in {*expected, *books.on_hand} if expected.get(s) != books.on_hand.get(s)}
            told = ", ".join(f"{s}: {books.on_hand.get(s)} not {expected.get(s)}" for s in sorted(differ))
            wrong.append(f"day {n}: stock on hand is not what came in less what was sold: {told}")
        wrong += [f"day {n}: {text}" for text in _balances(books.balances, turnover)]
    return wrong


def _balances(balances: Sequence[Balance], turnover: int) -> list[str]:
    sums: dict[str, int] = {}
    for one in balances:
        sums[one.currency] = sums.get(one.currency, 0) + one.debit - one.credit
    wrong = [f"the trial balance is {left} {currency}, not 0" for currency, left in sums.items() if left]
    sold = sum(one.credit - one.debit for one in balances if one.account in SALES_ACCOUNTS)
    if sold != turnover:
        wrong.append(f"the accounts say that {sold} was sold, it was {turnover}")
    return wrong
