"""What one terminal may have taken at once, and that its turn comes again."""

from collections.abc import Sequence
from dataclasses import dataclass

from till_service.messaging.shares import HELLOS_OF_ONE, MOST_OF_ONE, Turns, shares, sharing
from tillday_contracts.topics import TerminalAddress


@dataclass(frozen=True)
class Letter:
    subject: str
    n: int


def test_of_a_flood_only_its_share_is_taken_and_everybody_else_is_taken_whole() -> None:
    flood = [Letter("T1", n) for n in range(500)]
    others = [Letter(f"T{n}", 0) for n in range(2, 7)]

    taken, let_go = shares([*flood, *others])

    assert taken == [*flood[:MOST_OF_ONE], *others]
    assert let_go == {"T1": 500 - MOST_OF_ONE}


def test_a_terminal_that_keeps_the_rules_has_nothing_let_go() -> None:
    batch = [Letter(f"T{n}", k) for k in range(MOST_OF_ONE) for n in range(8)]

    assert shares(batch) == (batch, {})


async def test_what_is_let_go_is_not_handled() -> None:
    handled: list[Letter] = []

    async def handle(batch: Sequence[Letter]) -> None:
        handled.extend(batch)

    await sharing(handle)([Letter("T1", n) for n in range(MOST_OF_ONE + 1)])

    assert [letter.n for letter in handled] == list(range(MOST_OF_ONE))


def test_a_terminal_waits_for_its_turn_and_nobody_else_does() -> None:
    turns, flooder, other = Turns(), TerminalAddress("S1", "T1"), TerminalAddress("S1", "T2")
    held = [turns.of(flooder) for _ in range(HELLOS_OF_ONE)]

    assert all(turn.__enter__() for turn in held)
    with turns.of(flooder) as again, turns.of(other) as fresh:
        assert (again, fresh) == (False, True)
    for turn in held:
        turn.__exit__(None, None, None)
    with turns.of(flooder) as afterwards:
        assert afterwards
    assert not turns.busy
