"""What the screens say of a till that terminals share: to the guest, and to its host."""

from typing import Any, Literal

from terminal_agent.core.guest import FINAL, open_at_host
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terminal import members_of, till_in
from terminal_agent.core.till import Joined
from terminal_agent.screens.speech import Speech
from terminal_agent.screens.stage import Stage

Values = dict[str, Any]
Fate = Literal["", "counting", "closed"]


def letters_of(till: str) -> str:
    """Return what the tills of a store have in common: the code of one without its number."""
    return till.rstrip("0123456789")


def fate_of(stage: Stage) -> Fate:
    """Return what becomes of a receipt that is ended now.

    `counting`: the host counts the till meanwhile. `closed`: its session has ended. Empty where nothing
    is special about it.
    """
    phase, desired = stage.memory.till.phase, stage.memory.desired
    if not isinstance(phase, Joined) or open_at_host(phase, desired):
        return ""
    known = till_in(desired, phase.session.till)
    same = known is not None and known.session_id == phase.session.session_id
    return "counting" if same and known is not None and known.status not in FINAL else "closed"


def sharing_values(stage: Stage, speech: Speech) -> Values:
    """Return where this terminal stands as a guest, for the screen on which it joins and leaves."""
    account = stage.parts.sharing.account()
    phase = stage.memory.till.phase
    return {
        "guest": account,
        "waits_for": speech.said(Refusal(f"asked_{account['status']}", str(account.get("text", "")))),
        "letters": letters_of(stage.book.till),
        "receipts_here": phase.receipts if isinstance(phase, Joined) else 0,
        "waiting": list(stage.memory.pending),
    }


def strip_values(stage: Stage) -> Values:
    """Return what the status strip says of sharing: whose till is sold into, or who sells into this one."""
    phase, memory = stage.memory.till.phase, stage.memory
    joined = phase if isinstance(phase, Joined) else None
    own = members_of(memory.till, till_in(memory.desired, stage.book.till)) if joined is None else ()
    return {
        "sold_into": (joined.session.till, joined.host) if joined is not None else None,
        "members": list(own),
    }
