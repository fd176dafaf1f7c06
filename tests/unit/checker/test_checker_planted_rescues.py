"""Rescue sessions as people leave them are right; each rule broken in the tables is named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from checker_journal import EPOCH, FIRST, FIRST_DAY, KEY_ID, STORE, TERMINAL, Journal, two_days
from checker_money import movement
from checker_world import ledger_of
from tillday_checker.judge import judge
from tillday_checker.spoken import NoClose, Reach
from tillday_checker.world import CloseRow, DecisionRow, EventMoney, Ledger, SafeRow, TenderRow, World
from tillday_contracts import entries as e
from unit.checker.test_checker_words_on_closes import (
    IN_RESCUE,
    RESCUE,
    ledger,
    rescued,
    upto_the_first_sale,
)

SUPERVISOR = "SV1"


def reviewed(verdict: str = "accepted", **said: object) -> Ledger:
    """The second sale came late, was decided, and its rescue session is closed as B-1."""
    found = rescued(ledger(two_days()))
    word = NoClose(FIRST, upto_the_first_sale(found))
    late = found.sales[1]
    decision = DecisionRow(late.hash, 1, RESCUE, verdict, SUPERVISOR, **said)  # type: ignore[arg-type]
    closed = replace(IN_RESCUE, status="closed", rescue_number=1)
    return replace(
        found,
        no_closes=(word,),
        sessions=(*found.sessions[:-1], closed),
        decisions=(decision,),
        back_numbers=((STORE, "B-1"),),
    )


def rejected(*, no_cash: bool = False) -> Ledger:
    found = reviewed("rejected", reason="Rung up twice", no_cash=no_cash)
    first, late, *rest = found.sales
    paid = (EventMoney(late.hash, "cash", late.total, RESCUE),)
    return replace(
        found,
        sales=(first, replace(late, placement="rejected"), *rest),
        tenders=found.tenders[:-1],
        products=found.products[:-1],
        unidentified=() if no_cash else paid,
    )


def violated(found: Ledger) -> tuple[int, ...]:
    return judge(World(ledger=found)).violated


@pytest.mark.parametrize("found", [reviewed(), rejected(), rejected(no_cash=True)])
def test_what_people_decided_and_closed_is_right(found: Ledger) -> None:
    assert violated(found) == ()


def numbered(found: Ledger, *numbers: int) -> Ledger:
    first = found.sessions[-1]
    rescues = [replace(first, session_id=f"{n:032x}", rescue_number=n) for n in numbers]
    return replace(found, sessions=(*found.sessions, *rescues))


BROKEN: dict[str, tuple[Callable[[], Ledger], int]] = {
    "a sale is out of its rescue session and nobody rejected it": (
        lambda: replace(
            rejected(no_cash=True), decisions=(replace(reviewed().decisions[0], verdict="accepted"),)
        ),
        1,
    ),
    "a rejected sale counts all the same": (
        lambda: replace(reviewed(), decisions=reviewed("rejected", reason="Twice", no_cash=True).decisions),
        1,
    ),
    "a closed rescue session holds what nobody decided": (lambda: replace(reviewed(), decisions=()), 10),
    "the rescue sessions of a session leave a number out": (lambda: numbered(reviewed(), 3), 10),
    "one is outstanding beside a later one": (
        lambda: replace(
            numbered(reviewed(), 2),
            sessions=tuple(
                replace(one, status="outstanding") if one.rescue_number == 1 else one
                for one in numbered(reviewed(), 2).sessions
            ),
            back_numbers=((STORE, "B-1"),),
        ),
        10,
    ),
    "a rescue session begins with money": (
        lambda: replace(
            reviewed(),
            tenders=(*reviewed().tenders[:-1], replace(reviewed().tenders[-1], opening=15_000)),
        ),
        14,
    ),
    "a rescue session was cashed up": (
        lambda: replace(reviewed(), closes=(*reviewed().closes, CloseRow(RESCUE, "TILL-AAAAA-1", ()))),
        14,
    ),
    "what was paid for a rejected sale is nowhere": (lambda: replace(rejected(), unidentified=()), 17),
    "money is unidentified that nobody paid": (
        lambda: replace(rejected(no_cash=True), unidentified=rejected().unidentified),
        17,
    ),
    "a count asks for money that nobody paid": (
        lambda: replace(
            rejected(no_cash=True),
            claims=(EventMoney(rejected().sales[1].hash, "cash", 199),),
        ),
        17,
    ),
    "nobody else approved a repair": (
        lambda: replace(reviewed(), decisions=reviewed("repaired", approved_by=SUPERVISOR).decisions),
        23,
    ),
    "a rejection has no reason": (
        lambda: replace(rejected(), decisions=reviewed("rejected").decisions),
        23,
    ),
    "a decision is missing in the history": (
        lambda: replace(reviewed(), decisions=(replace(reviewed().decisions[0], number=2),)),
        23,
    ),
    "a number of the back office is missing": (
        lambda: replace(reviewed(), back_numbers=((STORE, "B-1"), (STORE, "B-3"))),
        24,
    ),
    "a number of the back office stands twice": (
        lambda: replace(reviewed(), back_numbers=((STORE, "B-1"), (STORE, "B-1"))),
        24,
    ),
}


@pytest.mark.parametrize("broken", sorted(BROKEN))
def test_each_broken_rule_is_named(broken: str) -> None:
    found, invariant = BROKEN[broken]

    assert invariant in violated(found())


def pickup() -> Ledger:
    """The till was given up by a word that leaves a pickup of 500 out: it waits in the rescue session."""
    journal = Journal()
    journal.write(e.Genesis(key_id=KEY_ID))
    journal.open_till(FIRST, FIRST_DAY, expected=15_000, counted=15_000)
    covered = len(journal.entries)
    journal.write(movement("pickup", 500))
    found = ledger_of(journal)
    (late,) = found.movements
    outstanding = replace(IN_RESCUE, status="outstanding", rescue_number=1)
    (opened,) = found.tenders
    return replace(
        found,
        movements=(replace(late, placement="rescue", session_id=RESCUE),),
        sessions=(replace(found.sessions[0], status="closed_back"), outstanding),
        tenders=(replace(opened, pickups=0), TenderRow(RESCUE, "cash", 0, 0, 0, pickups=500)),
        no_closes=(NoClose(FIRST, (Reach(TERMINAL, EPOCH, covered),)),),
    )


def test_a_late_pickup_is_in_the_safe_exactly_when_a_person_accepted_it() -> None:
    waiting = pickup()
    late = waiting.movements[0].hash
    kept = replace(waiting, safe=())
    accepted = replace(waiting, decisions=(DecisionRow(late, 1, RESCUE, "accepted", SUPERVISOR),))
    moved = (SafeRow(STORE, "pickup", "cash", 500, RESCUE, late),)

    assert violated(kept) == ()
    assert violated(replace(kept, safe=moved)) == (17,)
    assert violated(replace(accepted, safe=moved)) == ()
    assert violated(replace(accepted, safe=())) == (17,)
