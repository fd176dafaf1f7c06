"""A till goes to another terminal: both exchange theirs, and each change is a turn of its own."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from store_service.domain.moving import Exchange, decide_move
from store_service.domain.people import Person
from store_service.domain.wishes import Terminal
from tillday_contracts.messages import Refused
from tillday_contracts.sharing_messages import HostedTill, MoveTill, TillMoved

MANAGER = Person("M1", "Manager 1", "manager", ("close_till",))
TERMINALS = (
    Terminal("S1", "T1", "TILL1", "Counter", turn=2),
    Terminal("S1", "T2", "TILL2", "Tablet"),
)


def move(till: str = "TILL1", terminal: str = "T2") -> MoveTill:
    return MoveTill(
        message_id=UUID(int=1),
        correlation_id=UUID(int=1),
        occurred_at=datetime(2026, 3, 14, 7, tzinfo=UTC),
        by="M1",
        store="S1",
        till=till,
        terminal=terminal,
    )


def test_two_terminals_exchange_their_tills() -> None:
    decision = decide_move(TERMINALS, MANAGER, move())

    assert isinstance(decision, Exchange)
    assert [(one.terminal, one.till, one.turn) for one in decision.after] == [
        ("T1", "TILL2", 1),
        ("T2", "TILL1", 3),
    ]
    assert (decision.moved.turn, decision.in_return.turn) == (3, 1)


def test_a_repeat_finds_it_done() -> None:
    answer = decide_move(TERMINALS, MANAGER, move(terminal="T1"))

    assert answer == TillMoved(tills=(HostedTill(till="TILL1", terminal="T1"),))


@pytest.mark.parametrize(
    ("person", "asked", "code"),
    [
        (None, move(), "right_missing"),
        (Person("M1", "Cashier 1", "cashier", ("sell",)), move(), "right_missing"),
        (MANAGER, move(terminal="T9"), "unknown_terminal"),
        (MANAGER, move(till="TILL9"), "unknown_till"),
    ],
)
def test_what_cannot_be_moved_is_refused(person: Person | None, asked: MoveTill, code: str) -> None:
    refused = decide_move(TERMINALS, person, asked)

    assert isinstance(refused, Refused)
    assert refused.code == code
