"""Opening a store: each guard, and what the answer of the till service makes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store_service.domain.days import Archived, Cancelled, Closed, NoDay, Open, StoreBook
from store_service.domain.opening import (
    AlreadyOpen,
    DayOpened,
    OpeningBegun,
    OpeningUnderWay,
    OpeningWithdrawn,
    decide_open,
    decide_opening,
    evolve_opening,
    open_answer,
)
from store_service.domain.people import Person
from tillday_contracts.messages import Refused
from tillday_contracts.till_messages import Sealed
from unit.store_service.store_days import (
    CASHIER,
    MANAGER,
    MONDAY,
    NOON,
    SUNDAY,
    SUPERVISOR,
    TUESDAY,
    WEDNESDAY,
    an_open_day,
    book,
    closed,
    closing,
    not_sealed,
    open_store,
    opening,
)


def refusal(state: StoreBook, business_date: object = MONDAY, *, at: datetime = NOON) -> Refused:
    decision = decide_open(state, SUPERVISOR, open_store(business_date), at=at)  # type: ignore[arg-type]
    assert isinstance(decision, Refused)
    return decision


HEAD_CASHIER = replace(CASHIER, rights=("sell", "open_store"))


@pytest.mark.parametrize("person", [SUPERVISOR, MANAGER, HEAD_CASHIER])
def test_whoever_has_the_right_opens_a_store(person: Person) -> None:
    decision = decide_open(book(), person, open_store(), at=NOON)
    assert isinstance(decision, OpeningBegun)
    assert evolve_opening(book(), decision).opening == opening()


@pytest.mark.parametrize("person", [CASHIER, replace(SUPERVISOR, rights=("close_store",))])
def test_without_the_right_nobody_opens_a_store_whatever_their_role(person: Person) -> None:
    decision = decide_open(book(), person, open_store(by=person.person), at=NOON)
    assert isinstance(decision, Refused)
    assert decision.text == (
        f'{person.person} may not open the store "Corner Shop": the right "open_store" is missing. '
        "Somebody who has it can do so, or give it to this person."
    )


def test_nobody_from_elsewhere_opens_a_store() -> None:
    decision = decide_open(book(), None, open_store(by="STRANGER-1"), at=NOON)
    assert isinstance(decision, Refused)
    assert (
        decision.text == 'STRANGER-1 may not open the store "Corner Shop": nobody of that code works there.'
    )


def test_opening_the_open_date_again_changes_nothing_and_is_answered_alike() -> None:
    state = book(Open(MONDAY, "SUPERVISOR-1", automatically_closed=SUNDAY), last_closed=SUNDAY)
    decision = decide_open(state, SUPERVISOR, open_store(), at=NOON)
    assert isinstance(decision, AlreadyOpen)
    answer = open_answer(state, decision.day)
    assert (answer.state, answer.business_date, answer.automatically_closed) == ("open", MONDAY, SUNDAY)


def test_a_second_request_for_the_date_being_opened_shares_its_outcome() -> None:
    assert decide_open(book(opening()), SUPERVISOR, open_store(), at=NOON) == OpeningUnderWay(opening())


def test_no_other_date_is_opened_while_one_is_being_opened() -> None:
    assert refusal(book(opening(MONDAY)), TUESDAY).code == "being_opened"


@pytest.mark.parametrize("day", [closed(), Archived(closed())])
def test_a_closed_date_is_never_opened_again(day: Closed | Archived) -> None:
    assert refusal(book(day)).code == "closed"


def test_a_cancelled_date_may_be_opened_again() -> None:
    state = book(Cancelled(MONDAY, "wrong date", "MANAGER-1"))
    assert isinstance(decide_open(state, SUPERVISOR, open_store(), at=NOON), OpeningBegun)


def test_a_date_that_is_closing_is_not_opened() -> None:
    assert refusal(book(closing())).code == "closing"


def test_the_date_must_be_later_than_the_last_closed_one() -> None:
    refused = refusal(book(last_closed=TUESDAY), MONDAY)
    assert (refused.code, "2026-03-03" in refused.text) == ("date_too_early", True)


def test_the_date_must_be_later_than_the_open_one() -> None:
    assert refusal(book(an_open_day(MONDAY)), SUNDAY).code == "date_too_early"


def test_tomorrow_is_the_latest_date_to_open() -> None:
    assert isinstance(decide_open(book(), SUPERVISOR, open_store(TUESDAY), at=NOON), OpeningBegun)
    assert refusal(book(), WEDNESDAY).code == "date_too_late"


def test_today_is_the_day_before_until_the_rollover_in_the_stores_time_zone() -> None:
    before_four = datetime(2026, 3, 2, 2, 59, tzinfo=UTC)
    at_four = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    assert refusal(book(), TUESDAY, at=before_four).code == "date_too_late"
    assert isinstance(decide_open(book(), SUPERVISOR, open_store(TUESDAY), at=at_four), OpeningBegun)


def test_open_tills_of_another_date_withdraw_the_opening_and_are_named() -> None:
    state = book(an_open_day(SUNDAY), opening(MONDAY))
    fact = decide_opening(state, opening(MONDAY), not_sealed(SUNDAY))
    assert isinstance(fact, OpeningWithdrawn)
    assert fact.refusal.text == (
        'Cannot open the store "Corner Shop" because there are open tills for another Business Date'
    )
    assert fact.refusal.details["tills"][0]["business_date"] == "2026-03-01"  # type: ignore[index]
    after = evolve_opening(state, fact)
    assert (after.day(MONDAY), after.current) == (NoDay(MONDAY), an_open_day(SUNDAY))


def test_the_previous_day_without_open_tills_is_closed_in_the_same_decision() -> None:
    state = book(an_open_day(SUNDAY), opening(MONDAY))
    fact = decide_opening(state, opening(MONDAY), Sealed())
    assert isinstance(fact, DayOpened)
    assert fact.closed_before == Closed(SUNDAY, "SUPERVISOR-1", automatic=True, unattested=("T1", "T2"))
    after = evolve_opening(state, fact)
    assert (after.current, after.last_closed) == (fact.day, SUNDAY)
    assert fact.day.automatically_closed == SUNDAY


def test_an_automatic_close_of_a_closing_day_lists_only_those_who_did_not_attest() -> None:
    state = book(closing(SUNDAY, "T1"), opening(MONDAY))
    fact = decide_opening(state, opening(MONDAY), Sealed())
    assert isinstance(fact, DayOpened)
    assert fact.closed_before is not None
    assert fact.closed_before.unattested == ("T2",)


def test_a_first_day_closes_nothing() -> None:
    fact = decide_opening(book(opening()), opening(), Sealed())
    assert fact == DayOpened(Open(MONDAY, "SUPERVISOR-1"))


def test_a_store_that_was_never_closed_opens_any_date_up_to_tomorrow() -> None:
    dates = [MONDAY - timedelta(days=400), SUNDAY, MONDAY, TUESDAY, WEDNESDAY]
    answers = [decide_open(book(), SUPERVISOR, open_store(date), at=NOON) for date in dates]

    assert [isinstance(answer, OpeningBegun) for answer in answers] == [True, True, True, True, False]
    closed_once = decide_open(book(last_closed=SUNDAY), SUPERVISOR, open_store(SUNDAY), at=NOON)
    assert isinstance(closed_once, Refused)
