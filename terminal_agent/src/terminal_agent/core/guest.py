"""Selling into another terminal's till: asked for here, allowed by the desired state, ended here or there."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from terminal_agent.core.commands import JoinTill, LeaveTill, Place
from terminal_agent.core.refusal import Decision, Refusal, refuse
from terminal_agent.core.terminal import Terminal, till_in
from terminal_agent.core.till import Idle, Joined, Till
from tillday_contracts.entries import JoinAsked, TillJoined, TillLeft
from tillday_contracts.wishes import Desired, DesiredTill

FINAL: Final = frozenset({"closed_front", "closed_back", "posted"})


def ask_to_join(till: Till, command: JoinTill, place: Place) -> Decision:
    """Ask the back office to let this terminal sell into another one's till. Wants the link."""
    if isinstance(till.phase, Joined):
        return _joined_already(till.phase.session.till, command.till)
    if not isinstance(till.phase, Idle):
        return refuse("till_not_closed", f"The till {place.till} is open here: cash it up first, then join.")
    if "sell" not in command.by.rights:
        return refuse("right_missing", "You have no right to sell: ask a supervisor.")
    if command.till == place.till:
        return refuse("own_till", f"{place.till} is this terminal's own till: start it.")
    if place.business_date is None:
        return refuse("terminal_closed", "The terminal has no business date: open the store first.")
    if not place.online:
        return refuse("offline", "Joining a till needs the back office: connect first.")
    asked = JoinAsked(till=command.till, business_date=place.business_date, by=command.by.person)
    return Decision((asked,))


def _joined_already(now: str, wanted: str) -> Decision:
    if wanted == now:
        return refuse("joined", f"This terminal sells into till {now} already: go on selling.")
    return refuse("joined", f"This terminal sells into till {now}: leave it first.")


def leave(till: Till, command: LeaveTill, place: Place) -> Decision:
    """Sell into the shared till no longer, or give up asking for it."""
    if isinstance(till.phase, Joined):
        if place.pending:
            waiting = list(place.pending)
            text = "Receipts are not paid yet: finish them or have them deleted, then leave."
            return Decision(refusal=Refusal("receipts_pending", text, {"receipts": waiting}))
        session = till.phase.session
        left = TillLeft(session_id=session.session_id, till=session.till, by=command.by.person)
        return Decision((left,))
    if place.asked is None:
        return refuse("not_joined", "This terminal sells into no other till: there is nothing to leave.")
    return Decision((TillLeft(session_id=None, till=place.asked, by=command.by.person),))


def open_at_host(joined: Joined, desired: Desired | None) -> bool:
    """Say whether the desired state names the session open: only then is a receipt started in it."""
    known = till_in(desired, joined.session.till)
    return known is not None and _is(known, joined) and _sells(known)


def close_wished_at_host(joined: Joined, desired: Desired | None) -> bool:
    """Say whether the back office wants the shared session closed: its guests start no receipt either."""
    known = till_in(desired, joined.session.till)
    return known is not None and _is(known, joined) and known.close_wished


def _sells(known: DesiredTill) -> bool:
    return known.status == "open" and not known.close_wished


def _is(known: DesiredTill, joined: Joined) -> bool:
    return known.session_id == joined.session.session_id


@dataclass(frozen=True, slots=True)
class Here:
    """What a terminal is, for the question whether it comes or goes by itself."""

    terminal: str
    online: bool
    pending: bool


def comes_or_goes(
    till: Till, terminal: Terminal, desired: Desired | None, here: Here
) -> tuple[TillJoined | TillLeft, ...]:
    """Return the entries with which a terminal becomes a guest it asked to be, or is one no longer.

    It goes when the session has ended or the store has gone on, once nothing is left to be paid.
    """
    if isinstance(till.phase, Joined):
        return () if here.pending or not _is_over(till.phase, desired) else gone_on(till)
    if terminal.asked is None or not here.online or not isinstance(till.phase, Idle):
        return ()
    return _joining(terminal, desired, here.terminal)


def gone_on(till: Till) -> tuple[TillLeft, ...]:
    """Return the entry with which a guest leaves because its terminal takes another date."""
    if not isinstance(till.phase, Joined):
        return ()
    return (TillLeft(session_id=till.phase.session.session_id, till=till.phase.session.till),)


def _joining(terminal: Terminal, desired: Desired | None, own: str) -> tuple[TillJoined, ...]:
    assert terminal.asked is not None
    code, by = terminal.asked
    known = till_in(desired, code)
    if known is None or known.session_id is None or known.host in (None, own) or not _sells(known):
        return ()
    if terminal.business_date is None or known.business_date != terminal.business_date:
        return ()
    assert known.host is not None
    joined = TillJoined(
        session_id=known.session_id,
        till=code,
        host=known.host,
        business_date=terminal.business_date,
        by=by,
    )
    return (joined,)


def _is_over(joined: Joined, desired: Desired | None) -> bool:
    if desired is None:
        return False
    known = till_in(desired, joined.session.till)
    ended = known is not None and (not _is(known, joined) or known.status in FINAL)
    return ended or _gone_on(joined.session.business_date, desired)


def _gone_on(day: date, desired: Desired) -> bool:
    closed = desired.closed_through is not None and desired.closed_through >= day
    return closed or (desired.business_date is not None and desired.business_date > day)


def is_answered(terminal: Terminal, desired: Desired | None) -> bool:
    """Say whether the back office told of the till that was asked for, whatever it told."""
    return terminal.asked is None or till_in(desired, terminal.asked[0]) is not None


def why_not_joined(terminal: Terminal, desired: Desired | None, own: str) -> str:
    """Return what is known of a till that was asked for and is not joined yet, and what to do about it."""
    if terminal.asked is None:
        return "Nothing was asked for."
    known = till_in(desired, terminal.asked[0])
    if known is None:
        return f"The back office has not answered yet. Check that there is a till {terminal.asked[0]}."
    if known.host is None:
        return f"The store has no till {known.till}: check its code, and ask for another one."
    if known.host == own:
        return f"{known.till} is this terminal's own till now: start it."
    return _why_not(known, terminal.business_date) or f"Till {known.till} is open: one moment."


def _why_not(known: DesiredTill, day: date | None) -> str | None:
    where = f"at terminal {known.host}"
    if known.close_wished:
        return f"The back office wants till {known.till} closed: nobody joins it any more."
    if known.status == "closing_count":
        return f"Till {known.till} is being counted {where}: it is joined once it is open again."
    if known.status != "open":
        return f"Till {known.till} is not open: it is started and counted {where} first."
    if known.business_date != day:
        here = "closed" if day is None else f"open for {day}"
        text = f"Till {known.till} is open for {known.business_date}, this terminal is {here}"
        return f"{text}: both have to be on one date."
    return None


def again(till: Till) -> tuple[TillJoined, ...]:
    """Return what a new epoch says of the session that its terminal goes on selling into."""
    if not isinstance(till.phase, Joined):
        return ()
    session = till.phase.session
    return (
        TillJoined(
            session_id=session.session_id,
            till=session.till,
            host=till.phase.host,
            business_date=session.business_date,
            by=session.opened_by,
        ),
    )
