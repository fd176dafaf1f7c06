"""The terminal beside its till: its business date, whether it opened itself, what it attested."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from terminal_agent.core.chain import Head
from terminal_agent.core.claims import with_claims
from terminal_agent.core.login import Outcome
from terminal_agent.core.receipts import Receipts, in_the_way
from terminal_agent.core.till import Idle, Joined, Till, amount_of
from tillday_contracts.entries import (
    Attested,
    CommandDone,
    EntryBody,
    JoinAsked,
    Position,
    TenderAmount,
    TerminalClosed,
    TerminalOpened,
    TillJoined,
    TillLeft,
    tender_amount,
)
from tillday_contracts.parts import Claim
from tillday_contracts.wishes import Command, Desired, DesiredTill, SettingsContent

REMEMBERED_COMMANDS: Final = 64


@dataclass(frozen=True, slots=True)
class Terminal:
    """`business_date` is POSBD; `own_opening` the entry with which a supervisor opened it here, None by the
    back office; `asked` the till that somebody wants to sell into, and who.
    """

    business_date: date | None = None
    own_opening: Position | None = None
    attested: tuple[date, int] | None = None
    asked: tuple[str, str] | None = None
    obeyed: tuple[str, ...] = ()
    """The newest commands of the back office that were done here, or cannot be."""


def evolve_terminal(terminal: Terminal, body: EntryBody, head: Head) -> Terminal:
    """Return the terminal after the entry that is the head now."""
    match body:
        case TerminalOpened():
            own = head.position if body.origin == "front_office" else None
            return replace(terminal, business_date=body.business_date, own_opening=own)
        case TerminalClosed():
            return replace(terminal, business_date=None, own_opening=None)
        case JoinAsked():
            return replace(terminal, asked=(body.till, body.by))
        case TillJoined() | TillLeft():
            return replace(terminal, asked=None)
        case Attested():
            return replace(terminal, attested=(body.business_date, body.revision))
        case CommandDone():
            return replace(terminal, obeyed=(*terminal.obeyed, body.command_id)[-REMEMBERED_COMMANDS:])
        case _:
            return terminal


def due_commands(terminal: Terminal, desired: Desired | None, now: datetime) -> tuple[Command, ...]:
    """Return the commands that stand and were not obeyed yet."""
    standing = desired.commands if desired is not None else ()
    return tuple(one for one in standing if one.command_id not in terminal.obeyed and now <= one.not_after)


def opening_unnoticed(terminal: Terminal, desired: Desired | None) -> bool:
    """Say whether the back office does not know yet that this terminal opened itself."""
    own = terminal.own_opening
    if own is None:
        return False
    known = desired.own_opening if desired is not None else None
    return known is None or known.epoch != own.epoch or known.seq < own.seq


def moves_of(
    terminal: Terminal, outcome: Outcome, *, desired_rev: int | None
) -> tuple[TerminalClosed | TerminalOpened, ...]:
    """Return the entries with which the terminal follows the back office's wish."""
    if not outcome.move:
        return ()
    made: list[TerminalClosed | TerminalOpened] = []
    if terminal.business_date is not None:
        made.append(TerminalClosed(business_date=terminal.business_date, desired_rev=desired_rev))
    if outcome.to is not None:
        opened = TerminalOpened(business_date=outcome.to, origin="back_office", desired_rev=desired_rev)
        made.append(opened)
    return tuple(made)


def opened_here(terminal: Terminal, wanted: date, by: str) -> tuple[TerminalClosed | TerminalOpened, ...]:
    """Return the entries with which a supervisor gives the terminal a date: a change closes the old one
    first.
    """
    opened = TerminalOpened(business_date=wanted, origin="front_office", by=by)
    if terminal.business_date is None:
        return (opened,)
    return (TerminalClosed(business_date=terminal.business_date, by=by), opened)


def till_in(desired: Desired | None, till: str) -> DesiredTill | None:
    """Return what the back office knows of a till."""
    tills = desired.tills if desired is not None else ()
    return next((known for known in tills if known.till == till), None)


def till_hosted(desired: Desired | None, *, terminal: str, enrolled: str) -> str:
    """Return the till that this terminal has: the one it was enrolled with, until tills were moved."""
    tills = desired.tills if desired is not None else ()
    return next((known.till for known in tills if known.host == terminal), enrolled)


