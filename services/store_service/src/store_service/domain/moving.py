"""Giving a till to another terminal: the two exchange their tills, so that none is ever without one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from store_service.domain import refusals
from store_service.domain.people import Person, may
from store_service.domain.wishes import Terminal
from tillday_contracts.messages import Refused
from tillday_contracts.sharing_messages import HostedTill, HostTurn, MoveTill, TillMoved


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two terminals before their tills change hands: who gives the till that is asked for, who takes it."""

    giver: Terminal
    taker: Terminal

    @property
    def moved(self) -> HostTurn:
        """The till that is asked for, at its new terminal."""
        return HostTurn(till=self.giver.till, terminal=self.taker.terminal, turn=self.giver.turn + 1)

    @property
    def in_return(self) -> HostTurn:
        """The till that goes back for it."""
        return HostTurn(till=self.taker.till, terminal=self.giver.terminal, turn=self.taker.turn + 1)

    @property
    def after(self) -> tuple[Terminal, Terminal]:
        """Both terminals with each other's till."""
        giver = replace(self.giver, till=self.taker.till, turn=self.in_return.turn)
        return giver, replace(self.taker, till=self.giver.till, turn=self.moved.turn)


def decide_move(
    terminals: Sequence[Terminal], person: Person | None, command: MoveTill
) -> Exchange | TillMoved | Refused:
    """Return the exchange that is asked for, the answer where it was made before, or why it may not be."""
    if not may(person, "close_till"):
        return refusals.may_not_move(command.by)
    taker = next((one for one in terminals if one.terminal == command.terminal), None)
    giver = next((one for one in terminals if one.till == command.till), None)
    if taker is None:
        return refusals.unknown_terminal(command.store, command.terminal)
    if giver is None:
        return refusals.unknown_till(command.store, command.till)
    return moved_answer(taker) if giver == taker else Exchange(giver, taker)


def moved_answer(*terminals: Terminal) -> TillMoved:
    """Return who has which till now."""
    return TillMoved(tills=tuple(HostedTill(till=one.till, terminal=one.terminal) for one in terminals))
