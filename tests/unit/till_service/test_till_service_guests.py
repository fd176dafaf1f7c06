"""Guests of a shared till: what they sell is in the host's session, and its manifest says what it counted."""

from itertools import permutations

import pytest

from till_service.domain.guests import GuestJournal, refused_to_tell, totals_answer
from till_service.domain.sessions import is_undecided
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.close_evidence import close_code
from tillday_contracts.entries import JoinAsked, TillJoined, TillLeft
from tillday_contracts.sharing_messages import GuestChanged, GuestReach
from unit.till_service.back_office import close_command, no_close_command, scanned
from unit.till_service.journals import DAY, SESSION
from unit.till_service.shared_till import TILL, Shop, close, guest, host, joined, member, sell


def test_what_a_guest_sells_is_in_the_hosts_session_under_its_own_cashier() -> None:
    counter, tablet = host(), joined()
    counter.sell(1_000)
    sale = sell(tablet, 500)
    shop = Shop((counter, tablet))

    ledger = shop.arrive(counter, tablet)

    assert shop.places() == {1_000: "session", 500: "session"}
    assert ledger.expected(SESSION) == 16_500
    assert ledger.guest_tenders == {(SESSION, "T2", "cash"): TenderTotals(sales=500)}
    assert sale.cashier == "C2"


def test_a_terminal_that_never_joined_sells_into_no_session_of_another() -> None:
    counter, stranger = host(), guest()
    sell(stranger, 500)
    shop = Shop((counter, stranger))

    shop.arrive(counter, stranger)

    assert shop.places() == {500: "rescue"}


def test_a_sale_before_the_word_of_joining_is_a_strangers() -> None:
    counter, tablet = host(), guest()
    sell(tablet, 500)
    tablet.write(TillJoined(session_id=SESSION, till=TILL, host="T1", business_date=DAY, by="C2"))
    sell(tablet, 700)
    shop = Shop((counter, tablet))

    shop.arrive(counter, tablet)

    assert shop.places() == {500: "rescue", 700: "session"}


def test_a_guest_that_resends_before_its_host_after_a_restore_waits_parked() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    shop = Shop((counter, tablet))

    shop.arrive(tablet)
    assert shop.places() == {500: "parked"}

    shop.arrive(counter)
    assert shop.places() == {500: "session"}


def test_a_guest_comes_and_goes_and_the_back_office_hears_of_it() -> None:
    tablet = guest()
    tablet.write(JoinAsked(till=TILL, business_date=DAY, by="C2"))
    tablet.write(TillJoined(session_id=SESSION, till=TILL, host="T1", business_date=DAY, by="C2"))
    tablet.write(TillLeft(session_id=SESSION, till=TILL, by="C2"))

    ledger = Shop((tablet,)).arrive(tablet)

    told = [event for event in ledger.events_of(GuestChanged) if isinstance(event, GuestChanged)]
    assert [(event.state, event.session_id) for event in told] == [
        ("asked", None),
        ("joined", SESSION),
        ("left", SESSION),
    ]


@pytest.mark.parametrize("order", list(permutations(("host", "guest"))))
def test_the_hosts_manifest_decides_in_any_order_of_arrival(order: tuple[str, ...]) -> None:
    counter, tablet = host(), joined()
    counter.sell(1_000)
    sell(tablet, 500)
    counted = member(tablet)
    sell(tablet, 700)
    close(counter, 16_500, counted)
    shop = Shop((counter, tablet))

    ledger = shop.arrive(*({"host": counter, "guest": tablet}[name] for name in order))

    assert shop.places() == {1_000: "session", 500: "session", 700: "rescue"}
    assert ledger.expected(SESSION) == 16_500
    assert [task.kind for task in ledger.tasks] == []


def test_a_guest_at_nothing_when_the_host_asked_is_after_the_count() -> None:
    counter, tablet = host(), joined()
    nothing = member(tablet)
    sell(tablet, 500)
    close(counter, 15_000, nothing)
    for order in ((counter, tablet), (tablet, counter)):
        shop = Shop((counter, tablet))
        shop.arrive(*order)
        assert shop.places() == {500: "rescue"}


