"""What the opening count of a session asks for, as the entry with which the session began tells it."""

from dataclasses import dataclass
from typing import Final

from tillday_contracts.entries import EntryBody, Genesis, TenderAmount, TillStarted
from tillday_contracts.parts import Claim


@dataclass(frozen=True, slots=True)
class Asked:
    """Expected amounts, what was kept where a forced float makes that differ, the late money among them."""

    expected: tuple[TenderAmount, ...] = ()
    kept: tuple[TenderAmount, ...] = ()
    claims: tuple[Claim, ...] = ()


NOTHING_ASKED: Final = Asked()


def asked_by(start: EntryBody) -> Asked:
    """Return what a session's first entry asks for: its start, or the genesis that it was recovered from."""
    match start:
        case TillStarted():
            return Asked(start.expected, start.kept, start.claims)
        case Genesis(till_state=state) if state is not None:
            return Asked(state.expected, state.kept, state.claims)
        case _:
            return NOTHING_ASKED
