"""Closing a store: each guard, attestation, waiving, and the seal."""

from dataclasses import replace

import pytest

from store_service.domain.closing import (
    AlreadyClosed,
    ClosingAbandoned,
    ClosingBegun,
    ClosingWaived,
    DayClosed,
    LookFirst,
    StillClosing,
    attestation_counts,
    close_answer,
    decide_close,
    decide_closing,
    decide_look,
    evolve_attested,
    evolve_closing,
    ready_to_seal,
)
from store_service.domain.days import Archived, Cancelled, Closed, StoreBook, StoreDay
from store_service.domain.people import Person
from tillday_contracts.messages import Refused
from tillday_contracts.till_messages import Sealed
from unit.store_service.store_days import (
    CASHIER,
    MINUTE,
    MONDAY,
    NOON,
    SUNDAY,
    SUPERVISOR,
    TUESDAY,
    an_open_day,
    book,
    close_store,
    closed,
    closing,
    not_sealed,
    open_till,
    opening,
)


def decide(state: StoreBook, **fields: object) -> object:
    return decide_close(state, SUPERVISOR, close_store(**fields), at=NOON + MINUTE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (CASHIER, 'the right "close_store" is missing'),
        (replace(SUPERVISOR, rights=("open_store",)), 'the right "close_store" is missing'),
        (None, "nobody of that code works there"),
    ],
)
def test_only_who_has_the_right_closes_a_store(person: Person | None, why: str) -> None:
    decision = decide_close(book(an_open_day()), person, close_store(by="CASHIER-1"), at=NOON)
    assert isinstance(decision, Refused)
    assert decision.text.startswith(f'CASHIER-1 may not close the store "Corner Shop": {why}')


def test_an_open_date_is_looked_at_before_it_closes() -> None:
    assert decide(book(an_open_day())) == LookFirst(an_open_day())


@pytest.mark.parametrize("day", [opening(), Cancelled(MONDAY, "wrong", "MANAGER-1")])
def test_a_date_that_is_not_open_is_not_closed(day: StoreDay) -> None:
    decision = decide(book(day, an_open_day(SUNDAY)))
    assert isinstance(decision, Refused)
    assert decision.text == 'The store "Corner Shop" is not open for 2026-03-02. It is open for 2026-03-01.'


def test_a_store_that_never_opened_is_not_closed() -> None:
    decision = decide(book())
    assert isinstance(decision, Refused)
    assert decision.text.endswith("It is closed.")


@pytest.mark.parametrize("day", [closed(), Archived(closed())])
def test_closing_a_closed_date_again_changes_nothing(day: Closed | Archived) -> None:
    assert decide(book(day)) == AlreadyClosed(MONDAY)


def test_open_tills_of_the_date_keep_it_open_and_are_named() -> None:
    decision = decide_look(book(an_open_day()), an_open_day(), close_store(), (open_till(),), at=NOON)
    assert isinstance(decision, Refused)
    assert decision.text == 'Cannot close the store "Corner Shop" because there are open tills'
    assert decision.details["tills"][0]["terminal"] == "T1"  # type: ignore[index]


def test_without_open_tills_terminals_are_asked_to_attest() -> None:
    fact = decide_look(book(an_open_day()), an_open_day(), close_store(), (), at=NOON)
    assert isinstance(fact, ClosingBegun)
    after = evolve_closing(book(an_open_day()), fact)
    assert close_answer(after, MONDAY).awaited == ("T1", "T2")
    assert ready_to_seal(after) is None


def test_a_repeated_close_says_who_is_awaited() -> None:
    state = book(closing(MONDAY, "T1"))
    assert isinstance(decide(state), StillClosing)
    assert close_answer(state, MONDAY).awaited == ("T2",)


def test_a_close_is_waived_only_after_terminals_were_listed() -> None:
    decision = decide(book(an_open_day()), waive="broken")
    assert isinstance(decision, Refused)
    assert decision.code == "nothing_to_waive"


def test_one_reason_waives_all_that_were_not_heard_and_names_who_gave_it() -> None:
    fact = decide(book(closing(MONDAY, "T1")), waive="broken")
    assert isinstance(fact, ClosingWaived)
    after = evolve_closing(book(closing(MONDAY, "T1")), fact)
    assert ready_to_seal(after) == fact.day
    assert fact.day.command == close_store(waive="broken")
    assert decide_closing(after, fact.day, Sealed()) == DayClosed(
        Closed(MONDAY, "SUPERVISOR-1", unattested=("T2",), waived="broken")
    )


def test_the_date_is_sealed_when_the_last_terminal_attests() -> None:
    state = evolve_attested(book(closing()), "T1")
    assert ready_to_seal(state) is None
    state = evolve_attested(state, "T2")
    day = ready_to_seal(state)
    assert day is not None
    fact = decide_closing(state, day, Sealed())
    assert isinstance(fact, DayClosed)
    after = evolve_closing(state, fact)
    assert (after.current, after.last_closed) == (None, MONDAY)


def test_an_attestation_while_nothing_closes_changes_nothing() -> None:
    assert evolve_attested(book(an_open_day()), "T1") == book(an_open_day())


def test_a_till_that_turns_out_open_takes_the_day_back_to_open_with_the_reason() -> None:
    day = closing(MONDAY, "T1", "T2")
    fact = decide_closing(book(day), day, not_sealed())
    assert isinstance(fact, ClosingAbandoned)
    after = evolve_closing(book(day), fact)
    assert after.current == replace(an_open_day(), reason="open tills: T1")
    assert fact.refusal.text == 'Cannot close the store "Corner Shop" because there are open tills'


@pytest.mark.parametrize(
    ("business_date", "revision", "asked_at", "counts"),
    [
        (MONDAY, 5, 5, True),
        (MONDAY, 6, 5, True),
        (MONDAY, 4, 5, False),
        (TUESDAY, 5, 5, False),
        (MONDAY, 5, None, False),
    ],
)
def test_an_attestation_counts_from_the_revision_that_asked_for_it(
    business_date: object, revision: int, asked_at: int | None, counts: bool
) -> None:
    day = closing()
    assert attestation_counts(day, business_date, revision, asked_at=asked_at) is counts  # type: ignore[arg-type]
    assert not attestation_counts(None, MONDAY, revision, asked_at=asked_at)
