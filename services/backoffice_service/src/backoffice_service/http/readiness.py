"""What a store that was never open still needs before it can sell."""

import asyncio

from backoffice_service.domain.readiness import Step, steps_to_sell
from backoffice_service.http.desk import Desk
from tillday_contracts.master_data_messages import (
    PeopleChanges,
    PeopleHistory,
    StoreTerminalList,
    StoreTerminals,
)
from tillday_contracts.store_messages import People, PeopleAnswer, StoreDays, StoreDayStatus
from tillday_contracts.wishes import SettingsContent


async def missing_of(desk: Desk, settings: SettingsContent) -> tuple[Step, ...]:
    """Return the steps until the store can sell, none of a store that was open already."""
    days = await desk.ask(StoreDayStatus(store=desk.store), StoreDays)
    if days.days:
        return ()
    people, history, terminals = await asyncio.gather(
        desk.ask(People(store=desk.store), PeopleAnswer),
        desk.ask(PeopleHistory(store=desk.store), PeopleChanges),
        desk.ask(StoreTerminals(store=desk.store), StoreTerminalList),
    )
    with_pin = {one.person for one in history.changes if one.new_pin}
    return steps_to_sell(settings, people.people, with_pin, terminals.terminals)
