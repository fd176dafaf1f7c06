"""Folding what the store service announced."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from report_service.domain.rows import DayKey, PersonKey, StoreRow, TenderKey, TenderRow, TerminalRow
from report_service.domain.store_fold import fold
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.day_messages import StoreDayCancelled
from tillday_contracts.denominations import STANDARD
from tillday_contracts.messages import Event
from tillday_contracts.store_messages import (
    PersonDefined,
    StoreClosed,
    StoreClosing,
    StoreClosingAbandoned,
    StoreDefined,
    StoreOpened,
    TerminalAdded,
    TerminalWished,
)
from tillday_contracts.wishes import SettingsContent, Tender

HEAD: dict[str, Any] = {
    "message_id": UUID(int=1),
    "correlation_id": UUID(int=1),
    "causation_id": UUID(int=1),
    "occurred_at": datetime(2026, 3, 2, tzinfo=UTC),
}


def defined(name: str, *tenders: Tender) -> StoreDefined:
    settings = SettingsContent(
        store="S1",
        name=name,
        currency="EUR",
        time_zone="Europe/Madrid",
        denominations=STANDARD["EUR"],
        tenders=tenders,
    )
    return StoreDefined(**HEAD, settings=settings, revision=1)


def wished(rev: int, business_date: date | None) -> TerminalWished:
    return TerminalWished(
        **HEAD, store="S1", terminal="T1", business_date=business_date, origin="back_office", rev=rev
    )


def test_a_store_has_the_name_it_was_given_last() -> None:
    assert fold([defined("Old"), defined("New")]).stores == {
        "S1": StoreRow("S1", "New", "EUR", "Europe/Madrid")
    }


def tender(code: str, name: str, currency: str = "EUR") -> Tender:
    kind = "cash" if code == "cash" else "foreign_cash" if code.startswith("cash_") else "card"
    return Tender.model_validate(
        {"tender": code, "name": name, "kind": kind, "currency": currency, "keep": KeepRule(mode="move_all")}
    )


def test_a_store_names_its_tenders_in_their_order() -> None:
    changes = fold([defined("Shop", tender("cash", "Cash"), tender("cash_usd", "US dollars", "USD"))])
    assert changes.tenders == {
        TenderKey("S1", "cash"): TenderRow(0, "Cash", "EUR"),
        TenderKey("S1", "cash_usd"): TenderRow(1, "US dollars", "USD"),
    }


def test_a_person_has_the_name_that_was_given_last() -> None:
    told = [
        PersonDefined(**HEAD, store="S1", person="C1", name=name, role="cashier")
        for name in ("Cashier", "Cashier 1")
    ]
    assert fold(told).people == {PersonKey("S1", "C1"): "Cashier 1"}


def test_a_terminal_appears_with_its_till() -> None:
    added = TerminalAdded(**HEAD, store="S1", terminal="T1", till="D1", name="Counter")
    assert list(fold([added]).terminals.values()) == [TerminalRow("S1", "T1", "D1", "Counter")]


def test_a_wish_of_a_lower_revision_changes_nothing() -> None:
    changes = fold([wished(5, date(2026, 3, 2)), wished(4, None)])
    assert [row.rev for row in changes.wishes.values()] == [5]


def day(kind: type[Event], **fields: object) -> Any:
    return kind.model_validate({**HEAD, "store": "S1", "business_date": date(2026, 3, 2), **fields})


def test_a_day_stands_as_it_was_told_last() -> None:
    told = [
        day(StoreOpened, by="SUPERVISOR-1"),
        day(StoreClosing, by="SUPERVISOR-1"),
        day(StoreClosingAbandoned, reason="a till is open"),
        day(StoreClosing, by="SUPERVISOR-1"),
        day(StoreClosed, by="SUPERVISOR-1"),
    ]
    key = DayKey("S1", date(2026, 3, 2))
    assert [fold(told[:length]).days[key] for length in range(1, 6)] == [
        "open",
        "closing",
        "open",
        "closing",
        "closed",
    ]
    assert fold([day(StoreDayCancelled, by="M1", reason="by mistake")]).days == {key: "cancelled"}
