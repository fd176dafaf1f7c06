"""Receipts that are begun and not paid: they wait, are finished, handed on or deleted, and never vanish."""

from dataclasses import replace

import pytest

from agent_shift import SESSION, Shift
from agent_shop import CASHIER, GOODS, NOON, SUPERVISOR, cash_of, place, selling
from terminal_agent.core.commands import (
    Actor,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    DeleteReceipt,
    SaveReceipt,
    StartCashUp,
    StartTill,
    Wanted,
)
from terminal_agent.core.pending import MAX_PENDING, hand_over, save
from terminal_agent.core.receipts import Pending, Receipts
from terminal_agent.core.refusal import Refusal
from tillday_contracts.entries import ReceiptDeleted

RECEIPT, ANOTHER = "a" * 32, "b" * 32
COFFEE = (Wanted("COF-01", 2),)
CLOSED_THERE = Refusal("cash_up_first", "The back office has closed this session.")
STRANGER = Actor("GUEST", frozenset())


def tapped(
    shift: Shift, lines: tuple[Wanted, ...] = COFFEE, receipt: str = RECEIPT, **more: object
) -> Pending | Refusal:
    command = SaveReceipt(by=CASHIER, receipt=receipt, lines=lines, items=GOODS)
    return save(shift.till, command, place(**more), at=NOON)  # type: ignore[arg-type]


def waiting(shift: Shift, receipt: str = RECEIPT) -> Receipts:
    kept = tapped(shift, receipt=receipt)
    assert isinstance(kept, Pending)
    return {receipt: kept}


def code(answer: Pending | Refusal) -> str | None:
    return answer.code if isinstance(answer, Refusal) else None


def test_a_receipt_is_kept_with_what_it_costs_and_who_began_it() -> None:
    shift = Shift().opened()
    first = waiting(shift)
    later = SaveReceipt(by=SUPERVISOR, receipt=RECEIPT, lines=(*COFFEE, Wanted("BAK-04", 1)), items=GOODS)

    kept = save(shift.till, later, place(pending=first), at=NOON)

    assert isinstance(kept, Pending)
    assert (kept.by, kept.total, len(kept.lines)) == ("CASHIER-1", 740, 2)


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ((), "empty_receipt"),
        ((Wanted("NOPE", 1),), "unknown_sku"),
        ((Wanted("COF-01", 0),), "wrong_quantity"),
        ((Wanted("WAT-02", 1),) * 150, None),
        ((Wanted("WAT-02", 1),) * 151, "too_many_lines"),
    ],
)
def test_what_no_receipt_may_hold_is_refused_when_it_is_added(
    lines: tuple[Wanted, ...], refusal: str | None
) -> None:
    assert code(tapped(Shift().opened(), lines)) == refusal


def test_a_receipt_is_begun_only_where_the_till_may_sell_and_only_by_somebody_who_may() -> None:
    shift = Shift()
    assert code(tapped(shift)) == "till_closed"
    shift.do(StartTill(CASHIER, SESSION))
    assert code(tapped(shift)) == "initial_count_missing"
    opened = Shift().opened()
    assert code(tapped(opened, obstacle=CLOSED_THERE)) == "cash_up_first"
    strange = SaveReceipt(by=STRANGER, receipt=RECEIPT, lines=COFFEE, items=GOODS)
    assert code(save(opened.till, strange, place(), at=NOON)) == "right_missing"


def test_only_so_many_receipts_wait() -> None:
    shift = Shift().opened()
    known = waiting(shift)[RECEIPT]
    many = {f"{number:032x}": known for number in range(MAX_PENDING)}

    assert code(tapped(shift, pending=many)) == "too_many_pending"


def test_a_pending_receipt_keeps_the_till_from_its_cash_up() -> None:
    shift = Shift().opened()
    refusal = shift.refused(StartCashUp(CASHIER), pending=waiting(shift))

    assert (refusal.code, refusal.details) == ("receipts_pending", {"receipts": [RECEIPT]})
    assert shift.do(StartCashUp(CASHIER)).refusal is None


