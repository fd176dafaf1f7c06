"""Figures from PostgreSQL: X, flash and sales reports; told twice and rebuilt they are the same."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from integration.report_service.test_report_rows import fed, fold, rows, store_events
from report_service.messaging import feeds
from report_service.messaging.answers import Answers
from report_service.messaging.flash import FlashAnswers
from service_kit.database import Database
from tillday_contracts.asks import Ask, AskFailed, FlashPage, Reply
from tillday_contracts.messages import Event, Refused
from tillday_contracts.report_messages import (
    CashUpReport,
    CashUps,
    Flash,
    FlashReport,
    Sales,
    SalesReport,
    Snapshot,
    XReport,
)
from tillday_contracts.store_messages import PersonDefined
from unit.report_service.ledger_events import EPOCH, MONDAY, NOON, session_id
from unit.report_service.money_events import Shop
from unit.report_service.test_report_store_fold import HEAD, defined, tender


def shop_events() -> list[Event]:
    shop = defined(
        "Corner shop", tender("cash", "Cash"), tender("card", "Card"), tender("cash_usd", "Dollars", "USD")
    )
    person = PersonDefined(**HEAD, store="S1", person="CASHIER-1", name="Cashier 1", role="cashier")
    return [*store_events(), shop, person]


async def know_the_store(database: Database) -> None:
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(shop_events(), "store"))


async def told(database: Database, events: Sequence[Event], *, at_once: int = 4) -> None:
    await know_the_store(database)
    await fold(database, fed(events), at_once=at_once)


class Paper:
    """A broker that keeps what is published."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Any]] = []

    async def publish(self, subject: str, body: bytes, headers: object = None) -> None:
        self.said.append((subject, Reply.model_validate_json(body).content))


async def test_a_day_of_money_told_twice_and_rebuilt_ends_in_the_same_rows(database: Database) -> None:
    events = Shop("T1").a_day_of_money(1)
    await told(database, events)
    once = await rows(database)

    await fold(database, fed(events), at_once=3)
    assert await rows(database) == once

    async with database.transaction() as connection:
        await feeds.forget_till(connection)
        await feeds.forget_store(connection)
    assert not any((await rows(database)).values())
    await told(database, events, at_once=1)
    assert await rows(database) == once
    assert len(once["movement"]) == 4


async def test_an_x_report_shows_the_running_session_and_ends_with_it(database: Database) -> None:
    events = Shop("T1").a_day_of_money(1)
    await told(database, events[:-4])
    answers = Answers(database, now=lambda: NOON)

    snapshot = await answers.x_report(XReport(store="S1", terminal="T1"))
    assert isinstance(snapshot, Snapshot)
    assert (snapshot.receipts, snapshot.refunds, snapshot.total) == (4, 1, 2250)
    assert [(one.tender, one.currency, one.expected) for one in snapshot.figures] == [
        ("cash", "EUR", 16290),
        ("card", "EUR", 600),
        ("cash_usd", "USD", 2000),
    ]

    await fold(database, fed(events[-4:]), at_once=4)
    refused = await answers.x_report(XReport(store="S1", terminal="T1"))
    assert isinstance(refused, Refused)
    assert refused.code == "no_open_till"


async def test_a_cash_up_report_has_the_figures_the_refunds_and_the_copies(database: Database) -> None:
    await told(database, Shop("T1").a_day_of_money(1))
    found = await Answers(database, now=lambda: NOON).cash_up_report(
        CashUpReport(store="S1", business_date=MONDAY)
    )
    assert isinstance(found, CashUps)
    (report,) = found.reports
    assert (report.receipts, report.refunds, report.copy_no) == (4, 1, 2)
    cash = report.figures[0]
    assert (cash.opening, cash.sales, cash.refunds, cash.paid_in) == (15000, 60, 250, 500)
    assert (cash.paid_out, cash.loans, cash.pickups, cash.expected) == (120, 2000, 900, 16290)
    assert report.tenders[0].expected == cash.expected


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("product", [("MUG", "Mug", 2, 2, 2000), ("TEA", "Tea", 3, 1, 250)]),
        ("cashier", [("CASHIER-1", "Cashier 1", 4, 3, 2250)]),
        (
            "tender",
            [("card", "Card", 1, 0, 600), ("cash", "Cash", 4, 0, -190), ("cash_usd", "Dollars", 1, 0, 1840)],
        ),
        ("hour", [("13", "13:00", 4, 3, 2250)]),
    ],
)
async def test_sales_in_groups_always_add_up_to_the_turnover(
    database: Database, by: str, expected: list[tuple[object, ...]]
) -> None:
    # Noon in UTC is one o'clock in the shop's winter.
    await told(database, Shop("T1").a_day_of_money(1))
    question = SalesReport.model_validate({"store": "S1", "first": MONDAY, "last": MONDAY, "by": by})
    sales = await Answers(database, now=lambda: NOON).sales_report(question)
    assert isinstance(sales, Sales)
    assert [(row.key, row.name, row.receipts, row.quantity, row.total) for row in sales.rows] == expected
    assert sales.total == 2250


