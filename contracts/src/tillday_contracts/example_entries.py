"""Example journal entries: one store day at terminal T1 of store S1."""

from datetime import UTC, date, datetime
from typing import Final

from pydantic import BaseModel

from tillday_contracts import entries
from tillday_contracts.arithmetic import cash_payment, price_receipt
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.ids import cash_up_number, receipt_number

STORE: Final = "S1"
TERMINAL: Final = "T1"
TILL: Final = "T1-A"
DAY: Final = date(2026, 3, 14)
MORNING: Final = datetime(2026, 3, 14, 8, 1, 30, tzinfo=UTC)
EPOCH: Final = "5f0c3a9d17e2b846"
OLD_EPOCH: Final = "09b1e77c4d20f3a5"
SESSION: Final = "7d9f1c2e5b8a4f60917c3e5d2a4b6c80"
OLD_SESSION: Final = "1a2b3c4d5e6f708192a3b4c5d6e7f809"
KEY_ID: Final = "c3d2e1f0a9b8c7d6"
HASH: Final = "8c6f2f0b3f7d4f1a9a7c5e3d1b0f8e6d4c2a0b9e7d5c3b1a0f8e6d4c2b0a9f8e"
OTHER_HASH: Final = "13a57b9c2d4e6f8091a3b5c7d9e0f2143658709badcfe1032547698badcfe103"
CASHIER: Final = "C1"
SUPERVISOR: Final = "SV1"
KEPT: Final = (entries.TenderAmount(tender="cash", amount=15_000),)


def opening_count() -> tuple[DenominationCount, ...]:
    """Return 150.00 in coins and notes."""
    pieces = ((50, 20), (100, 20), (200, 10), (1000, 5), (2000, 2), (500, 2))
    return tuple(DenominationCount(value=value, quantity=quantity) for value, quantity in pieces)


def closing_count() -> tuple[DenominationCount, ...]:
    """Return 153.10 in coins and notes: 10 less than expected."""
    return (
        *opening_count(),
        DenominationCount(value=10, quantity=1),
        DenominationCount(value=20, quantity=15),
    )


def approval(*, count: str, expected: int, counted: int) -> entries.Approval:
    """Return the supervisor's word on exactly this difference."""
    subject = entries.approval_subject(
        session_id=SESSION, count=count, tender="cash", expected=expected, counted=counted
    )
    return entries.Approval(by=SUPERVISOR, reason="Coin lost", difference=counted - expected, subject=subject)


def sale() -> entries.Sale:
    """Return a receipt of 3.20, paid with 5.00: the drawer gains 3.20."""
    items = (("4001", "Apple", 2, 60, 0, 700), ("4002", "Notebook", 1, 250, 50, 1900))
    lines = tuple(
        entries.SaleLine(
            sku=sku,
            name=name,
            quantity=quantity,
            unit_price=price,
            discount=discount,
            tax_rate=rate,
            gross=quantity * price - discount,
            tax=0,
        )
        for sku, name, quantity, price, discount, rate in items
    )
    priced = price_receipt(lines)
    return entries.Sale(
        session_id=SESSION,
        till=TILL,
        business_date=DAY,
        number=receipt_number(TERMINAL, EPOCH, 1),
        cashier=CASHIER,
        lines=priced.lines,
        taxes=priced.taxes,
        total=priced.total,
        payments=(cash_payment("cash", due=priced.total, tendered=500),),
    )


def till_closed() -> entries.TillClosed:
    """Return the close of the example day: 153.20 expected, 153.10 counted, 150.00 kept."""
    cash = entries.TenderCount(
        tender="cash",
        opening=15_000,
        expected=15_320,
        counted=15_310,
        difference=-10,
        kept=15_000,
        moved=310,
        denominations=closing_count(),
        approval=approval(count="cash_up", expected=15_320, counted=15_310),
    )
    return entries.TillClosed(
        session_id=SESSION,
        till=TILL,
        business_date=DAY,
        number=cash_up_number(TILL, EPOCH, 1),
        by=CASHIER,
        tenders=(cash,),
        manifest=(entries.ManifestMember(terminal=TERMINAL, epoch=EPOCH, to_seq=11, to_hash=HASH),),
    )


def envelope() -> entries.Envelope:
    """Return the example sale as it stands in the journal."""
    return entries.Envelope(
        store=STORE,
        terminal=TERMINAL,
        epoch=EPOCH,
        seq=8,
        boot_no=4,
        type="SALE",
        at=MORNING,
        mono_ms=93_412,
        trace="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        body=sale().model_dump(mode="json"),
    )