def test_a_receipt_handed_on_waits_for_the_next_session_and_keeps_its_cash_up() -> None:
    shift = Shift().opened()
    handed = hand_over(shift.till, RECEIPT, CASHIER, waiting(shift))
    assert isinstance(handed, Pending)
    receipts = {RECEIPT: handed}

    assert shift.do(StartCashUp(CASHIER), pending=receipts).refusal is None
    shift.do(CountTender(CASHIER, "cash", cash_of(15000)))
    shift.do(ConfirmCashUp(CASHIER, {}))
    assert code(hand_over(shift.till, RECEIPT, CASHIER, receipts)) == "till_closed"
    shift.do(StartTill(CASHIER, "6" * 32))
    shift.do(CountFloat(CASHIER, cash_of(15000)))
    assert shift.refused(StartCashUp(CASHIER), pending=receipts).code == "receipts_pending"


def test_a_tap_takes_a_receipt_back_that_was_handed_on() -> None:
    shift = Shift().opened()
    handed = hand_over(shift.till, RECEIPT, CASHIER, waiting(shift))
    assert isinstance(handed, Pending)

    kept = tapped(shift, pending={RECEIPT: handed})

    assert isinstance(kept, Pending)
    assert kept.handed_by is None


def test_a_receipt_is_deleted_with_a_supervisors_word_and_the_journal_keeps_what_stood_on_it() -> None:
    shift = Shift().opened()
    receipts = waiting(shift)

    assert shift.refused(DeleteReceipt(CASHIER, RECEIPT), pending=receipts).code == "right_missing"
    both = DeleteReceipt(CASHIER, RECEIPT, Actor("CASHIER-2", CASHIER.rights))
    assert shift.refused(both, pending=receipts).code == "approval_right_missing"
    deleted = shift.do(DeleteReceipt(CASHIER, RECEIPT, SUPERVISOR), pending=receipts).entries[0]

    assert isinstance(deleted, ReceiptDeleted)
    assert (deleted.session_id, deleted.total, deleted.by) == (SESSION, 320, "CASHIER-1")
    assert deleted.allowed_by == "SUPERVISOR-1"
    assert [(line.sku, line.quantity) for line in deleted.lines] == [("COF-01", 2)]
    alone = shift.do(DeleteReceipt(SUPERVISOR, RECEIPT), pending=receipts).entries[0]
    assert isinstance(alone, ReceiptDeleted)
    assert alone.allowed_by == "SUPERVISOR-1"


def test_a_receipt_that_does_not_wait_is_neither_finished_nor_handed_on_nor_deleted() -> None:
    shift = Shift().opened()
    paid = replace(selling(("COF-01", 2)), receipt=RECEIPT)

    assert shift.refused(paid).code == "unknown_receipt"
    assert shift.refused(DeleteReceipt(SUPERVISOR, RECEIPT)).code == "unknown_receipt"
    assert code(hand_over(shift.till, RECEIPT, CASHIER, {})) == "unknown_receipt"


# --- the session was closed in the back office ----------------------------------------------------------


def test_a_session_closed_in_the_back_office_finishes_its_open_receipt_and_starts_none() -> None:
    shift = Shift().opened()
    receipts = waiting(shift)
    paid = selling(("COF-01", 2))

    assert code(tapped(shift, receipt=ANOTHER, obstacle=CLOSED_THERE, pending=receipts)) == "cash_up_first"
    assert shift.refused(paid, obstacle=CLOSED_THERE, pending=receipts) is CLOSED_THERE
    assert isinstance(tapped(shift, obstacle=CLOSED_THERE, pending=receipts), Pending)
    finished = shift.do(replace(paid, receipt=RECEIPT), obstacle=CLOSED_THERE, pending=receipts)

    assert finished.refusal is None
    assert shift.expected == 15320


def test_a_session_closed_in_the_back_office_is_cashed_up_as_evidence_once_no_receipt_waits() -> None:
    shift = Shift().opened()

    assert (
        shift.refused(StartCashUp(CASHIER), pending=waiting(shift), obstacle=CLOSED_THERE).code
        == "receipts_pending"
    )
    assert shift.do(StartCashUp(CASHIER), obstacle=CLOSED_THERE).refusal is None
    shift.do(CountTender(CASHIER, "cash", cash_of(15000)), obstacle=CLOSED_THERE)
    assert shift.do(ConfirmCashUp(CASHIER, {}), obstacle=CLOSED_THERE).refusal is None


def test_a_receipt_is_not_finished_on_a_disk_that_keeps_nothing() -> None:
    shift = Shift().opened()
    full = Refusal("disk_full", "The disk is almost full.")
    paid = replace(selling(("COF-01", 2)), receipt=RECEIPT)

    assert shift.refused(paid, pending=waiting(shift), obstacle=full, fault=full) is full
