"""What `tillday store` does: ask the store service and show the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from rich.console import RenderableType

from tillday_contracts.business_dates import business_today
from tillday_contracts.day_messages import CancelDay, FinishStoreTask
from tillday_contracts.messages import Done
from tillday_contracts.store_messages import (
    CloseStore,
    DayAnswer,
    OpenStore,
    SettingsAnswer,
    StoreDays,
    StoreDayStatus,
    StoreSettings,
)
from tillday_local.operator.asking import Asking, NothingToAsk
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.tables import days_table, tasks_tables
from tillday_local.service_client import CommandRefused, ServiceClient

UNFINISHED: Final = 1
LOOK_SECONDS: Final = 0.3
SHOWN_DAYS: Final = 7
TOO_EARLY: Final = "too_early_to_waive"


async def open_store(asking: Asking, business_date: date | None) -> int:
    """Open the store for a date; without one, for the date that the store's own clock says it is."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            chosen = business_date or await _today(client, asking.store)
            command = OpenStore.model_validate({**asking.command(), "business_date": chosen})
            answer = await client.ask(command, DayAnswer)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    closed = answer.automatically_closed
    before = "" if closed is None else f" {closed} was still open without open tills and is closed now."
    asking.show(answer, f"The store {answer.store} is open for {answer.business_date}.{before}")
    return 0


async def close_store(
    asking: Asking, business_date: date | None, *, waive: str | None, patience: float
) -> int:
    """Close a date, the open one when none is named, and wait for the terminals."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            chosen = business_date or await _running_date(client, asking.store, "close")
            answer = await _close(client, asking, {"business_date": chosen, "waive": waive})
            return _closed(asking, await _wait_for_terminals(client, answer, patience))
    except CommandRefused as error:
        return asking.refused(error.refusal)


async def _close(client: ServiceClient, asking: Asking, named: dict[str, object]) -> DayAnswer:
    """Ask for the closing; where terminals still have time to answer, wait until they can be waived."""
    command = CloseStore.model_validate({**asking.command(), **named})
    try:
        return await client.ask(command, DayAnswer)
    except CommandRefused as error:
        if error.refusal.code != TOO_EARLY:
            raise
        asking.say(f"{error.refusal.text} Waiting for that.")
        await asyncio.sleep(float(str(error.refusal.details["seconds"])))
    return await client.ask(CloseStore.model_validate({**asking.command(), **named}), DayAnswer)


async def cancel_day(asking: Asking, business_date: date | None, reason: str) -> int:
    """Take back a date that was opened by mistake, the open one when none is named."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            chosen = business_date or await _running_date(client, asking.store, "cancel")
            named = {"business_date": chosen, "reason": reason}
            answer = await client.ask(CancelDay.model_validate({**asking.command(), **named}), DayAnswer)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    day = answer.business_date
    asking.show(answer, f"{day} is cancelled at the store {answer.store}; it may be opened again.")
    return 0


async def finish_task(asking: Asking, number: int, note: str) -> int:
    """Say that somebody has looked at a task."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            named = {"number": number, "note": note}
            answer = await client.ask(FinishStoreTask.model_validate({**asking.command(), **named}), Done)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, f"Task {number} of the store {asking.store} is finished.")
    return 0


async def store_status(asking: Asking) -> int:
    """Show how a store stands: its newest days, and what waits for a person."""
    return await _show_days(
        asking, lambda days: [days_table(days, newest=SHOWN_DAYS), *tasks_tables(days.tasks)]
    )


async def store_days(asking: Asking) -> int:
    """Show every day of a store that is kept."""
    return await _show_days(asking, lambda days: [days_table(days)])


async def _show_days(asking: Asking, tables: Callable[[StoreDays], list[RenderableType]]) -> int:
    try:
        async with find_broker_login(asking.where).connect() as client:
            days = await client.ask(StoreDayStatus(store=asking.store), StoreDays)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(days, *tables(days))
    return 0


async def _today(client: ServiceClient, store: str) -> date:
    answer = await client.ask(StoreSettings(store=store), SettingsAnswer)
    place = answer.settings
    return business_today(datetime.now(UTC), time_zone=place.time_zone, rollover=place.rollover)


async def _running_date(client: ServiceClient, store: str, verb: str) -> date:
    days = await client.ask(StoreDayStatus(store=store), StoreDays)
    running = [day.business_date for day in days.days if day.state in ("open", "closing")]
    if not running:
        raise NothingToAsk(f"the store {store} is not open, so there is nothing to {verb}")
    return running[0]


async def _wait_for_terminals(client: ServiceClient, answer: DayAnswer, patience: float) -> DayAnswer:
    """Look again until the day is no longer closing or patience (seconds) ends."""
    deadline = asyncio.get_running_loop().time() + patience
    while answer.state == "closing" and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
        days = await client.ask(StoreDayStatus(store=answer.store), StoreDays)
        now = next(day for day in days.days if day.business_date == answer.business_date)
        answer = answer.model_copy(update={"state": now.state, "awaited": now.awaited})
    return answer


def _closed(asking: Asking, answer: DayAnswer) -> int:
    store, day = answer.store, answer.business_date
    if answer.state == "closed":
        asking.show(answer, f"The store {store} is closed for {day}.")
        return 0
    if answer.state == "closing":
        awaited = ", ".join(answer.awaited) or "the ledger"
        asking.say(
            f"the store {store} is closing {day} and waits for {awaited}; "
            "it closes by itself once they answer. To go on without them: "
            './tillday store close --waive "the reason"'
        )
    else:
        asking.say(f"the store {store} is {answer.state} on {day}: a till of the date turned out open")
    asking.show(answer)
    return UNFINISHED