def entry_examples() -> dict[str, BaseModel]:
    """Return one body of each entry type by its wire name."""
    return {**_terminal_entries(), **_opening_entries(), **_movement_entries(), **_closing_entries()}


def _terminal_entries() -> dict[str, BaseModel]:
    state = entries.TillState(
        till=TILL,
        session_id=OLD_SESSION,
        status="closed_front",
        business_date=date(2026, 3, 13),
        kept=KEPT,
        last_receipt=41,
        last_cash_up=3,
    )
    follows = entries.Position(epoch=OLD_EPOCH, seq=412, hash=OTHER_HASH)
    return {
        "entry.genesis": entries.Genesis(key_id=KEY_ID, follows=follows, till_state=state),
        "entry.boot": entries.Boot(nonce="0f1e2d3c4b5a69788796a5b4c3d2e1f0", version="0.1.0"),
        "entry.signed_in": entries.SignedIn(person=CASHIER),
        "entry.pin_refused": entries.PinRefused(person=CASHIER, in_a_row=2),
        "entry.terminal_opened": entries.TerminalOpened(
            business_date=DAY, origin="back_office", desired_rev=17
        ),
        "entry.terminal_closed": entries.TerminalClosed(business_date=DAY, desired_rev=19),
        "entry.command_done": entries.CommandDone(command_id=SESSION, outcome="done"),
        "entry.attested": entries.Attested(business_date=DAY, revision=18),
    }


def _opening_entries() -> dict[str, BaseModel]:
    counted = entries.OpeningTender(
        tender="cash", expected=15_000, counted=15_000, difference=0, denominations=opening_count()
    )
    return {
        "entry.till_started": entries.TillStarted(
            session_id=SESSION, till=TILL, business_date=DAY, by=CASHIER, expected=KEPT
        ),
        "entry.count_attempted": entries.CountAttempted(
            session_id=SESSION,
            count="initial",
            tender="cash",
            by=CASHIER,
            expected=15_000,
            counted=15_000,
            denominations=opening_count(),
        ),
        "entry.initial_count_confirmed": entries.InitialCountConfirmed(
            session_id=SESSION, business_date=DAY, by=CASHIER, tenders=(counted,)
        ),
        "entry.sale": sale(),
    }


def _movement_entries() -> dict[str, BaseModel]:
    return {
        "entry.float_moved": entries.FloatMoved(
            session_id=SESSION,
            till=TILL,
            business_date=DAY,
            tender="cash",
            kept=10_000,
            wanted=15_000,
            amount=5_000,
            by=CASHIER,
        ),
        "entry.movement": entries.Movement(
            session_id=SESSION,
            till=TILL,
            business_date=DAY,
            kind="paid_out",
            tender="cash",
            amount=1_250,
            reason="Window cleaner",
            by=CASHIER,
            allowed_by=SUPERVISOR,
        ),
        "entry.adjustment": entries.Adjustment(
            session_id=SESSION,
            till=TILL,
            business_date=DAY,
            corrects=OLD_SESSION,
            tender="cash",
            amount=-2_000,
            reason="Card sale keyed as cash",
            by=CASHIER,
            allowed_by=SUPERVISOR,
        ),
        "entry.drawer_left_open": entries.DrawerLeftOpen(session_id=SESSION, seconds=61),
        "entry.no_sale": entries.NoSale(session_id=SESSION, reason="Change for a customer", by=CASHIER),
        "entry.receipt_deleted": entries.ReceiptDeleted(
            session_id=SESSION,
            till=TILL,
            receipt=OLD_SESSION,
            lines=(
                entries.SaleLine(
                    sku="COF-01",
                    name="Espresso",
                    quantity=2,
                    unit_price=160,
                    tax_rate=1_000,
                    gross=320,
                    tax=29,
                ),
            ),
            total=320,
            by=CASHIER,
            allowed_by=SUPERVISOR,
        ),
    }


def _closing_entries() -> dict[str, BaseModel]:
    return {
        "entry.cash_up_started": entries.CashUpStarted(session_id=SESSION, by=CASHIER),
        "entry.cash_up_cancelled": entries.CashUpCancelled(session_id=SESSION, by=CASHIER),
        "entry.close_heard": entries.CloseHeard(session_id=SESSION, desired_rev=9),
        "entry.tender_confirmed": entries.TenderConfirmed(
            session_id=SESSION,
            tender="cash",
            by=CASHIER,
            expected=15_320,
            counted=15_310,
            difference=-10,
            denominations=closing_count(),
            approval=approval(count="cash_up", expected=15_320, counted=15_310),
        ),
        "entry.till_closed": till_closed(),
        "entry.printed": entries.Printed(document=receipt_number(TERMINAL, EPOCH, 1), entry=HASH),
    }