def test_a_close_that_expected_another_amount_of_its_guests_becomes_a_task() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    close(counter, 15_400, member(tablet))
    shop = Shop((counter, tablet))

    ledger = shop.arrive(tablet, counter)

    assert [task.kind for task in ledger.tasks] == ["expected_differs"]


def test_a_guest_that_was_not_counted_is_undecided_until_a_person_names_its_last_receipt() -> None:
    counter, tablet = host(), joined()
    sale = sell(tablet, 500)
    sell(tablet, 700)
    close(counter, 15_000, not_counted=("T2",))
    shop = Shop((counter, tablet))
    ledger = shop.arrive(counter, tablet)

    assert shop.places() == {500: "session", 700: "session"}
    assert is_undecided(ledger.sessions[SESSION])
    assert [task.kind for task in ledger.tasks] == []

    assert shop.said(GuestReach(terminal="T2", through=sale.number)) is None

    assert shop.places() == {500: "session", 700: "rescue"}
    assert not is_undecided(ledger.sessions[SESSION])


def test_what_the_ledger_holds_now_may_be_named_and_what_comes_later_is_after_the_count() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    close(counter, 15_000, not_counted=("T2",))
    shop = Shop((counter, tablet))
    shop.arrive(counter, tablet)
    shop.said(GuestReach(terminal="T2"))
    sell(tablet, 700)

    shop.arrive(tablet)

    assert shop.places() == {500: "session", 700: "rescue"}


def test_a_word_on_a_guest_says_what_is_wrong_with_it() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    shop = Shop((counter, tablet))
    shop.arrive(counter, tablet)
    early = shop.said(GuestReach(terminal="T2"))
    close(counter, 15_000, not_counted=("T2",))
    shop.arrive(counter)

    codes = [
        early,
        shop.said(GuestReach(terminal="T3")),
        shop.said(GuestReach(terminal="T2", through="T2-00000-9")),
    ]

    assert [refused.code if refused else None for refused in codes] == [
        "not_counted_yet",
        "guest_decided",
        "unknown_receipt",
    ]


def test_no_close_will_come_means_what_the_ledger_holds_of_the_guests_too() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    shop = Shop((counter, tablet))
    ledger = shop.arrive(counter, tablet)
    ledger.close_till(close_command(None))
    ledger.say_no_close(no_close_command())
    sell(tablet, 700)

    shop.arrive(tablet)

    assert shop.places() == {500: "session", 700: "rescue"}


def test_the_code_of_a_report_names_the_guests_that_were_not_counted() -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    shop = Shop((counter, tablet))
    ledger = shop.arrive(counter, tablet)
    closed = close(counter, 15_000, not_counted=("T2",))
    assert '"not_counted":["T2"]' in close_code(closed)

    ledger.close_till(close_command(scanned(closed)))

    assert shop.places() == {500: "session"}
    assert is_undecided(ledger.sessions[SESSION])


def test_a_host_is_told_what_each_guest_brought_and_how_far_it_was_read() -> None:
    journals = [GuestJournal("T2", "a" * 16, 9, "b" * 64), GuestJournal("T3", "c" * 16, 4, "d" * 64)]
    totals = {("T2", "cash"): TenderTotals(sales=500, paid_out=100)}

    told = totals_answer("e" * 32, SESSION, journals=journals, totals=totals)

    assert [(one.terminal, one.positions[0].seq) for one in told.guests] == [("T2", 9), ("T3", 4)]
    assert (told.guests[0].tenders[0].sales, told.guests[0].tenders[0].paid_out) == (500, 100)
    assert told.guests[1].tenders == ()


def test_only_the_host_is_told() -> None:
    counter = host()
    ledger = Shop((counter,)).arrive(counter)
    session = ledger.sessions[SESSION]

    assert refused_to_tell("e" * 32, session, "T1") is None
    assert refused_to_tell("e" * 32, session, "T2") is not None
    assert refused_to_tell("e" * 32, None, "T1") is not None
