"""Which session holds a sale, by what its close covers and whatever the order of arrival."""

from datetime import timedelta

import pytest

from till_service.domain.sessions import Open
from tillday_contracts.entries import (
    CashUpCancelled,
    CashUpStarted,
    Sale,
)
from tillday_contracts.till_messages import (
    EntriesRecorded,
)
from unit.till_service.journals import CASHIER, DAY, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger


def test_sales_during_the_closing_count_belong_to_the_session(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    journal.sell(1_000)
    journal.write(CashUpCancelled(session_id=SESSION, by=CASHIER))

    ledger.take(journal, journal.message())

    assert isinstance(ledger.sessions[SESSION], Open)
    assert ledger.expected(SESSION) == 16_000


def test_a_sale_beyond_the_manifest_of_a_closed_session_goes_to_its_rescue_session(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.close_till(15_000)
    ledger.take(journal, journal.message())
    journal.sell(500)
    journal.sell(700)

    ledger.take(journal, journal.message(7))

    (rescue,) = ledger.rescues[SESSION]
    assert ledger.expected(rescue.session_id) == 1_200
    assert ledger.expected(SESSION) == 15_000
    assert {sale.session_id for sale in ledger.placed.values()} == {rescue.session_id}


@pytest.mark.parametrize("together", [True, False])
def test_a_close_moves_out_the_sales_that_its_count_does_not_cover(
    journal: WrittenJournal, ledger: Ledger, together: bool
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    journal.sell(500)
    journal.close_till(16_000, to_seq=5)

    if together:
        ledger.take(journal, journal.message())
    else:
        ledger.take(journal, journal.message(1, 6))
        ledger.take(journal, journal.message(7))

    (rescue,) = ledger.rescues[SESSION]
    assert ledger.expected(SESSION) == 16_000
    assert ledger.expected(rescue.session_id) == 500
    assert ledger.products[(SESSION, "4001")].quantity == 1
    placed = ledger.placed[journal.entries[5].hash]
    assert (placed.placement, placed.session_id) == ("rescue", rescue.session_id)


def test_a_sale_is_told_to_readers_where_it_ended_in_the_batch(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(500)
    journal.close_till(15_000, to_seq=4)

    ledger.take(journal, journal.message())

    (told,) = [event for event in ledger.events if isinstance(event, EntriesRecorded)]
    assert told.entries[4].placement == "rescue"


def test_sales_before_the_opening_count_wait_under_their_session_and_join_it_then(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.start_till()
    journal.sell(1_000)
    ledger.take(journal, journal.message())
    parked = ledger.placed[journal.head].placement
    before = ledger.expected(SESSION)
    journal.confirm_opening(15_000)

    ledger.take(journal, journal.message(5))

    assert (parked, before) == ("parked", 0)
    assert ledger.expected(SESSION) == 16_000
    assert ledger.placed[journal.entries[3].hash].placement == "session"


@pytest.mark.parametrize(("covered", "place"), [(None, "session"), (4, "rescue")])
def test_a_sale_that_moves_after_it_was_recorded_is_told_again_with_its_new_place(
    journal: WrittenJournal, ledger: Ledger, covered: int | None, place: str
) -> None:
    journal.begin()
    journal.start_till()
    journal.sell(1_000)
    ledger.take(journal, journal.message())
    ledger.events.clear()
    journal.confirm_opening(15_000)
    journal.close_till(15_000, to_seq=3 if covered else None)

    ledger.take(journal, journal.message(5))

    told = [event for event in ledger.events if isinstance(event, EntriesRecorded)]
    (again,) = told[-1].entries
    assert (again.seq, again.placement, again.type) == (4, place, "SALE")
    assert again.body == Sale.model_validate(again.body).model_dump(mode="json")


def test_a_sale_of_a_session_nobody_began_is_parked(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.sell(1_000)

    ledger.take(journal, journal.message())

    assert ledger.placed[journal.head].placement == "parked"
    assert not ledger.tenders


@pytest.mark.parametrize("change", [{"business_date": DAY + timedelta(days=1)}, {"till": "OTHER"}])
def test_a_sale_whose_date_or_till_does_not_fit_its_session_is_rescued(
    journal: WrittenJournal, ledger: Ledger, change: dict[str, object]
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.write(journal.sale(1_000, sku="4001", **change))

    ledger.take(journal, journal.message())

    assert ledger.placed[journal.head].placement == "rescue"
    assert ledger.expected(SESSION) == 15_000
