"""A count as taps make it, and what is due when a receipt is paid."""

from agent_shop import CASH, DOLLARS, NOON, TODAY, store_settings
from terminal_agent.core.commands import Tendered
from terminal_agent.core.drafts import CountDraft, added, undone, with_quantity
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    Open,
    Session,
)
from terminal_agent.screens.due import due_in, rest_of, round_sums


def running(cash_rounding: int = 0) -> Open:
    settings = store_settings(CASH, DOLLARS, cash_rounding=cash_rounding)
    return Open(Session("s", "TILL1", TODAY, "CASHIER-1", terms_of(settings), NOON), (), {})


def test_taps_add_up_and_undo_goes_all_the_way_back() -> None:
    draft = CountDraft("a")
    for value in (5000, 5000, 20):
        draft = added(draft, "cash", value, 1)
    assert draft.total("cash") == 10020

    for _ in range(5):
        draft = undone(draft)
    assert draft.total("cash") == 0
    assert draft.steps == ()


def test_nothing_is_counted_below_none() -> None:
    draft = added(CountDraft("a"), "cash", 5000, -1)

    assert draft.quantity("cash", 5000) == 0
    assert draft.counts("cash") == ()


def test_a_quantity_that_was_typed_is_undone_as_a_whole() -> None:
    draft = with_quantity(added(CountDraft("a"), "cash", 20, 1), "cash", 20, 40)

    assert draft.total("cash") == 800
    assert undone(draft).total("cash") == 20


def test_two_currencies_are_counted_apart() -> None:
    draft = added(added(CountDraft("a"), "cash", 500, 1), "cash_usd", 500, 2)

    assert (draft.total("cash"), draft.total("cash_usd")) == (500, 1000)


def test_cash_is_asked_for_as_the_store_rounds_it() -> None:
    assert due_in(1002, (), running(cash_rounding=5), "cash") == 1000
    assert due_in(1002, (), running(), "cash") == 1002
    assert due_in(1002, (Tendered("cash", 500),), running(), "cash") == 502


def test_foreign_cash_is_asked_for_so_that_it_is_enough() -> None:
    due = due_in(1500, (), running(), "cash_usd")

    assert rest_of(1500, (Tendered("cash_usd", due),), running()) <= 0
    assert rest_of(1500, (Tendered("cash_usd", due - 2),), running()) > 0


def test_quick_keys_are_the_sum_itself_and_the_next_notes() -> None:
    assert round_sums(740, running()) == (740, 1000, 2000, 5000)
