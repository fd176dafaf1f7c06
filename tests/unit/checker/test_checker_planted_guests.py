"""Violations planted at shared tills: each is found, and a right shared day holds."""

from collections.abc import Iterable

from tillday_checker.day import sells_only_when_open
from tillday_checker.figures import expected_is_the_formula
from tillday_checker.shown import everybody_sees_the_same
from tillday_checker.verdict import Violation
from tillday_checker.world import HeldEntry, Terminal, World
from tillday_contracts.entries import CashUpStarted, GuestsTold, TenderConfirmed, TillClosed, TillLeft
from tillday_contracts.sharing_entries import GuestTender, GuestTotals
from unit.till_service.journals import CASHIER, SESSION, WrittenJournal
from unit.till_service.shared_till import TILL, close, guest, host, joined, member, sell


def world(*journals: WrittenJournal) -> World:
    """What the terminals hold, each with its own key."""
    return World(terminals=tuple(_terminal(journal) for journal in journals))


def _terminal(journal: WrittenJournal) -> Terminal:
    entries = tuple(HeldEntry(journal.epoch, e.seq, e.prev, e.hash, e.data) for e in journal.entries)
    address = journal.address
    return Terminal(address.store, address.terminal, {journal.key_id: journal.key}, entries)


def said(found: Iterable[Violation]) -> list[tuple[int, str]]:
    return [(violation.invariant, violation.text) for violation in found]


def told(counter: WrittenJournal, tablet: WrittenJournal, sales: int, *, expected: int) -> None:
    """The host hears what its guest brought and counts the drawer."""
    at = tablet.position()
    brought = GuestTotals(terminal="T2", positions=(at,), tenders=(GuestTender(tender="cash", sales=sales),))
    counter.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    counter.write(GuestsTold(session_id=SESSION, by=CASHIER, guests=(brought,)))
    counter.write(
        TenderConfirmed(
            session_id=SESSION, tender="cash", by=CASHIER, expected=expected, counted=expected, difference=0
        )
    )


def test_a_shared_day_holds_whichever_journal_is_told_first() -> None:
    counter, tablet = host(), joined()
    counter.sell(1_000)
    sell(tablet, 500)
    told(counter, tablet, 500, expected=16_500)
    close(counter, 16_500, member(tablet))

    for journals in ((counter, tablet), (tablet, counter)):
        found = world(*journals)
        assert said(expected_is_the_formula(found)) == []
        assert said(everybody_sees_the_same(found)) == []
        assert said(sells_only_when_open(found)) == []


def test_a_close_that_forgets_what_a_guest_brought_is_found() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    close(counter, 15_000, member(tablet))

    text = "cash: the close expects 15000, the receipts make it 15500"
    assert said(expected_is_the_formula(world(counter, tablet))) == [(11, text)]


def test_a_host_that_was_told_another_amount_than_its_guest_wrote_is_found() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    told(counter, tablet, 400, expected=15_400)

    text = "cash: 15400 was expected, at that instant it was 15500"
    assert said(everybody_sees_the_same(world(counter, tablet))) == [(26, text)]


def test_a_sale_into_a_till_that_its_terminal_never_joined_is_found() -> None:
    counter, stranger = host(), guest()
    sell(stranger, 500)

    found = said(sells_only_when_open(world(counter, stranger)))

    assert found == [(8, "a sale was made while its till was not joined")]


def test_a_receipt_begun_after_the_terminal_left_is_found() -> None:
    counter, tablet = host(), joined()
    tablet.write(TillLeft(session_id=SESSION, till=TILL, by="C2"))
    sell(tablet, 500)

    found = said(sells_only_when_open(world(counter, tablet)))

    assert found == [(8, "a sale was made while its till was not joined")]


def test_guests_that_were_not_counted_are_in_no_figure_of_the_close() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    closed: TillClosed = close(counter, 15_000, not_counted=("T2",))

    assert closed.not_counted == ("T2",)
    assert said(expected_is_the_formula(world(counter, tablet))) == []
