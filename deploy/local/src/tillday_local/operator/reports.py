"""What `tillday report` does: ask the report service and show the answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Final, Literal
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as ProgressBar

from tillday_contracts.messages import Done
from tillday_contracts.report_messages import (
    Board,
    CashUpReport,
    CashUps,
    Flash,
    FlashReport,
    Sales,
    SalesReport,
    Snapshot,
    StatusBoard,
    XReport,
)
from tillday_contracts.report_progress_messages import Progress, RebuildReports, ReportProgress
from tillday_contracts.store_messages import StoreDays, StoreDayStatus
from tillday_local.operator.asking import Asking, NothingToAsk
from tillday_local.operator.board import board_tables
from tillday_local.operator.cash_up import cash_up_paper
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.sales import flash_tables, sales_tables, snapshot_tables
from tillday_local.operator.whole_board import whole_board
from tillday_local.service_client import CommandRefused, ServiceClient

LOOK_SECONDS: Final = 0.2

By = Literal["product", "hour", "cashier", "tender"]


async def board(asking: Asking, *, details: bool, business_date: date | None) -> int:
    """Show the status board: the tills of a date, or each terminal's newest when none is named."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await whole_board(client, asking.store, business_date=business_date)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, board_tables(answer, now=datetime.now(UTC), details=details))
    return 0


async def cash_up(asking: Asking, *, session: str | None, business_date: date | None, products: bool) -> int:
    """Show the report of a session, or all of a date: the newest one when nothing is named."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            if session is None and business_date is None:
                business_date = await _newest_date(client, asking.store)
            question = CashUpReport(store=asking.store, session_id=session, business_date=business_date)
            answer = await client.ask(question, CashUps)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    if not answer.reports:
        asking.say(f"no till of {business_date} has been cashed up, as far as the back office knows")
    asking.show(answer, *(cash_up_paper(report, products=products) for report in answer.reports))
    return 0


async def x_report(asking: Asking, *, terminal: str | None) -> int:
    """Show how the running session of a terminal stands."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            chosen = terminal or await _first_terminal(client, asking.store)
            answer = await client.ask(XReport(store=asking.store, terminal=chosen), Snapshot)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, snapshot_tables(answer))
    return 0


async def flash(asking: Asking, *, terminal: str | None) -> int:
    """Show what a terminal sold on its business date."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            chosen = terminal or await _first_terminal(client, asking.store)
            answer = await client.ask(FlashReport(store=asking.store, terminal=chosen), Flash)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, flash_tables(answer, now=datetime.now(UTC)))
    return 0


async def sales(asking: Asking, *, first: date | None, last: date | None, by: By) -> int:
    """Show a store's sales from one date to another in groups: the newest date when none is named."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            begin = first or last or await _newest_date(client, asking.store)
            end = last or begin
            question = SalesReport(store=asking.store, first=begin, last=end, by=by)
            answer = await client.ask(question, Sales)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    dates = f"{begin}" if begin == end else f"{begin} to {end}"
    asking.show(answer, sales_tables(answer, by=by, title=f"Sales of {asking.store} by {by}, {dates}"))
    return 0


async def rebuild(asking: Asking) -> int:
    """Have every report made again and show how far it is until it is complete."""
    command = RebuildReports(
        message_id=(message_id := uuid4()),
        correlation_id=message_id,
        occurred_at=datetime.now(UTC),
        by=asking.by,
    )
    async with find_broker_login(asking.where).connect() as client:
        await client.ask(command, Done)
        with _bar() as bar:
            progress = await _watch(client, bar)
    events = sum(one.total for one in progress.producers)
    asking.show(progress, f"The reports are made again from {events} events.")
    return 0


def _bar() -> ProgressBar:
    # Standard output is for the result alone.
    return ProgressBar(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True)
    )


async def _watch(client: ServiceClient, bar: ProgressBar) -> Progress:
    tasks = {}
    while True:
        progress = await client.ask(ReportProgress(), Progress)
        for one in progress.producers:
            if one.producer not in tasks:
                tasks[one.producer] = bar.add_task(f"events of the {one.producer} service")
            bar.update(tasks[one.producer], completed=one.done, total=one.total)
        if all(one.done >= one.total for one in progress.producers):
            return progress
        await asyncio.sleep(LOOK_SECONDS)


async def _newest_date(client: ServiceClient, store: str) -> date:
    days = await client.ask(StoreDayStatus(store=store), StoreDays)
    if not days.days:
        raise NothingToAsk(f"the store {store} has not been opened yet, so there is nothing to report")
    return days.days[0].business_date


async def _first_terminal(client: ServiceClient, store: str) -> str:
    board = await client.ask(StatusBoard(store=store, most=1), Board)
    if not board.terminals:
        raise NothingToAsk(f"the store {store} has no terminals")
    return board.terminals[0].terminal
