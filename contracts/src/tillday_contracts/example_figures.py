"""Example questions about many days or many stores, and their answers: the same store day."""

from pydantic import BaseModel

from tillday_contracts import figure_messages
from tillday_contracts.example_entries import CASHIER, DAY, SESSION, STORE, TERMINAL, TILL


def figure_examples() -> dict[str, BaseModel]:
    """Return one example of each question and answer by its wire name."""
    return {**_questions(), **_answers()}


def _questions() -> dict[str, BaseModel]:
    return {
        "request.difference_report": figure_messages.DifferenceReport(
            store=STORE, first=DAY, last=DAY, by="cashier", only=CASHIER
        ),
        "request.store_calendar": figure_messages.StoreCalendar(store=STORE, first=DAY, last=DAY),
        "request.store_overviews": figure_messages.StoreOverviews(stores=(STORE,)),
    }


def _answers() -> dict[str, BaseModel]:
    return {
        "reply.differences": figure_messages.Differences(
            currency="EUR",
            days=(figure_messages.DifferenceDay(business_date=DAY, sessions=1, missing=200, surplus=0),),
            rows=(_row(),),
            sessions=(_session(),),
        ),
        "reply.calendar": figure_messages.Calendar(store=STORE, currency="EUR", days=(_day(),)),
        "reply.overview": figure_messages.Overview(stores=(_overview(),)),
    }


def _row() -> figure_messages.DifferenceRow:
    return figure_messages.DifferenceRow(
        key=CASHIER, name="Cashier 1", currency="EUR", sessions=1, off=1, missing=200, surplus=0
    )


def _session() -> figure_messages.DifferenceSession:
    return figure_messages.DifferenceSession(
        session_id=SESSION,
        business_date=DAY,
        terminal=TERMINAL,
        till=TILL,
        cashier=CASHIER,
        tender="cash",
        currency="EUR",
        difference=-200,
    )


def _day() -> figure_messages.CalendarDay:
    return figure_messages.CalendarDay(
        business_date=DAY,
        state="closed",
        sessions=1,
        receipts=1,
        total=320,
        missing=200,
        rescues=1,
    )


def _overview() -> figure_messages.StoreOverview:
    return figure_messages.StoreOverview(
        store=STORE,
        name="Corner shop",
        currency="EUR",
        business_date=DAY,
        state="closed",
        terminals=2,
        open_terminals=0,
        open_tills=0,
        total=320,
        missing=200,
        rescues=1,
        troubles=("differences", "rescues"),
    )
