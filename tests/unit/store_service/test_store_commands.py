"""Work ordered at a terminal: what stands, what is the same order, how far it came."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from store_service.domain.commands import (
    LASTS,
    MOST_STANDING,
    TerminalCommand,
    reprint_ordered,
    standing_commands,
    state_of,
)
from tillday_contracts.command_messages import OrderReprint
from unit.store_service.store_days import MINUTE, NOON


def order(n: int = 1, document: str = "T1-AB12C-7") -> OrderReprint:
    return OrderReprint(
        message_id=UUID(int=n),
        correlation_id=UUID(int=n),
        occurred_at=NOON,
        by="SUPERVISOR-1",
        store="S1",
        terminal="T1",
        document=document,
    )


def ordered(n: int = 1, document: str = "T1-AB12C-7") -> TerminalCommand:
    command = reprint_ordered(order(n, document), (), at=NOON)
    assert command is not None
    return command


def test_an_order_stands_for_a_day_under_the_number_of_its_message() -> None:
    command = ordered()
    assert (command.command_id, command.not_after) == (UUID(int=1).hex, NOON + LASTS)
    (told,) = standing_commands([command], at=NOON + LASTS)
    assert (told.kind, told.document, told.not_after) == ("reprint", "T1-AB12C-7", NOON + LASTS)
    assert standing_commands([command], at=NOON + LASTS + MINUTE) == ()


def test_a_copy_that_waits_already_is_not_ordered_twice() -> None:
    first = ordered(1)
    assert reprint_ordered(order(2), [first], at=NOON) == first
    finished = replace(first, finished_at=NOON, outcome="done")
    again = reprint_ordered(order(2), [finished], at=NOON)
    assert again is not None
    assert again.command_id == UUID(int=2).hex


def test_a_terminal_holds_only_so_many_commands_at_once() -> None:
    standing = [ordered(n, f"T1-AB12C-{n}") for n in range(1, MOST_STANDING + 1)]
    assert reprint_ordered(order(99, "T1-AB12C-99"), standing, at=NOON) is None
    assert reprint_ordered(order(99, "T1-AB12C-1"), standing, at=NOON) == standing[0]
    late = NOON + LASTS + MINUTE
    assert reprint_ordered(order(99, "T1-AB12C-99"), standing, at=late) is not None


def test_commands_are_told_in_the_order_in_which_they_were_given() -> None:
    later = replace(ordered(1), ordered_at=NOON + MINUTE)
    earlier = ordered(2, "T1-AB12C-8")
    told = standing_commands([later, earlier], at=NOON)
    assert [one.document for one in told] == ["T1-AB12C-8", "T1-AB12C-7"]


@pytest.mark.parametrize(
    ("held_rev", "later", "state"),
    [
        (None, timedelta(0), "queued"),
        (6, timedelta(0), "queued"),
        (7, timedelta(0), "delivered"),
        (9, LASTS, "delivered"),
        (9, LASTS + MINUTE, "expired"),
    ],
)
def test_a_command_is_delivered_once_its_terminal_holds_the_revision_that_brought_it(
    held_rev: int | None, later: timedelta, state: str
) -> None:
    command = replace(ordered(), rev=7)
    assert state_of(command, held_rev=held_rev, at=NOON + later) == state


def test_a_finished_command_stays_what_its_terminal_said() -> None:
    for outcome in ("done", "failed"):
        command = replace(ordered(), rev=7, finished_at=NOON, outcome=outcome)
        assert state_of(command, held_rev=None, at=NOON + 2 * LASTS) == outcome
