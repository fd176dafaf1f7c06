"""Sealing a day."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal
from uuid import UUID

from till_service.domain.seal import decide, seals
from till_service.domain.sessions import ClosedInFront, Open, OpeningCount, SessionFacts
from tillday_contracts.till_messages import NotSealed, SealDay, Sealed
from unit.till_service.journals import CASHIER, DAY, EPOCH, NOON, SESSION

FACTS = SessionFacts(SESSION, "S1", "T1", "T1-A", DAY, CASHIER, EPOCH, 3)
YESTERDAY = DAY - timedelta(days=1)


def seal(scope: Literal["date", "other_dates", "unused"] = "date") -> SealDay:
    return SealDay(
        message_id=UUID(int=1),
        correlation_id=UUID(int=1),
        occurred_at=NOON,
        by="M1",
        store="S1",
        business_date=DAY,
        scope=scope,
    )


def test_a_day_without_open_tills_is_sealed() -> None:
    assert decide(seal(), []) == Sealed()


def test_an_open_till_of_the_date_stands_in_the_way_and_is_named() -> None:
    answer = decide(seal(), [Open(FACTS)])

    assert isinstance(answer, NotSealed)
    assert [(till.terminal, till.status, till.opened_by) for till in answer.tills] == [
        ("T1", "open", CASHIER)
    ]


def test_a_till_in_its_opening_count_stands_in_the_way_too() -> None:
    assert isinstance(decide(seal(), [OpeningCount(FACTS)]), NotSealed)


def test_an_open_till_of_another_date_does_not_keep_this_one_open() -> None:
    assert decide(seal(), [Open(replace(FACTS, business_date=YESTERDAY))]) == Sealed()


def test_a_look_at_the_other_dates_finds_their_open_tills_and_not_this_dates() -> None:
    yesterday = Open(replace(FACTS, business_date=YESTERDAY))

    answer = decide(seal("other_dates"), [Open(FACTS), yesterday])

    assert isinstance(answer, NotSealed)
    assert [till.business_date for till in answer.tills] == [YESTERDAY]


def test_a_late_session_stands_in_nobodys_way() -> None:
    assert decide(seal(), [Open(replace(FACTS, late=True))]) == Sealed()


def test_only_a_sealed_answer_for_the_date_itself_takes_effect() -> None:
    assert seals(seal(), Sealed())
    assert seals(seal("unused"), Sealed())
    assert not seals(seal("other_dates"), Sealed())
    assert not seals(seal(), NotSealed(tills=()))


def test_a_date_counts_as_used_once_a_till_was_started_for_it_even_if_it_is_closed() -> None:
    closed = ClosedInFront(FACTS, None)

    answer = decide(seal("unused"), [closed])

    assert isinstance(answer, NotSealed)
    assert [till.status for till in answer.tills] == ["closed_front"]
    assert decide(seal("unused"), []) == Sealed()


def test_a_late_session_does_not_make_a_date_used() -> None:
    assert decide(seal("unused"), [ClosedInFront(replace(FACTS, late=True), None)]) == Sealed()
