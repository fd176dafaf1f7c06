"""The table of a store's day, one test per row: from a state, a message, its guard, the result."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store_service.domain.cancelling import (
    AlreadyCancelled,
    CancelBegun,
    CancelForbidden,
    DayCancelled,
    decide_cancel,
    decide_cancelling,
    evolve_cancelling,
)
from store_service.domain.closing import (
    ClosingAbandoned,
    ClosingBegun,
    ClosingWaived,
    DayClosed,
    LookFirst,
    decide_close,
    decide_closing,
    decide_look,
    evolve_attested,
    evolve_closing,
    ready_to_seal,
)
from store_service.domain.days import Archived, Closed, NoDay, Open, StoreBook, awaited
from store_service.domain.opening import (
    AlreadyOpen,
    OpeningBegun,
    OpeningWithdrawn,
    decide_open,
    decide_opening,
    evolve_opening,
)
from store_service.domain.wishes import (
    Terminal,
    desired_content,
    wish_closed,
    wish_open,
)
from tillday_contracts.messages import Refused
from tillday_contracts.till_messages import Sealed
from unit.store_service.store_days import (
    CASHIER,
    MANAGER,
    MINUTE,
    MONDAY,
    NOON,
    SUNDAY,
    SUPERVISOR,
    TUESDAY,
    WEDNESDAY,
    an_open_day,
    book,
    cancel_day,
    cancelled,
    cancelling,
    close_store,
    closed,
    closing,
    not_sealed,
    open_store,
    open_till,
    opening,
)

T1, T2 = (Terminal("S1", code, code, f"Counter {code}") for code in ("T1", "T2"))


def opened(state: StoreBook, business_date: object = MONDAY) -> StoreBook:
    """The book after the store was opened and the till service found nothing in the way."""
    begun = decide_open(state, SUPERVISOR, open_store(business_date), at=NOON)  # type: ignore[arg-type]
    assert isinstance(begun, OpeningBegun)
    state = evolve_opening(state, begun)
    fact = decide_opening(state, begun.opening, Sealed())
    return evolve_opening(state, fact)


# --- none ---------------------------------------------------------------------------------------------


def test_none__open_store__the_day_is_open_and_every_terminal_is_wished_that_date() -> None:
    state = opened(book())
    assert state.current == an_open_day()
    assert wish_open(T1, an_open_day()) == replace(T1, wished=MONDAY, origin="back_office")


def test_none__open_store__a_later_date_of_a_terminal_is_never_lowered() -> None:
    ahead = replace(T1, wished=TUESDAY, origin="front_office")
    assert wish_open(ahead, an_open_day(MONDAY)) == ahead


@pytest.mark.parametrize(
    ("state", "business_date", "code"),
    [
        (book(last_closed=MONDAY), MONDAY, "date_too_early"),
        (book(last_closed=MONDAY), SUNDAY, "date_too_early"),
        (book(an_open_day(TUESDAY)), MONDAY, "date_too_early"),
        (book(), WEDNESDAY, "date_too_late"),
        (book(opening(TUESDAY)), MONDAY, "being_opened"),
        (book(cancelling(SUNDAY)), MONDAY, "being_cancelled"),
        (book(cancelling(MONDAY)), MONDAY, "being_cancelled"),
    ],
)
def test_none__open_store__each_guard_refuses(state: StoreBook, business_date: object, code: str) -> None:
    decision = decide_open(state, SUPERVISOR, open_store(business_date), at=NOON)  # type: ignore[arg-type]
    assert isinstance(decision, Refused)
    assert decision.code == code


def test_none__open_store__without_the_right_it_is_refused() -> None:
    decision = decide_open(book(), CASHIER, open_store(by="CASHIER-1"), at=NOON)
    assert isinstance(decision, Refused)
    assert decision.code == "not_allowed"


def test_none__open_store__the_previous_day_without_open_tills_closes_automatically() -> None:
    state = opened(book(an_open_day(SUNDAY)))
    assert state.day(SUNDAY) == Closed(SUNDAY, "SUPERVISOR-1", automatic=True, unattested=("T1", "T2"))
    assert state.current == Open(MONDAY, "SUPERVISOR-1", automatically_closed=SUNDAY)


# --- open ---------------------------------------------------------------------------------------------


def test_open__open_store_same_date__nothing_changes() -> None:
    state = book(an_open_day())
    assert decide_open(state, SUPERVISOR, open_store(), at=NOON) == AlreadyOpen(an_open_day())


def test_open__open_store_other_date_with_open_tills__refused_and_the_tills_are_named() -> None:
    state = book(an_open_day(SUNDAY), opening(MONDAY))
    fact = decide_opening(state, opening(MONDAY), not_sealed(SUNDAY))
    assert isinstance(fact, OpeningWithdrawn)
    assert fact.refusal.text == (
        'Cannot open the store "Corner Shop" because there are open tills for another Business Date'
    )
    assert fact.refusal.details["tills"] == [open_till(SUNDAY).model_dump(mode="json")]
    after = evolve_opening(state, fact)
    assert (after.day(MONDAY), after.current) == (NoDay(MONDAY), an_open_day(SUNDAY))


def test_open__close_store_with_open_tills__refused_and_the_tills_are_named() -> None:
    fact = decide_look(book(an_open_day()), an_open_day(), close_store(), (open_till(),), at=NOON)
    assert isinstance(fact, Refused)
    assert fact.text == 'Cannot close the store "Corner Shop" because there are open tills'
    assert fact.details["tills"] == [open_till().model_dump(mode="json")]


def test_open__close_store_without_open_tills__terminals_attest() -> None:
    state = book(an_open_day())
    assert decide_close(state, SUPERVISOR, close_store(), at=NOON) == LookFirst(an_open_day())
    fact = decide_look(state, an_open_day(), close_store(), (), at=NOON)
    assert isinstance(fact, ClosingBegun)
    state = evolve_closing(state, fact)
    assert awaited(state.day(MONDAY), state.terminals) == ("T1", "T2")
    content = desired_content(T1, state, people_rev=0, tills=())
    assert content.closing == MONDAY


def test_open__cancel_day__cancelled_every_terminal_wished_closed_and_it_may_be_opened_again() -> None:
    state = book(an_open_day())
    begun = decide_cancel(state, MANAGER, cancel_day())
    assert isinstance(begun, CancelBegun)
    fact = decide_cancelling(evolve_cancelling(state, begun), begun.day, cancel_day(), Sealed())
    assert fact == DayCancelled(cancelled())
    state = evolve_cancelling(state, fact)
    assert (state.current, state.last_closed) == (None, None)
    assert wish_closed(replace(T1, wished=MONDAY), cancelled()).wished is None
    assert opened(state).current == an_open_day()


def test_open__cancel_day__a_till_that_was_started_for_the_date_keeps_it_open() -> None:
    fact = decide_cancelling(book(cancelling()), cancelling(), cancel_day(), not_sealed())
    assert isinstance(fact, CancelForbidden)
    assert fact.refusal.text == (
        'Cannot cancel 2026-03-02 at the store "Corner Shop" because tills were started for it: '
        "cash them up and close the store instead."
    )
    assert fact.refusal.details["tills"] == [open_till().model_dump(mode="json")]
    assert evolve_cancelling(book(cancelling()), fact).current == an_open_day()


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (book(), "not_open"),
        (book(opening()), "not_open"),
        (book(closing()), "closing"),
        (book(closed()), "closed"),
        (book(Archived(closed())), "closed"),
        (book(an_open_day(), opening(TUESDAY)), "being_opened"),
    ],
)
def test_open__cancel_day__only_an_open_day_is_cancelled(state: StoreBook, code: str) -> None:
    decision = decide_cancel(state, MANAGER, cancel_day())
    assert isinstance(decision, Refused)
    assert decision.code == code


def test_open__cancel_day__a_manager_or_the_right_is_needed() -> None:
    state = book(an_open_day())
    refused = decide_cancel(state, SUPERVISOR, cancel_day(by="SUPERVISOR-1"))
    assert isinstance(refused, Refused)
    assert refused.text.startswith(
        'SUPERVISOR-1 may not cancel a day of the store "Corner Shop": the right "cancel_day" is missing.'
    )
    assert isinstance(decide_cancel(state, None, cancel_day()), Refused)
    trusted = replace(SUPERVISOR, rights=("cancel_day",))
    assert isinstance(decide_cancel(state, trusted, cancel_day()), CancelBegun)


def test_cancelled__cancel_day_again__nothing_changes() -> None:
    assert decide_cancel(book(cancelled()), MANAGER, cancel_day()) == AlreadyCancelled(MONDAY)


def test_cancelled__open_store_that_fails__the_date_is_cancelled_as_before() -> None:
    state = book(cancelled(), an_open_day(SUNDAY))
    begun = decide_open(state, SUPERVISOR, open_store(), at=NOON)
    assert begun == OpeningBegun(opening(again=cancelled()))
    fact = decide_opening(evolve_opening(state, begun), begun.opening, not_sealed(SUNDAY))
    assert evolve_opening(state, fact).day(MONDAY) == cancelled()


# --- closing ------------------------------------------------------------------------------------------


def test_closing__all_attested_and_sealed__closed_and_terminals_wished_closed() -> None:
    state = evolve_attested(evolve_attested(book(closing()), "T1"), "T2")
    day = ready_to_seal(state)
    assert day is not None
    fact = decide_closing(state, day, Sealed())
    assert fact == DayClosed(closed())
    assert evolve_closing(state, fact).last_closed == MONDAY
    assert wish_closed(replace(T1, wished=MONDAY), closed()).wished is None
    ahead = replace(T1, wished=TUESDAY)
    assert wish_closed(ahead, closed()) == ahead


def test_closing__one_reason_waives_all_that_were_not_heard__closed_and_they_are_listed() -> None:
    state = book(closing(MONDAY, "T1"))
    fact = decide_close(state, SUPERVISOR, close_store(waive="its PC is broken"), at=NOON + MINUTE)
    assert isinstance(fact, ClosingWaived)
    state = evolve_closing(state, fact)
    day = ready_to_seal(state)
    assert day is not None
    ended = decide_closing(state, day, Sealed())
    assert ended == DayClosed(Closed(MONDAY, "SUPERVISOR-1", unattested=("T2",), waived="its PC is broken"))


def test_closing__terminals_have_a_minute_to_attest_before_they_can_be_waived() -> None:
    state = book(closing(MONDAY, "T1"))
    for seconds, left in ((0, 60), (59, 1)):
        early = NOON + timedelta(seconds=seconds)
        refused = decide_close(state, SUPERVISOR, close_store(waive="broken"), at=early)
        assert isinstance(refused, Refused)
        assert refused.text == (
            f'The store "Corner Shop" still waits for T2: whoever is silent can be waived in {left} s.'
        )
        assert refused.details == {"seconds": left}


def test_closing__a_till_of_the_date_turns_out_open__back_to_open_with_the_reason() -> None:
    day = closing(MONDAY, "T1", "T2")
    fact = decide_closing(book(day), day, not_sealed())
    assert isinstance(fact, ClosingAbandoned)
    assert evolve_closing(book(day), fact).current == replace(an_open_day(), reason="open tills: T1")


def test_closing__open_store_later_date__closed_automatically_listing_who_did_not_attest() -> None:
    day = opened(book(closing(SUNDAY, "T1"))).day(SUNDAY)
    assert day == Closed(SUNDAY, "SUPERVISOR-1", automatic=True, unattested=("T2",))
