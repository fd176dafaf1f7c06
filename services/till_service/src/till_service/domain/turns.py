"""Who hosts a till: it changes hands between two sessions, and each change is a turn of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from till_service.domain.sessions import TillSession
from tillday_contracts.messages import Refused
from tillday_contracts.sharing_messages import MoveHost


@dataclass(frozen=True, slots=True)
class Turn:
    """How often a till changed hands, and who has it since; None where it never did."""

    number: int
    terminal: str | None


def refused_to_move(command: MoveHost, known: Turn, running: Sequence[TillSession]) -> Refused | None:
    """Return why a till may not change hands now, None when it may. `running` are its sessions not final."""
    if (known.number, known.terminal) == (command.turn, command.terminal):
        return None
    if command.turn <= known.number:
        text = f"Till {command.till} was moved to {known.terminal} meanwhile: look again."
        return Refused(code="moved_meanwhile", text=text)
    session = next((one for one in running if not one.facts.late), None)
    if session is not None:
        facts = session.facts
        text = (
            f"Till {command.till} is open for {facts.business_date} at terminal {facts.terminal}: "
            "cash it up there first, or close it from the back office."
        )
        return Refused(code="till_open", text=text)
    return None
