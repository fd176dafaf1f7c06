"""What people decide of late entries, as reports show it: rejected ones count nowhere, repaired ones anew."""

from report_service.domain.board import BoardRows, board_of
from report_service.domain.rows import RescueRow, SessionTender, StoreRow, TerminalProduct
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import Payment, Sale
from tillday_contracts.till_messages import LedgerEntry
from unit.report_service.ledger_events import MONDAY, NOON, session_id
from unit.report_service.money_events import Shop
from unit.report_service.read_model import ReadModel

RESCUE = session_id(9)


def rescued(shop: Shop, sale: Sale) -> LedgerEntry:
    return shop.entry(sale, placement="rescue", session=RESCUE)


def test_a_rejected_sale_leaves_every_figure_and_an_accepted_one_comes_back() -> None:
    shop, model = Shop(), ReadModel()
    late = rescued(shop, shop.sale(1, "TEA"))
    tea = TerminalProduct("S1", "T1", MONDAY, "TEA")
    model.fold([shop.announced(late)])
    assert (model.sessions[RESCUE].receipts, model.terminal_products[tea].quantity) == (1, 1)

    out = shop.announced(late.model_copy(update={"placement": "rejected"}))
    model.fold([out])
    model.fold([out])

    assert (model.sessions[RESCUE].receipts, model.sessions[RESCUE].total) == (0, 0)
    assert model.terminal_products[tea].quantity == 0
    assert model.receipts == {}
    model.fold([shop.announced(late)])
    assert (model.sessions[RESCUE].receipts, model.terminal_products[tea].quantity) == (1, 1)


def test_a_repaired_sale_counts_with_its_new_content_alone_however_the_events_are_bundled() -> None:
    shop = Shop()
    sale = shop.sale(1, "TEA")
    late = rescued(shop, sale)
    card = Payment(tender="card", tendered=sale.total, amount=sale.total)
    body = Sale.model_validate({**sale.model_dump(), "payments": [card.model_dump()], "cashier": "CASHIER-2"})
    events = [
        shop.announced(late),
        shop.announced(late.model_copy(update={"placement": "rejected"})),
        shop.announced(late.model_copy(update={"body": body.model_dump(mode="json")})),
    ]
    alone, at_once = ReadModel(), ReadModel()
    for event in events:
        alone.fold([event])
    at_once.fold(events)

    assert alone == at_once
    assert alone.receipts[late.hash].cashier == "CASHIER-2"
    assert alone.takings[SessionTender(RESCUE, "cash")].totals == TenderTotals()
    assert alone.takings[SessionTender(RESCUE, "card")].totals.sales == sale.total


def test_a_rejected_movement_is_in_no_total() -> None:
    shop, model = Shop(), ReadModel()
    late = shop.entry(shop.movement(1, "paid_in", 500), placement="rescue", session=RESCUE)

    model.fold([shop.announced(late), shop.announced(late.model_copy(update={"placement": "rejected"}))])

    assert model.takings[SessionTender(RESCUE, "cash")].totals.paid_in == 0
    assert model.movements == {}


def test_the_board_marks_a_rescue_session_that_is_not_closed() -> None:
    row = RescueRow(RESCUE, "S1", "T1", "T1", MONDAY, session_id(1), "RESCUE T1-A-1", "reviewed", 1, 0, 0)
    rows = BoardRows(StoreRow("S1", "Store", "EUR"), (), (), {}, {}, {}, (), {}, NOON, rescues=(row,))

    (marked,) = board_of(rows).rescues

    assert (marked.name, marked.status, marked.sales, marked.undecided) == ("RESCUE T1-A-1", "reviewed", 1, 0)
