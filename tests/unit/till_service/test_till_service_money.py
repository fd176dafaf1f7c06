"""Money that is no sale: movements are routed like sales, each tender is counted in its own currency."""

import pytest

from till_service.domain.sessions import ClosedInBack, is_undecided
from tillday_contracts.arithmetic import ProductTotals, TenderTotals, price_receipt
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import (
    InitialCountConfirmed,
    Movement,
    NoSale,
    OpeningTender,
    Payment,
    Sale,
    SaleLine,
)
from tillday_contracts.movement_entries import MovementKind
from tillday_contracts.till_messages import EntriesRecorded
from unit.till_service.journals import CASHIER, DAY, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger

NEXT_SESSION = "1" * 32


@pytest.mark.parametrize(
    ("kind", "totals", "expected"),
    [
        ("paid_in", TenderTotals(opening=15_000, paid_in=700), 15_700),
        ("paid_out", TenderTotals(opening=15_000, paid_out=700), 14_300),
        ("loan", TenderTotals(opening=15_000, loans=700), 15_700),
        ("pickup", TenderTotals(opening=15_000, pickups=700), 14_300),
    ],
)
def test_each_kind_of_movement_has_its_own_total_and_its_own_sign(
    journal: WrittenJournal, ledger: Ledger, kind: MovementKind, totals: TenderTotals, expected: int
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.move(kind, 700)

    ledger.take(journal, journal.message())

    assert ledger.tenders[(SESSION, "cash")] == totals
    assert ledger.expected(SESSION) == expected
    assert not ledger.products
    row = ledger.journal[journal.head]
    assert (row.placement, row.session_id) == ("session", SESSION)


def test_movements_of_other_tenders_stay_with_their_tender(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.move("paid_in", 500, tender="voucher")
    journal.move("pickup", 2_000, tender="cash_usd")

    ledger.take(journal, journal.message())

    assert ledger.tenders[(SESSION, "voucher")] == TenderTotals(paid_in=500)
    assert ledger.tenders[(SESSION, "cash_usd")] == TenderTotals(pickups=2_000)
    assert ledger.expected(SESSION) == 15_000


def test_a_movement_before_the_opening_count_waits_under_its_session_and_joins_it_then(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.start_till()
    journal.move("paid_in", 700)
    ledger.take(journal, journal.message())
    parked = ledger.placed[journal.head].placement
    before = ledger.expected(SESSION)
    journal.confirm_opening(15_000)

    ledger.take(journal, journal.message(5))

    assert (parked, before) == ("parked", 0)
    assert ledger.expected(SESSION) == 15_700


def test_a_movement_of_a_session_nobody_began_is_parked(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.move("loan", 700)

    ledger.take(journal, journal.message())

    assert ledger.placed[journal.head].placement == "parked"
    assert not ledger.tenders
    assert not ledger.safe


@pytest.mark.parametrize("together", [True, False])
def test_a_close_moves_out_the_movements_that_its_count_does_not_cover(
    journal: WrittenJournal, ledger: Ledger, together: bool
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.move("paid_in", 1_000)
    journal.move("paid_out", 300)
    journal.close_till(16_000, to_seq=5)

    if together:
        ledger.take(journal, journal.message())
    else:
        ledger.take(journal, journal.message(1, 6))
        ledger.take(journal, journal.message(7))

    (rescue,) = ledger.rescues[SESSION]
    assert ledger.expected(SESSION) == 16_000
    assert ledger.tenders[(rescue.session_id, "cash")] == TenderTotals(paid_out=300)
    placed = ledger.placed[journal.entries[5].hash]
    assert (placed.placement, placed.session_id) == ("rescue", rescue.session_id)


def test_a_movement_beyond_the_manifest_of_a_closed_session_goes_to_its_rescue_session(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.close_till(15_000)
    journal.move("paid_in", 700)

    ledger.take(journal, journal.message())

    (rescue,) = ledger.rescues[SESSION]
    assert ledger.expected(rescue.session_id) == 700
    assert ledger.expected(SESSION) == 15_000


def test_a_movement_of_a_session_closed_without_a_manifest_stays_there_undecided(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    ledger.sessions[SESSION] = ClosedInBack(ledger.sessions[SESSION].facts, None)
    journal.move("paid_in", 700)

    ledger.take(journal, journal.message(5))

    placed = ledger.placed[journal.head]
    assert placed.placement == "session"
    assert is_undecided(ledger.sessions[SESSION])


@pytest.mark.parametrize("change", [{"till": "OTHER"}, {"business_date": DAY.replace(day=1)}])
def test_a_movement_whose_date_or_till_does_not_fit_its_session_is_rescued(
    journal: WrittenJournal, ledger: Ledger, change: dict[str, object]
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.write(journal.movement("paid_in", 700).model_copy(update=change))

    ledger.take(journal, journal.message())

    assert ledger.placed[journal.head].placement == "rescue"
    assert ledger.expected(SESSION) == 15_000


def test_a_movement_of_a_journal_that_was_left_waits_in_the_rescue_session_and_moves_no_safe(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    branch = journal.copied()
    journal.sell(100)
    ledger.take(journal, journal.message())
    branch.move("pickup", 700)

    ledger.take(branch, branch.message(5, quarantine=True))

    (rescue,) = ledger.rescues[SESSION]
    assert ledger.expected(rescue.session_id) == -700
    assert ledger.expected(SESSION) == 15_100
    assert not ledger.safe


def test_an_impossible_movement_goes_to_the_desk(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    body = journal.movement("loan", 700).model_dump(mode="json")
    journal.write_bytes(journal.bytes_of(journal.movement("loan", 700), body=body | {"amount": -700}))

    ledger.take(journal, journal.message())

    assert [letter.entry.seq for letter in ledger.letters] == [5]
    assert ledger.expected(SESSION) == 15_000


def test_a_movement_that_moves_after_it_was_recorded_is_told_again_with_its_new_place(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.start_till()
    journal.move("paid_in", 700)
    ledger.take(journal, journal.message())
    ledger.events.clear()
    journal.confirm_opening(15_000)

    ledger.take(journal, journal.message(5))

    told = [event for event in ledger.events if isinstance(event, EntriesRecorded)]
    (again,) = told[-1].entries
    assert (again.seq, again.placement, again.type, again.session_id) == (4, "session", "MOVEMENT", SESSION)
    assert again.body == Movement.model_validate(again.body).model_dump(mode="json")


def test_the_numbers_of_receipts_pass_over_movements(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(100)
    journal.move("paid_in", 700)
    journal.sell(100)

    ledger.take(journal, journal.message())

    (stream,) = ledger.streams.values()
    assert stream.last_receipt == 2


def mixed_sale(journal: WrittenJournal) -> Sale:
    """Paid with 2000 in foreign notes worth 1840, and 200 by card; 540 cash of the store's goes back."""
    return journal.sale(
        1_500,
        payments=(
            Payment(tender="cash_usd", tendered=2_000, amount=2_000, rate=920_000, value=1_840),
            Payment(tender="card", tendered=200, amount=200),
            Payment(tender="cash", tendered=0, change=540, amount=-540),
        ),
    )


def test_a_sale_is_folded_into_each_of_its_tenders_foreign_cash_in_its_own_currency(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.write(mixed_sale(journal))

    ledger.take(journal, journal.message())

    assert ledger.tenders[(SESSION, "cash_usd")] == TenderTotals(sales=2_000)
    assert ledger.tenders[(SESSION, "card")] == TenderTotals(sales=200)
    assert ledger.expected(SESSION) == 14_460


def refund(journal: WrittenJournal, tender: str) -> Sale:
    """One apple for 500 comes back."""
    line = SaleLine(sku="4001", name="Apple", quantity=-1, unit_price=500, tax_rate=700, gross=-500, tax=0)
    priced = price_receipt((line,))
    paid = Payment(tender=tender, tendered=0, change=500, amount=-500)
    return journal.sale(lines=priced.lines, taxes=priced.taxes, total=-500, payments=(paid,))


@pytest.mark.parametrize(("tender", "expected"), [("cash", 15_500), ("card", -500)])
def test_a_refund_lowers_the_tender_that_paid_it_out_and_the_products(
    journal: WrittenJournal, ledger: Ledger, tender: str, expected: int
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    journal.write(refund(journal, tender))

    ledger.take(journal, journal.message())

    assert ledger.tenders[(SESSION, tender)].refunds == 500
    assert ledger.expected(SESSION, tender) == expected
    assert ledger.products[(SESSION, "4001")] == ProductTotals("Apple", 0, 500)


def test_a_refund_that_finds_another_place_takes_its_tenders_and_products_along(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.write(refund(journal, "cash"))
    journal.close_till(15_000, to_seq=4)

    ledger.take(journal, journal.message())

    (rescue,) = ledger.rescues[SESSION]
    assert ledger.tenders[(SESSION, "cash")] == TenderTotals(opening=15_000)
    assert ledger.tenders[(rescue.session_id, "cash")] == TenderTotals(refunds=500)
    assert ledger.products[(rescue.session_id, "4001")] == ProductTotals("Apple", -1, -500)


def test_a_receipt_of_nothing_is_a_sale_without_a_tender(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.write(journal.sale(0, payments=()))

    ledger.take(journal, journal.message())

    assert ledger.placed[journal.head].placement == "session"
    assert ledger.tenders == {(SESSION, "cash"): TenderTotals(opening=15_000)}


def test_each_tender_counted_in_the_morning_opens_with_its_counted_amount(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    def opening(tender: str, counted: int) -> OpeningTender:
        pieces = (DenominationCount(value=100, quantity=counted // 100),)
        return OpeningTender(
            tender=tender, expected=counted, counted=counted, difference=0, denominations=pieces
        )

    journal.begin()
    journal.start_till()
    tenders = (opening("cash", 15_000), opening("cash_usd", 4_000))
    journal.write(InitialCountConfirmed(session_id=SESSION, business_date=DAY, by=CASHIER, tenders=tenders))

    ledger.take(journal, journal.message())

    assert (ledger.expected(SESSION), ledger.expected(SESSION, "cash_usd")) == (15_000, 4_000)


@pytest.mark.parametrize("session_id", [SESSION, None])
def test_a_drawer_opened_without_a_transaction_is_recorded_and_changes_no_amount(
    journal: WrittenJournal, ledger: Ledger, session_id: str | None
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.write(NoSale(session_id=session_id, reason="Change for the bakery", by=CASHIER))

    ledger.take(journal, journal.message())

    row = ledger.journal[journal.head]
    assert (row.placement, row.session_id) == ("none", session_id)
    assert ledger.expected(SESSION) == 15_000
    assert not ledger.letters
