"""The table at login, row by row, and who may give the terminal a date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent_shop import CASHIER, NOON, SUPERVISOR, TODAY, desired, store_settings
from terminal_agent.core.chain import Head
from terminal_agent.core.held import (
    attestation_due,
    barred_by_attestation,
    receive_retained,
)
from terminal_agent.core.login import OpeningWish, Outcome, Situation, outcome_of, refuse_opening
from terminal_agent.core.terminal import Terminal, evolve_terminal, moves_of, opened_here, opening_unnoticed
from tillday_contracts.business_dates import business_today
from tillday_contracts.entries import Attested, TerminalClosed, TerminalOpened
from tillday_contracts.wishes import OwnOpening

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
CALM = Situation(
    online=True, set_up=True, bobd=TODAY, posbd=TODAY, today=TODAY, settled=True, till_open=False
)
ROWS: list[tuple[str, dict[str, object], str, bool, date | None]] = [
    ("every morning the wished date is taken", {"posbd": None}, "take_date", True, TODAY),
    ("nothing wished, nothing set", {"posbd": None, "bobd": None}, "store_closed", False, None),
    ("the dates agree, the till is closed", {}, "initial_count", False, None),
    ("the dates agree, the till is open", {"settled": False, "till_open": True}, "sell", False, None),
    ("a later date is wished", {"posbd": YESTERDAY}, "take_date", True, TODAY),
    (
        "a later date is wished while a session runs",
        {"posbd": YESTERDAY, "settled": False, "till_open": True},
        "cash_up_first",
        False,
        None,
    ),
    (
        "opened here, the back office does not know yet",
        {"bobd": YESTERDAY, "opening_unnoticed": True},
        "initial_count",
        False,
        None,
    ),
    (
        "opened here, no date wished, selling",
        {"bobd": None, "opening_unnoticed": True, "settled": False, "till_open": True},
        "sell",
        False,
        None,
    ),
    ("an earlier date is wished", {"bobd": YESTERDAY}, "take_date", True, YESTERDAY),
    ("the store was closed", {"bobd": None}, "take_date", True, None),
    (
        "the store was closed while a session runs",
        {"bobd": None, "settled": False},
        "cash_up_first",
        False,
        None,
    ),
    (
        "the back office closed the session",
        {"void": True, "settled": False, "till_open": True},
        "cash_up_first",
        False,
        None,
    ),
    ("offline and closed", {"online": False, "posbd": None}, "terminal_closed", False, None),
    ("offline on the right date", {"online": False}, "initial_count", False, None),
    (
        "offline on the right date, selling",
        {"online": False, "settled": False, "till_open": True},
        "sell",
        False,
        None,
    ),
    ("offline on another date", {"online": False, "posbd": YESTERDAY}, "check_date", False, None),
    ("alone for too long", {"online": False, "alone_days": 8}, "too_long_alone", False, None),
    ("never set up", {"set_up": False}, "not_set_up", False, None),
]


@pytest.mark.parametrize(
    ("changes", "code", "moves", "to"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_the_table_at_login(changes: dict[str, object], code: str, moves: bool, to: date | None) -> None:
    outcome = outcome_of(replace(CALM, **changes))  # type: ignore[arg-type]

    assert (outcome.code, outcome.move, outcome.to) == (code, moves, to)
    assert outcome.text
    assert (outcome.obstacle is None) == (code in ("sell", "initial_count"))


def test_offline_on_another_date_asks_to_check_it() -> None:
    outcome = outcome_of(replace(CALM, online=False, posbd=YESTERDAY))

    assert outcome.text.startswith("Please, check if the Business Date is correct.")


def test_a_terminal_that_is_alone_says_so_from_the_second_day() -> None:
    assert "2 days" in outcome_of(replace(CALM, online=False, alone_days=2)).text
    assert "days" not in outcome_of(replace(CALM, online=False, alone_days=1)).text


WISH = OpeningWish(
    by=SUPERVISOR, wanted=TODAY, closed_through=YESTERDAY, attested=None, last_session_date=None
)
OFFLINE_BLANK = replace(CALM, online=False, posbd=None)


@pytest.mark.parametrize(
    ("situation", "wish", "code"),
    [
        (OFFLINE_BLANK, WISH, None),
        (OFFLINE_BLANK, replace(WISH, wanted=TOMORROW), None),
        (OFFLINE_BLANK, replace(WISH, wanted=TOMORROW + timedelta(days=1)), "date_too_late"),
        (OFFLINE_BLANK, replace(WISH, wanted=YESTERDAY), "date_closed"),
        (OFFLINE_BLANK, replace(WISH, attested=TODAY), "date_closing"),
        (OFFLINE_BLANK, replace(WISH, by=CASHIER), "right_missing"),
        (replace(CALM, posbd=None), WISH, "set_by_back_office"),
        (replace(CALM, posbd=None, bobd=None), WISH, None),
        (replace(CALM, online=False), WISH, "already_open"),
        (replace(CALM, online=False, posbd=YESTERDAY), WISH, None),
        (replace(CALM, online=False, posbd=YESTERDAY, settled=False), WISH, "cash_up_first"),
        (replace(CALM, online=False, posbd=TOMORROW), WISH, None),
        (replace(CALM, online=False, posbd=TOMORROW), replace(WISH, last_session_date=TOMORROW), "date_used"),
    ],
)
def test_who_may_give_the_terminal_which_date(
    situation: Situation, wish: OpeningWish, code: str | None
) -> None:
    refusal = refuse_opening(situation, wish)

    assert (refusal.code if refusal else None) == code


def test_a_change_of_date_is_a_closing_and_an_opening() -> None:
    terminal = Terminal(business_date=YESTERDAY)
    taken = moves_of(terminal, Outcome("take_date", "", move=True, to=TODAY), desired_rev=4)

    assert [type(body) for body in taken] == [TerminalClosed, TerminalOpened]
    assert [type(body) for body in opened_here(terminal, TODAY, "SUPERVISOR-1")] == [
        TerminalClosed,
        TerminalOpened,
    ]
    assert moves_of(terminal, Outcome("sell", ""), desired_rev=4) == ()


def test_an_own_opening_is_unnoticed_until_the_desired_state_names_it() -> None:
    at = Head("e" * 16, 9, "0" * 64)
    opened = opened_here(Terminal(), TODAY, "SUPERVISOR-1")[0]
    terminal = evolve_terminal(Terminal(), opened, at)

    assert opening_unnoticed(terminal, None)
    assert opening_unnoticed(terminal, desired(own_opening=OwnOpening(epoch="e" * 16, seq=8)))
    assert opening_unnoticed(terminal, desired(own_opening=OwnOpening(epoch="d" * 16, seq=9)))
    assert not opening_unnoticed(terminal, desired(own_opening=OwnOpening(epoch="e" * 16, seq=9)))


def test_a_closing_date_is_attested_once_per_revision_and_barred_until_released() -> None:
    closing = desired(5, closing=TODAY)
    assert attestation_due(closing, None)
    attested = evolve_terminal(
        Terminal(), Attested(business_date=TODAY, revision=5), Head("e" * 16, 1, "0" * 64)
    ).attested

    assert not attestation_due(closing, attested)
    assert barred_by_attestation(closing, attested) == TODAY
    assert attestation_due(desired(7, closing=TODAY), attested)
    assert barred_by_attestation(desired(6), attested) is None
    assert barred_by_attestation(desired(4), attested) == TODAY


def test_retained_messages_are_held_by_revision_whatever_their_order() -> None:
    second = store_settings(rev=2)

    assert receive_retained(None, second).hold
    assert receive_retained(second, store_settings(rev=3)).hold
    assert not receive_retained(second, second).odd
    assert receive_retained(second, store_settings(rev=1)).odd
    other = receive_retained(second, store_settings(rev=2, blind_count=True))
    assert (other.hold, bool(other.odd)) == (False, True)


def test_the_stores_day_begins_at_its_rollover() -> None:
    night = NOON.replace(hour=1, minute=30)

    assert business_today(NOON, time_zone="UTC", rollover="04:00") == TODAY
    assert business_today(night, time_zone="UTC", rollover="04:00") == YESTERDAY
    assert business_today(night, time_zone="Europe/Madrid", rollover="03:00") == TODAY
