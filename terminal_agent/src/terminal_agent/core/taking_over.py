"""The till as the ledger tells it: after a restored copy its word counts, not the terminal's."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from terminal_agent.core.terms import Terms
from terminal_agent.core.till import ClosingCount, Idle, Open, OpeningCount, Phase, Session, Till
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import OpeningTender, TillState


def taken_over(till: Till, states: Iterable[TillState], *, terms: Terms | None, by: str) -> Till:
    """Return the till as the ledger tells it: after a restored copy its word counts, not this terminal's.

    A running session goes on with what the ledger expects in the drawer as its opening; `terms` are needed
    for it.
    """
    state = next(iter(states), None)
    if state is None:
        return till
    match state.status:
        case "none" | "closed_front" | "closed_back":
            told = Idle(state.kept, state.session_id, state.status, state.business_date, state.till)
            return replace(till, phase=told)
        case _ if terms is None or state.session_id is None:
            return till  # nothing to go on by: what is known here stays
        case _:
            return replace(till, phase=_resumed(state, terms, by))


def _resumed(state: TillState, terms: Terms, by: str) -> Phase:
    assert state.session_id is not None
    day = state.business_date or date.min
    session = Session(state.session_id, state.till, day, by, terms)
    if state.status == "opening_count":
        return OpeningCount(session, state.expected, kept=state.kept, claims=state.claims)
    opening = tuple(
        OpeningTender(tender=part.tender, expected=part.amount, counted=part.amount, difference=0)
        for part in state.expected
    )
    totals = {part.tender: TenderTotals(opening=part.amount) for part in state.expected}
    running = Open(session, opening, totals)
    return ClosingCount(running) if state.status == "closing_count" else running