async def test_sales_are_those_of_the_dates_and_the_store_that_were_named(database: Database) -> None:
    events = [*Shop("T1").a_day_of_money(1), *Shop("T1", store="S2").a_day_of_money(2)]
    await told(database, events)
    answers = Answers(database, now=lambda: NOON)
    tuesday = MONDAY + timedelta(days=1)
    none = await answers.sales_report(SalesReport(store="S1", first=tuesday, last=tuesday, by="product"))
    assert none == Sales(currency="EUR", rows=(), total=0)
    both = await answers.sales_report(SalesReport(store="S1", first=MONDAY, last=tuesday, by="tender"))
    assert isinstance(both, Sales)
    assert both.total == 2250


async def test_a_flash_report_holds_late_and_rescued_sales_of_the_terminal_s_date(database: Database) -> None:
    shop = Shop("T1")
    late = shop.entry(shop.sale(1, "MUG"), placement="rescue", session=session_id(9))
    await told(database, [*opened(shop), *shop.a_day_of_money(1), shop.announced(late)])
    flash = await FlashAnswers(database, Paper()).flash_report(FlashReport(store="S1", terminal="T1"))  # type: ignore[arg-type]
    assert isinstance(flash, Flash)
    assert [(line.sku, line.quantity, line.total) for line in flash.lines] == [
        ("MUG", 3, 3000),
        ("TEA", 1, 250),
    ]
    assert (flash.total, flash.business_date, flash.head_seq) == (3250, MONDAY, shop.seq)


async def test_the_answer_to_a_terminal_waits_for_its_newest_entries(database: Database) -> None:
    shop = Shop("T1")
    await told(database, opened(shop))
    sale = shop.entry(shop.sale(1, "MUG"), placement="session", session=session_id(1))
    paper = Paper()
    asking = asyncio.create_task(ask(database, paper, head_seq=shop.seq))
    await asyncio.sleep(0.3)
    assert paper.said == [], "it waits"

    await fold(database, fed([shop.announced(sale)]), at_once=1)
    await asking

    ((subject, page),) = paper.said
    assert subject == "pos.S1.T1.reply.v1"
    assert isinstance(page, FlashPage)
    assert (page.missing, page.total, page.business_date) == (0, 1000, MONDAY)


async def test_what_did_not_come_in_time_is_said(database: Database) -> None:
    shop = Shop("T1")
    await told(database, opened(shop))
    paper = Paper()
    await ask(database, paper, head_seq=OPENED + 3, patience=0.2)
    ((_, page),) = paper.said
    assert isinstance(page, FlashPage)
    assert (page.missing, page.lines) == (3, ())


async def test_a_terminal_that_was_never_opened_hears_why_there_is_no_report(database: Database) -> None:
    await know_the_store(database)
    paper = Paper()
    await ask(database, paper, head_seq=None)
    ((_, content),) = paper.said
    assert isinstance(content, AskFailed)
    assert "T1" in content.text


async def test_an_ask_that_cannot_be_read_is_not_answered(database: Database) -> None:
    paper = Paper()
    await FlashAnswers(database, paper).ask("pos.S1.T1.ask.flash.v1", b"{}")  # type: ignore[arg-type]
    assert paper.said == []


OPENED = 3


def opened(shop: Shop) -> list[Event]:
    """Open the terminal and its till: three entries."""
    return [*shop.a_day(1)[:4]]


async def ask(database: Database, paper: Paper, *, head_seq: int | None, patience: float = 5.0) -> None:
    question = Ask(request_id="a" * 32, person="SUPERVISOR-1", epoch=EPOCH, head_seq=head_seq)
    answers = FlashAnswers(database, paper, patience=patience)  # type: ignore[arg-type]
    await answers.ask("pos.S1.T1.ask.flash.v1", question.model_dump_json().encode())
