"""Worked days that more than one journal or more than one date tells of, from the bytes to the end."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from till_service.domain.seal import decide
from till_service.domain.sessions import ClosedInFront
from till_service.domain.which_count import Money, TillCount, settle_till
from tillday_contracts.till_messages import NotSealed, SealDay, Sealed, TillSessionChanged
from unit.till_service.journals import DAY, NOON, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger
from unit.till_service.shared_till import Shop, close, host, joined, member, sell

SECOND = "8" * 32
SECOND_DAY = DAY + timedelta(days=1)
THIRD_DAY = DAY + timedelta(days=2)


@pytest.mark.parametrize("sale_first", [True, False])
def test_a_guest_that_was_asked_before_it_sold_sells_after_the_count_in_both_orders(sale_first: bool) -> None:
    counter, tablet = host(), joined()
    counter.sell(4_000)
    opened = len(counter.entries)
    nothing = member(tablet)
    sell(tablet, 500)
    closed = close(counter, 19_000, nothing)
    shop = Shop((counter, tablet))

    shop.ledger.take(counter, counter.message(1, opened))
    parts = [(tablet, tablet.message()), (counter, counter.message(opened + 1))]
    for journal, message in parts if sale_first else reversed(parts):
        shop.ledger.take(journal, message)

    assert shop.places() == {4_000: "session", 500: "rescue"}
    assert [(one.expected, one.counted, one.kept) for one in closed.tenders] == [(19_000, 19_000, 15_000)]
    assert shop.ledger.expected(SESSION) == 19_000
    assert next_opening(rescued=500) == 15_500


def next_opening(*, rescued: int) -> int:
    """What the next opening count asks for after a close at 19000 that kept 15000."""
    counts = [
        TillCount("opening", "opening", SESSION, (0, 0, 0, 4), 15_000, 15_000),
        TillCount("cash-up", "cash_up", SESSION, (0, 0, 0, 7), 19_000, 19_000, 4_000),
    ]
    guest = Money("guest", SESSION, (0, 0, 0, 7, 1), rescued, held=False, by_host=False)
    standing = settle_till(counts, [Money("sales", SESSION, (0, 0, 0, 5), 4_000), guest])
    assert [settled.difference for settled in standing.counts] == [0, 0]
    return standing.counts[-1].count.left + sum(claim.amount for claim in standing.claims)


def two_days_alone() -> WrittenJournal:
    """A terminal without its link, counted and cashed up on two dates."""
    journal = WrittenJournal()
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    journal.close_till(16_000)
    journal.session, journal.day = SECOND, SECOND_DAY
    journal.open_till(15_000)
    journal.sell(3_000)
    journal.close_till(18_000, n=2)
    return journal


def seal(business_date: object) -> SealDay:
    known = {"message_id": UUID(int=1), "correlation_id": UUID(int=1), "occurred_at": NOON, "by": "M1"}
    asked = {"store": "S1", "business_date": business_date, "scope": "other_dates"}
    return SealDay.model_validate({**known, **asked})


def test_two_days_that_arrive_when_both_are_over_are_two_late_sessions_and_hinder_no_third(
    ledger: Ledger,
) -> None:
    journal = two_days_alone()
    ledger.register(journal)
    ledger.sealed |= {("S1", DAY), ("S1", SECOND_DAY)}  # one closed by itself, the other waived

    ledger.take(journal, journal.message())

    sessions = [ledger.sessions[SESSION], ledger.sessions[SECOND]]
    assert all(isinstance(session, ClosedInFront) and session.facts.late for session in sessions)
    closes = [ledger.closes[session.facts.session_id] for session in sessions]
    assert [tender.difference for close in closes for tender in close.tenders] == [0, 0]
    assert {placed.placement for placed in ledger.placed.values()} == {"session"}
    assert [ledger.expected(session.facts.session_id) for session in sessions] == [16_000, 18_000]
    assert (ledger.rescues, ledger.tasks, ledger.letters) == ({}, [], [])
    assert decide(seal(THIRD_DAY), sessions) == Sealed()


def test_while_such_a_session_is_still_counted_it_hinders_no_third_day_either(ledger: Ledger) -> None:
    journal = two_days_alone()
    ledger.register(journal)
    ledger.sealed |= {("S1", DAY), ("S1", SECOND_DAY)}
    opened = next(n for n, entry in enumerate(journal.entries, 1) if b"CASH_UP_STARTED" in entry.data)

    ledger.take(journal, journal.message(1, opened))

    (session,) = ledger.sessions.values()
    assert session.facts.late
    assert decide(seal(THIRD_DAY), [session]) == Sealed()
    regular = replace(session, facts=replace(session.facts, late=False))
    assert isinstance(decide(seal(THIRD_DAY), [regular]), NotSealed)
    assert all(event.late for event in ledger.events if isinstance(event, TillSessionChanged))
