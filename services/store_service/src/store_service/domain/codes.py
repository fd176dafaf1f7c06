"""Codes of terminals and tills. Both begin printed numbers, so that no code may stand for both."""

from collections.abc import Sequence

from store_service.domain import refusals
from store_service.domain.wishes import Terminal
from tillday_contracts.ids import TerminalCode, TillCode
from tillday_contracts.messages import Refused


def refusal_of_terminal(known: Sequence[Terminal], terminal: TerminalCode, till: TillCode) -> Refused | None:
    """Say why a terminal cannot have this till, None when it can or has it already."""
    same = next((other for other in known if other.terminal == terminal), None)
    if same is not None:
        return None if same.till == till else refusals.other_till(terminal, same.till)
    host = next((other.terminal for other in known if other.till == till), None)
    if host is not None:
        return refusals.till_taken(till, host)
    if terminal == till:
        return refusals.same_code(terminal)
    if any(other.till == terminal for other in known):
        return refusals.code_of_a_till(terminal)
    if any(other.terminal == till for other in known):
        return refusals.code_of_a_terminal(till)
    return None
