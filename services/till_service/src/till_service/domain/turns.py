"""Who hosts a till: it changes hands between two sessions, and each change is a turn of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from till_service.domain.sessions import TillSession
from tillday_contracts.messages import Refused
from tillday_contracts.sharing_messages import HostTurn, MoveHost


@dataclass(frozen=True, slots=True)
class Turn:
    """How often a till changed hands, and who has it since; None where it never did."""

    number: int
    terminal: str | None


def moves_of(command: MoveHost) -> tuple[HostTurn, ...]:
    """Return the tills that change hands, in the order in which they are locked."""
    first = HostTurn(till=command.till, terminal=command.terminal, turn=command.turn)
    moves = (first, command.in_return) if command.in_return is not None else (first,)
    return tuple(sorted(moves, key=lambda move: move.till))


def refused_to_move(
    moves: Sequence[HostTurn], known: Mapping[str, Turn], running: Sequence[TillSession]
) -> Refused | None:
    """Return why tills may not change hands now, None when they may. `running`: the store's open sessions."""
    refusals = (_refused(move, known[move.till], running) for move in moves)
    return next((refused for refused in refusals if refused is not None), None)


def _refused(move: HostTurn, known: Turn, running: Sequence[TillSession]) -> Refused | None:
    if (known.number, known.terminal) == (move.turn, move.terminal):
        return None
    if move.turn <= known.number:
        text = f"Till {move.till} was moved to {known.terminal} meanwhile: look again."
        return Refused(code="moved_meanwhile", text=text)
    own = (one.facts for one in running if one.facts.till == move.till and not one.facts.late)
    facts = next(own, None)
    if facts is None:
        return None
    text = (
        f"Till {move.till} is open for {facts.business_date} at terminal {facts.terminal}: "
        "cash it up there first, or close it from the back office."
    )
    return Refused(code="till_open", text=text)
