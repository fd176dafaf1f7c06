"""Working the demo's past days: the same cashiers as an unattended day has, on a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar
from uuid import uuid4

from terminal_agent.hardware.virtual_drawer import VirtualDrawer
from tillday_contracts.close_messages import CloseTill, SayNoClose, TillClosedInBack
from tillday_contracts.messages import Done
from tillday_contracts.rescue_messages import RescueSessionList, RescueSessions
from tillday_local.cuttable_link import CuttableLink
from tillday_local.day.back_office import BackOffice
from tillday_local.day.books import StoreBooks
from tillday_local.day.cashier import Cashier
from tillday_local.day.clock import ReplayedClock
from tillday_local.day.plan import TerminalPlan
from tillday_local.day.stuck import DayStuck
from tillday_local.demo_store import CATALOGUE, STORE, SUPERVISOR
from tillday_local.history.plan import LATE_SALES, PastDay
from tillday_local.history.store import LATE, SECOND_STORE
from tillday_local.operator.till import chosen_session
from tillday_local.operator.whole_board import whole_board
from tillday_local.service_client import ServiceClient
from tillday_local.store_content import StoreContent
from tillday_local.system import LocalSystem
from tillday_local.terminal_client import TerminalClient

Closing = TypeVar("Closing", CloseTill, SayNoClose)
_LOOKS: Final = 240
_PAUSE_SECONDS: Final = 0.25
_LULL: Final = timedelta(minutes=30)
_SILENCE: Final = timedelta(minutes=20)
"""After so long nobody counts on a terminal that is out of reach."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """Where past days are worked: a system, its clock, the cable of the terminal whose sales come late."""

    system: LocalSystem
    client: ServiceClient
    clock: ReplayedClock
    cable: CuttableLink
    stores: tuple[StoreContent, StoreContent]


async def work_day(past: Past, day: PastDay) -> None:
    """Work one day in both stores. Raises DayStuck, TerminalAway or CommandRefused where it gets stuck."""
    await past.clock.wait_until(day.begin)
    async with AsyncExitStack() as stack:
        own, *others = [
            _cashier(past, content, plan, stack)
            for content, plans in zip(past.stores, ((day.own,), day.others), strict=True)
            for plan in plans
        ]
        offices = {STORE: [own], **({SECOND_STORE: others} if others else {})}
        for store, cashiers in offices.items():
            await _office(past, store).open_store(day.business_date)
            await StoreBooks(past.client, store).take_delivery(day.business_date, CATALOGUE)
            await _each(cashiers, lambda one: one.open_till(day.business_date.isoformat()))
        await _sell(past, day, [own, *others])
        await own.run_errands(f"{day.business_date}-{own.plan.terminal}")
        for cashier in others:
            late = cashier.plan.terminal == LATE
            await (_closes_without_it(past, day, cashier) if late else cashier.cash_up())
        await own.cash_up()
        await _each([own, *others], Cashier.wait_until_acknowledged)
        await _office(past, STORE).close_store(day.business_date)
        await own.wait_until_closed()
        await _each([own, *others], Cashier.wait_until_acknowledged)


def _office(past: Past, store: str) -> BackOffice:
    return BackOffice(past.client, store, now=past.clock.now)


def _cashier(past: Past, content: StoreContent, plan: TerminalPlan, stack: AsyncExitStack) -> Cashier:
    system = past.system
    address = next(known for known in system.plan.terminals if known.terminal == plan.terminal)
    url, data = system.terminal_url(address), system.folder.terminal(plan.terminal)
    client = TerminalClient(url, data, patience=60.0)
    stack.push_async_callback(client.close)
    drawer = VirtualDrawer(system.folder.device(plan.terminal) / "drawer.json")
    return Cashier(client, drawer, plan, content=content, note=lambda _who, _what: None)


async def _sell(past: Past, day: PastDay, cashiers: Sequence[Cashier]) -> None:
    """Sell everything in its order, but for what is sold offline later."""
    by_terminal = {cashier.plan.terminal: cashier for cashier in cashiers}
    timed = [
        (sale.at, terminal, n)
        for terminal, cashier in by_terminal.items()
        for n in _before_the_cut(cashier.plan)
        if (sale := cashier.plan.sales[n - 1]).at is not None
    ]
    for at, terminal, n in sorted(timed):
        if at - past.clock.now() > _LULL:  # else entries would look as if they had waited for hours
            await _each(cashiers, Cashier.wait_until_acknowledged)
        await past.clock.wait_until(at)
        await _sells(by_terminal[terminal], n, day)


async def _sells(cashier: Cashier, n: int, day: PastDay) -> None:
    key = f"{day.business_date}-{cashier.plan.terminal}-{n}"
    await cashier.sell(n, cashier.plan.sales[n - 1], key=key)


async def _closes_without_it(past: Past, day: PastDay, cashier: Cashier) -> None:
    """The link fails, two more are sold, the back office closes the till, and then the link is back."""
    sold = len(_before_the_cut(cashier.plan))
    await cashier.wait_until_acknowledged()
    past.cable.cut()
    await cashier.wait_for_link(online=False)
    for n in range(sold + 1, len(cashier.plan.sales) + 1):
        await _sells(cashier, n, day)
    await past.clock.wait_until(past.clock.now() + _SILENCE)
    await _closes_in_back(past, cashier.plan.till)
    past.cable.heal()
    await cashier.wait_for_link(online=True)
    await cashier.wait_until_acknowledged()
    await _until_rescued(past)


def _before_the_cut(plan: TerminalPlan) -> range:
    """The numbers of the sales that a plan's terminal makes while it is heard."""
    return range(1, len(plan.sales) + 1 - (LATE_SALES if plan.terminal == LATE else 0))


async def _closes_in_back(past: Past, till: str) -> None:
    """Close the till as the back office does when its terminal is out of reach, and say that no close of its
    own will come: what is sold beyond what the ledger has comes late.
    """
    board = await whole_board(past.client, SECOND_STORE)
    session = chosen_session(board, till, None)
    close = _commanded(past, CloseTill, session, "The terminal was out of reach at closing time")
    await past.client.ask(close, TillClosedInBack)
    silent = _commanded(past, SayNoClose, session, "Its drawer was counted by hand and brought to the safe")
    await past.client.ask(silent, Done)


def _commanded(past: Past, kind: type[Closing], session: str, reason: str) -> Closing:
    message_id = uuid4()
    named = {"message_id": message_id, "correlation_id": message_id, "occurred_at": past.clock.now()}
    return kind.model_validate(
        {**named, "by": SUPERVISOR, "store": SECOND_STORE, "session_id": session, "reason": reason}
    )


async def _until_rescued(past: Past) -> None:
    for _ in range(_LOOKS):
        answer = await past.client.ask(RescueSessions(store=SECOND_STORE), RescueSessionList)
        if any(one.sales == LATE_SALES for one in answer.sessions):
            return
        await asyncio.sleep(_PAUSE_SECONDS)
    raise DayStuck(f"what {LATE} sold late is in no rescue session")


async def _each(cashiers: Sequence[Cashier], step: Callable[[Cashier], Awaitable[None]]) -> None:
    await asyncio.gather(*(step(cashier) for cashier in cashiers))
