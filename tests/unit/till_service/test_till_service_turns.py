"""A till that changes hands: between sessions only, in order, and what a former host still tells is late."""

import pytest

from till_service.domain.money import CountRow
from till_service.domain.sessions import Open, SessionFacts
from till_service.domain.till_history import PastSession, TillHistory, standings
from till_service.domain.turns import Turn, moves_of, refused_to_move
from tillday_contracts.entries import TillStarted
from tillday_contracts.sharing_messages import HostTurn, MoveHost
from unit.till_service.back_office import close_command
from unit.till_service.journals import CASHIER, DAY, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger

RUNNING = Open(SessionFacts(SESSION, "S1", "T1", "TILL1", DAY, CASHIER, "a" * 16, 3))


def moves(turn: int = 1) -> tuple[HostTurn, ...]:
    command = MoveHost.model_validate(
        {
            **close_command().model_dump(
                include={"message_id", "correlation_id", "occurred_at", "by", "store"}
            ),
            "till": "TILL1",
            "terminal": "T2",
            "turn": turn,
            "in_return": {"till": "TILL2", "terminal": "T1", "turn": 1},
        }
    )
    return moves_of(command)


def known(first: Turn | None = None) -> dict[str, Turn]:
    return {"TILL1": first or Turn(0, None), "TILL2": Turn(0, None)}


def test_a_till_changes_hands_between_two_sessions() -> None:
    assert refused_to_move(moves(), known(), []) is None


def test_an_open_till_stays_where_it_is() -> None:
    refused = refused_to_move(moves(), known(), [RUNNING])

    assert refused is not None
    assert (refused.code, "T1" in refused.text) == ("till_open", True)


def test_a_late_session_holds_no_till_back() -> None:
    late = Open(SessionFacts(SESSION, "S1", "T1", "TILL1", DAY, CASHIER, "a" * 16, 3, late=True))

    assert refused_to_move(moves(), known(), [late]) is None


@pytest.mark.parametrize(("turn", "at", "code"), [(1, "T3", "moved_meanwhile"), (1, "T2", None)])
def test_a_repeat_is_done_already_and_an_older_wish_is_refused(turn: int, at: str, code: str | None) -> None:
    refused = refused_to_move(moves(turn), known(Turn(1, at)), [])

    assert (refused.code if refused is not None else None) == code


@pytest.mark.parametrize(("turn", "late"), [(0, True), (1, False)])
def test_a_session_of_a_former_host_that_arrives_after_the_move_is_late(turn: int, *, late: bool) -> None:
    journal, ledger = WrittenJournal(), Ledger()
    journal.begin()
    journal.write(
        TillStarted(
            session_id=SESSION, till=journal.till, business_date=DAY, by=CASHIER, expected=(), turn=turn
        )
    )
    ledger.register(journal)
    ledger.turns[("S1", journal.till)] = 1

    ledger.take(journal, journal.message())

    assert ledger.sessions[SESSION].facts.late is late


def test_the_tills_order_follows_its_turns_and_not_the_terminals() -> None:
    """T1, T2, then T1 again: what T2 left is what T1 finds the second time."""
    sessions = (
        PastSession("A", "T1", "a" * 16, 3, turn=0),
        PastSession("C", "T1", "a" * 16, 90, turn=2),
        PastSession("B", "T2", "b" * 16, 3, turn=1),
    )
    counts = (
        CountRow("A", "opening", "cash", "a" * 16, 4, 100, 100),
        CountRow("A", "cash_up", "cash", "a" * 16, 9, 100, 100),
        CountRow("B", "opening", "cash", "b" * 16, 4, 100, 100),
        CountRow("B", "cash_up", "cash", "b" * 16, 9, 100, 70, 0),
        CountRow("C", "opening", "cash", "a" * 16, 91, 70, 70),
    )
    history = TillHistory(sessions, (("T1", "a" * 16), ("T2", "b" * 16)), counts)

    settled = {one.count.id: one.difference for one in standings(history)["cash"].counts}

    assert settled == {"A opening": 0, "A cash_up": 0, "B opening": 0, "B cash_up": -30, "C opening": 0}
