"""Differences, the calendar and the overview of stores, from the rows in PostgreSQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from integration.report_service.test_report_back_closes import typed
from integration.report_service.test_report_rows import fed, fold, two_terminals
from report_service.domain.presence import Listening
from report_service.messaging import feeds
from report_service.messaging.figure_answers import FigureAnswers
from report_service.persistence import sightings
from service_kit.database import Database
from tillday_contracts.figure_messages import (
    Calendar,
    DifferenceReport,
    Differences,
    StoreCalendar,
    StoreOverviews,
)
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import PersonDefined, StoreOpened, TerminalAdded
from unit.report_service.ledger_events import MONDAY, Ledger
from unit.report_service.test_report_store_fold import HEAD, defined, wished

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def days_events() -> list[Any]:
    return [
        defined("Shop"),
        *(TerminalAdded(**HEAD, store="S1", terminal=one, till=one, name=one) for one in ("T1", "T2")),
        PersonDefined(**HEAD, store="S1", person="CASHIER-1", name="Cashier 1", role="cashier"),
        StoreOpened(**HEAD, store="S1", business_date=MONDAY, by="SUPERVISOR-1"),
        wished(1, MONDAY),
    ]


async def answers(database: Database) -> FigureAnswers:
    await fold(database, fed(two_terminals()), at_once=50)
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(days_events(), "store"))
    return FigureAnswers(database, now=lambda: NOON)


async def test_two_tills_a_euro_short_are_two_euros_of_the_date_and_of_its_cashier(
    database: Database,
) -> None:
    figures = await answers(database)
    asked: dict[str, Any] = {"store": "S1", "first": MONDAY, "last": MONDAY}

    told = await figures.differences(DifferenceReport(**asked, by="cashier"))
    one = await figures.differences(DifferenceReport(**asked, by="terminal", only="T2"))

    assert isinstance(told, Differences)
    assert isinstance(one, Differences)
    assert [(row.name, row.sessions, row.off, row.missing) for row in told.rows] == [("Cashier 1", 2, 2, 200)]
    assert [(day.business_date, day.sessions, day.missing) for day in told.days] == [(MONDAY, 2, 200)]
    assert [(row.key, row.missing) for row in one.rows] == [("T2", 100)]
    before = await figures.differences(
        DifferenceReport(store="S1", first=date(2026, 1, 1), last=date(2026, 1, 2), by="terminal")
    )
    assert isinstance(before, Differences)
    assert (before.days, before.rows, before.sessions) == ((), (), ())
    unknown = await figures.differences(DifferenceReport(**{**asked, "store": "S9"}, by="cashier"))
    assert isinstance(unknown, Refused)


async def test_a_report_told_to_the_back_office_counts_until_the_terminal_s_own_close(
    database: Database,
) -> None:
    ledger = Ledger("T1")
    *before, _, _ = ledger.a_day(1)
    closed = ledger.changed(1, "closed_back", by="SUPERVISOR-1")
    await fold(database, fed([*before, closed, typed(1)]), at_once=50)
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(days_events(), "store"))
    figures = FigureAnswers(database, now=lambda: NOON)

    calendar = await figures.calendar(StoreCalendar(store="S1", first=MONDAY, last=MONDAY))

    assert isinstance(calendar, Calendar)
    (shown,) = calendar.days
    assert (shown.state, shown.sessions, shown.provisional, shown.running) == ("open", 1, 1, 0)
    assert (shown.missing, shown.surplus, shown.total) == (100, 0, 1500)


async def test_the_overview_names_who_is_silent_and_what_differs(database: Database) -> None:
    figures = await answers(database)
    (early,) = (await figures.overviews(StoreOverviews())).stores
    assert (early.silent, early.troubles) == (0, ("differences",)), "nobody has listened yet"
    async with database.transaction() as connection:
        await sightings.save_listening(connection, Listening(NOON - timedelta(minutes=2), NOON))
        assert await sightings.lock_listening(connection) == (NOON - timedelta(minutes=2), NOON)

    (store,) = (await figures.overviews(StoreOverviews())).stores

    assert (store.terminals, store.open_terminals, store.silent, store.missing) == (2, 1, 1, 200)
    assert (store.business_date, store.state, store.open_tills) == (MONDAY, "open", 0)
    assert store.troubles == ("silent", "differences")
    assert (await figures.overviews(StoreOverviews(stores=("S9",)))).stores == ()