def hosted_elsewhere(till: Till, code: str) -> bool:
    """Say whether the till whose session runs here belongs to another terminal now."""
    session = till.session
    return session is not None and not isinstance(till.phase, Joined) and session.till != code


def members_of(till: Till, known: DesiredTill | None) -> tuple[str, ...]:
    """Return the guests of the session that runs here, as far as the back office told of them."""
    session = till.session
    same = session is not None and known is not None and known.session_id == session.session_id
    return known.members if same and known is not None else ()


def closed_in_back(till: Till, known: DesiredTill | None) -> bool:
    """Say whether the back office closed the session that runs here."""
    session = till.session
    if session is None or known is None:
        return False
    return known.session_id == session.session_id and known.status in ("closed_back", "posted")


def close_is_wished(till: Till, known: DesiredTill | None) -> bool:
    """Say whether the running session is to be closed: the back office wishes so, or it was heard."""
    running = till.running
    if running is None:
        return False
    wished = known is not None and known.close_wished and known.session_id == running.session.session_id
    return wished or running.stopped


def close_to_say(till: Till, known: DesiredTill | None, receipts: Receipts) -> str | None:
    """Return the session of which to say that its wished close was heard: no receipt of it is open."""
    running = till.running
    if running is None or running.stopped or not close_is_wished(till, known):
        return None
    session_id = running.session.session_id
    return None if in_the_way(receipts, session_id) else session_id


def counted_here(phase: Idle, known: DesiredTill | None) -> bool:
    """Say whether the last cash-up of the till was this terminal's own: no other one had it since."""
    if phase.kept is None or known is None:
        return phase.kept is not None
    return phase.till in (None, known.till) and phase.turn == known.turn


@dataclass(frozen=True, slots=True)
class OpeningAmounts:
    """What the next opening count expects, what was kept where a forced float makes that differ, and the
    late money in what is expected.
    """

    expected: tuple[TenderAmount, ...]
    kept: tuple[TenderAmount, ...] = ()
    claims: tuple[Claim, ...] = ()


NO_COUNT_NEXT: Final = OpeningAmounts(())


def claims_of(till: Till, known: DesiredTill | None) -> tuple[Claim, ...]:
    """Return the late money that names the last session of the till."""
    phase = till.phase
    if known is None or not isinstance(phase, Idle):
        return ()
    last = phase.last_session if counted_here(phase, known) else known.session_id
    return tuple(claim for claim in known.claims if claim.session_id == last)


def opening_amounts(
    till: Till,
    known: DesiredTill | None,
    settings: SettingsContent,
    *,
    code: str,
    own: frozenset[str] = frozenset(),
) -> OpeningAmounts:
    """Return what the next opening count starts with: what the last cash-up kept, or the forced float, and
    the claims on it.

    A terminal that never counted takes what the back office knows of the till, else an empty drawer. `own`
    are the claimed events of its own journal: its last cash-up found their money in the drawer already.
    Nothing while a session runs: no opening count comes next.
    """
    if not isinstance(till.phase, Idle):
        return NO_COUNT_NEXT
    claims = tuple(claim for claim in claims_of(till, known) if claim.event not in own)
    base = _without_claims(till, known, settings, code=code)
    return OpeningAmounts(with_claims(base.expected, claims) if claims else base.expected, base.kept, claims)


def _without_claims(
    till: Till, known: DesiredTill | None, settings: SettingsContent, *, code: str
) -> OpeningAmounts:
    kept = _kept(till, known, settings)
    wanted = settings.floats.get(code)
    cash = next((tender.tender for tender in settings.tenders if tender.kind == "cash"), None)
    if wanted is None or cash is None or wanted == amount_of(kept, cash):
        return OpeningAmounts(kept)
    others = tuple(part for part in kept if part.tender != cash)
    return OpeningAmounts((tender_amount(cash, wanted), *others), kept)


def _kept(till: Till, known: DesiredTill | None, settings: SettingsContent) -> tuple[TenderAmount, ...]:
    if isinstance(till.phase, Idle) and till.phase.kept is not None and counted_here(till.phase, known):
        return till.phase.kept
    if known is not None and known.kept:
        return known.kept
    return tuple(tender_amount(tender.tender, 0) for tender in settings.tenders)
