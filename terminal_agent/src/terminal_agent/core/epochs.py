"""What a new epoch begins with: its genesis, and the ledger's view of the till where that was given."""

from collections.abc import Sequence
from dataclasses import replace

from terminal_agent.core.chain import Identity
from terminal_agent.core.taking_over import taken_over
from terminal_agent.core.terminal import Terminal
from terminal_agent.core.terms import Terms
from terminal_agent.core.till import Till, state_of
from tillday_contracts.entries import Genesis, Position, TillState


def genesis(identity: Identity, follows: Position | None, till: Till, *, code: str) -> Genesis:
    """Return the first entry of an epoch; one that follows another tells where the till `code` stands."""
    state = state_of(till, code) if follows is not None else None
    return Genesis(key_id=identity.key_id, follows=follows, till_state=state)


def taking_over(
    till: Till, terminal: Terminal, states: Sequence[TillState], *, code: str, terms: Terms | None
) -> tuple[Till, Terminal]:
    """Return till and terminal as the ledger tells them; a running session brings its business date."""
    opener = till.session.opened_by if till.session is not None else code
    taken = taken_over(till, states, terms=terms, by=opener)
    if taken.session is None or taken.session.business_date == terminal.business_date:
        return taken, terminal
    return taken, replace(terminal, business_date=taken.session.business_date)


def same_standing(left: Till, right: Till, code: str) -> bool:
    """Say whether two views of a till stand in the same session at the same step."""
    one, other = state_of(left, code), state_of(right, code)
    return (one.session_id, one.status) == (other.session_id, other.status)
