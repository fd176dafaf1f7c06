"""Answering what concerns many days or many stores, from one consistent view of the read models."""

from collections.abc import Callable, Mapping
from datetime import datetime

from report_service.domain.calendar import CalendarRows, calendar_of
from report_service.domain.differences import By, DifferenceRows, differences_of
from report_service.domain.overviews import OverviewRows, overview_of
from report_service.domain.presence import silent_before
from report_service.domain.rows import StoreRow
from report_service.domain.sales import unusable_dates
from report_service.messaging.views import seen_in
from report_service.persistence import differences, sightings, store_dates, store_rows
from report_service.persistence.differences import MOST_FOUND, Dates
from service_kit.database import Connection, Database
from tillday_contracts.figure_messages import (
    Calendar,
    DifferenceReport,
    Differences,
    Overview,
    StoreCalendar,
    StoreOverviews,
)
from tillday_contracts.messages import Refused


class FigureAnswers:
    """The questions of tillday_contracts.figure_messages."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def differences(self, question: DifferenceReport) -> Differences | Refused:
        """Return what was missing or too much when tills were counted."""
        refusal = unusable_dates(question.first, question.last)
        if refusal is not None:
            return refusal

        async def look(connection: Connection, store: StoreRow) -> Differences:
            return differences_of(await _difference_rows(connection, store, question))

        return await seen_in(self._database, question.store, look)

    async def calendar(self, question: StoreCalendar) -> Calendar | Refused:
        """Return how the dates of a store went."""
        refusal = unusable_dates(question.first, question.last)
        if refusal is not None:
            return refusal

        async def look(connection: Connection, store: StoreRow) -> Calendar:
            dates = Dates(store.store, question.first, question.last)
            return calendar_of(await _calendar_rows(connection, store, dates))

        return await seen_in(self._database, question.store, look)

    async def overviews(self, question: StoreOverviews) -> Overview:
        """Return how stores stand, worst first."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            stores = await store_dates.stores_of(connection, question.stores)
            heard_since = silent_before(await sightings.read_listening(connection), self._now())
            return overview_of(await _overview_rows(connection, stores, heard_since))


async def _difference_rows(
    connection: Connection, store: StoreRow, question: DifferenceReport
) -> DifferenceRows:
    dates = Dates(store.store, question.first, question.last)
    found = await differences.found_in(connection, [dates])
    on, of = await differences.counted_in(connection, dates, by=question.by, only=question.only)
    return DifferenceRows(
        store=store,
        by=question.by,
        counted_on=on,
        counted_of=of,
        found=[one for one in found if question.only in (None, one.key(question.by))],
        tenders=await store_rows.tenders_of(connection, store.store),
        names=await _names(connection, store.store, question.by),
        cut=len(found) >= MOST_FOUND,
    )


async def _names(connection: Connection, store: str, by: By) -> Mapping[str, str]:
    if by == "cashier":
        return await store_rows.people_of(connection, store)
    return {one.terminal: one.name for one in await store_rows.terminals_of(connection, store)}


async def _calendar_rows(connection: Connection, store: StoreRow, dates: Dates) -> CalendarRows:
    figures = await store_dates.figures_of(connection, [dates])
    rescues, tasks = await store_dates.waiting_of(connection, dates)
    return CalendarRows(
        store=store,
        states=await store_dates.states_of(connection, dates),
        figures={day: one for (_, day), one in figures.items()},
        found=await differences.found_in(connection, [dates]),
        tenders=await store_rows.tenders_of(connection, store.store),
        rescues=rescues,
        tasks=tasks,
    )


async def _overview_rows(
    connection: Connection, stores: list[StoreRow], heard_since: datetime | None
) -> OverviewRows:
    codes = [store.store for store in stores]
    newest = await store_dates.newest_of(connection, codes)
    dates = [Dates(store, day, day) for store, (day, _) in newest.items()]
    figures = await store_dates.figures_of(connection, dates)
    return OverviewRows(
        stores=stores,
        newest=newest,
        terminals=await store_dates.terminals_of(connection, codes, heard_since=heard_since),
        figures={store: one for (store, _), one in figures.items()},
        running=await store_dates.counts_of(connection, store_dates.RUNNING_OF, codes),
        found=await differences.found_in(connection, dates),
        tenders=await store_dates.tenders_of(connection, codes),
        rescues=await store_dates.counts_of(connection, store_dates.RESCUES_OF, codes),
        tasks=await store_dates.counts_of(connection, store_dates.TASKS_OF, codes),
        alarms=await store_dates.counts_of(connection, store_dates.ALARMS_OF, codes),
    )
