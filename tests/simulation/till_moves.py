"""Tills that change hands: two terminals exchange theirs between sessions, as the back office says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from simulation.around import Around
from simulation.memory_ledger import Database
from store_service.domain.moving import Exchange
from till_service.domain.sessions import NotFinal
from till_service.domain.turns import Turn, moves_of, refused_to_move
from tillday_contracts.sharing_messages import MoveHost
from tillday_contracts.topics import TerminalAddress

NEVER_MOVED: Final = Turn(0, None)
WHO: Any = {"by": "MANAGER-1"}


class TillMoves:
    """Whoever gives tills to other terminals. `tell` publishes what follows."""

    def __init__(self, database: Database, around: Around, tell: Callable[[], None]) -> None:
        self._database = database
        self._around = around
        self._tell = tell

    def exchange(self) -> None:
        """Let two terminals exchange their tills, unless one of these is open."""
        tables = self._database.tables
        giver, taker = self._around.office_chance.sample(list(tables.wished.values()), 2)
        change = Exchange(giver, taker)
        command = MoveHost.model_construct(
            store="S1", **change.moved.model_dump(), in_return=change.in_return, **WHO
        )
        moves = moves_of(command)
        known = {move.till: tables.turns.get(("S1", move.till), NEVER_MOVED) for move in moves}
        running = [session for session in tables.sessions.values() if isinstance(session, NotFinal)]
        if refused_to_move(moves, known, running) is not None:
            return
        for move in moves:
            tables.turns["S1", move.till] = Turn(move.turn, move.terminal)
        for after in change.after:
            tables.wished[TerminalAddress("S1", after.terminal)] = after
        self._around.say("back office", f"gives {giver.till} to {taker.terminal}, {taker.till} in return")
        self._around.happened["back office: tills exchanged"] += 1
        self._tell()
