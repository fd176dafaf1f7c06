"""The till as its terminal knows it: the states of its session and how each journal entry moves them.

`evolve` has no rules and never refuses; what may happen is decided in `counts`, `selling`, `refunding`,
`moving` and `cash_up`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from terminal_agent.core.terms import Terms
from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals, fold_movement, fold_tenders
from tillday_contracts.entries import (
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
    CountAttempted,
    EntryBody,
    Genesis,
    GuestsTold,
    InitialCountConfirmed,
    Movement,
    OpeningTender,
    Position,
    Sale,
    TenderAmount,
    TenderConfirmed,
    TillClosed,
    TillJoined,
    TillLeft,
    TillStarted,
    TillState,
    tender_amount,
)
from tillday_contracts.parts import Claim
from tillday_contracts.sharing_entries import GuestTotals

Totals = Mapping[str, TenderTotals]


@dataclass(frozen=True, slots=True)
class Session:
    """One life of the till. `covered`: how far it goes in epochs that were left while it ran.

    `turn` counts the moves of the till from terminal to terminal before it.
    """

    session_id: str
    till: str
    business_date: date
    opened_by: str
    terms: Terms
    opened_at: datetime | None = None
    covered: tuple[Position, ...] = ()
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Idle:
    """No session runs. `kept` is what the last one left, None where no count is known of yet.

    `till` and `turn` say which till that was, and after how many moves: another one starts from what the
    back office knows of it.
    """

    kept: tuple[TenderAmount, ...] | None = None
    last_session: str | None = None
    last_status: Literal["none", "closed_front", "closed_back"] = "none"
    last_date: date | None = None
    till: str | None = None
    turn: int = 0
    kind: Literal["idle"] = "idle"


@dataclass(frozen=True, slots=True)
class OpeningCount:
    """The float is being counted; nothing is sold yet.

    `kept` is what the last count left, where a forced float makes this one expect something else. `claims`
    is late money that is expected beside either.
    """

    session: Session
    expected: tuple[TenderAmount, ...]
    attempts: tuple[CountAttempted, ...] = ()
    kept: tuple[TenderAmount, ...] = ()
    claims: tuple[Claim, ...] = ()
    kind: Literal["opening_count"] = "opening_count"


@dataclass(frozen=True, slots=True)
class Open:
    """The till sells. `attempts` are of a count given up since which nothing moved.

    `stopped`: this terminal said that it heard of the back office's wish to close it; it sells no more.
    """

    session: Session
    opening: tuple[OpeningTender, ...]
    totals: Totals
    receipts: int = 0
    attempts: tuple[CountAttempted, ...] = ()
    stopped: bool = False
    kind: Literal["open"] = "open"


@dataclass(frozen=True, slots=True)
class ClosingCount:
    """The tenders are being counted; nothing is sold until it is cancelled or confirmed.

    `guests` is what other terminals brought into the session, as the ledger told; None until it did.
    """

    till: Open
    attempts: tuple[CountAttempted, ...] = ()
    confirmed: tuple[TenderConfirmed, ...] = ()
    guests: tuple[GuestTotals, ...] | None = None
    kind: Literal["closing_count"] = "closing_count"

    @property
    def session(self) -> Session:
        """The session that is being counted."""
        return self.till.session

    @property
    def totals(self) -> Totals:
        """What should be in the till, what guests brought included."""
        totals = self.till.totals
        for guest in self.guests or ():
            totals = add_totals(totals, brought_by(guest))
        return totals


@dataclass(frozen=True, slots=True)
class Joined:
    """The terminal sells into a session that `host` counts. `totals` are its own part of it.

    `before` is where its own till stands meanwhile.
    """

    session: Session
    host: str
    before: Idle
    totals: Totals = field(default_factory=dict)
    receipts: int = 0
    kind: Literal["joined"] = "joined"


Selling = Open | Joined
Phase = Idle | OpeningCount | Open | ClosingCount | Joined


@dataclass(frozen=True, slots=True)
class Till:
    """A till: where its session stands, and the last numbers that this epoch gave."""

    phase: Phase = field(default_factory=Idle)
    receipts: int = 0
    cash_ups: int = 0

    @property
    def session(self) -> Session | None:
        """The session that runs, if any."""
        return None if isinstance(self.phase, Idle) else self.phase.session

    @property
    def running(self) -> Open | None:
        """The figures of the own session that has sold or may sell, those of its counted guests included."""
        match self.phase:
            case Open():
                return self.phase
            case ClosingCount():
                return replace(self.phase.till, totals=self.phase.totals)
            case _:
                return None


def amount_of(amounts: Iterable[TenderAmount], tender: str) -> int:
    """Return what a list of amounts says of a tender, 0 where it says nothing."""
    return next((part.amount for part in amounts if part.tender == tender), 0)


def brought_by(guest: GuestTotals) -> Totals:
    """Return what a guest brought, tender by tender."""
    return {
        part.tender: TenderTotals(
            sales=part.sales,
            refunds=part.refunds,
            paid_in=part.paid_in,
            paid_out=part.paid_out,
            loans=part.loans,
            pickups=part.pickups,
        )
        for part in guest.tenders
    }


def expected_in(totals: Totals, tender: str) -> int:
    """Return what of a tender should be in the till."""
    return totals.get(tender, NO_TOTALS).expected


def evolve(till: Till, body: EntryBody, *, terms: Terms | None, at: datetime) -> Till:
    """Return the till after an entry. `terms` are the store's of the moment, which a starting session
    keeps.
    """
    match body:
        case Genesis():
            return _new_epoch(till, body)
        case TillStarted() if terms is not None:
            session = _begun(body, terms, at)
            counting = OpeningCount(session, body.expected, (), body.kept, body.claims)
            return Till(counting, till.receipts, till.cash_ups)
        case Sale():
            return Till(_sold(till.phase, body), till.receipts + 1, till.cash_ups)
        case TillJoined() if terms is not None:
            return Till(_joined(till.phase, body, terms, at), till.receipts, till.cash_ups)
        case TillClosed():
            return Till(_closed(till, body), till.receipts, till.cash_ups + 1)
        case _:
            phase = _moved(till.phase, body)
            return till if phase is till.phase else Till(phase, till.receipts, till.cash_ups)


def _begun(body: TillStarted, terms: Terms, at: datetime) -> Session:
    return Session(body.session_id, body.till, body.business_date, body.by, terms, at, turn=body.turn)


def _joined(phase: Phase, body: TillJoined, terms: Terms, at: datetime) -> Phase:
    if not isinstance(phase, Idle):
        return phase  # a new epoch says again what is known
    session = Session(body.session_id, body.till, body.business_date, body.by, terms, at)
    return Joined(session, body.host, phase)


def _moved(phase: Phase, body: EntryBody) -> Phase:
    match phase, body:
        case ((OpeningCount() | ClosingCount()), CountAttempted()):
            return replace(phase, attempts=(*phase.attempts, body))
        case OpeningCount(), InitialCountConfirmed():
            totals = {tender.tender: TenderTotals(opening=tender.counted) for tender in body.tenders}
            return Open(phase.session, body.tenders, totals)
        case ((Open() | Joined()), Movement()):
            return _added(phase, {body.tender: fold_movement(body)})
        case Open(), CloseHeard():
            return replace(phase, stopped=True)
        case ClosingCount(), CloseHeard():
            return replace(phase, till=replace(phase.till, stopped=True))
        case Joined(), TillLeft():
            return phase.before
        case ClosingCount(), GuestsTold():
            return replace(phase, guests=body.guests)
        case Open(), CashUpStarted():
            return ClosingCount(phase, phase.attempts)
        case ClosingCount(), CashUpCancelled():
            return replace(phase.till, attempts=phase.attempts)
        case ClosingCount(), TenderConfirmed():
            return replace(phase, confirmed=(*phase.confirmed, body))
        case _:
            return phase


def _sold(phase: Phase, sale: Sale) -> Phase:
    return _added(phase, fold_tenders(sale), receipts=1) if isinstance(phase, Open | Joined) else phase


def _added(phase: Selling, more: Totals, *, receipts: int = 0) -> Selling:
    totals, receipts = add_totals(phase.totals, more), phase.receipts + receipts
    if isinstance(phase, Open):  # what was counted before counts no more
        return Open(phase.session, phase.opening, totals, receipts, (), phase.stopped)
    return replace(phase, totals=totals, receipts=receipts)


def add_totals(totals: Totals, more: Totals) -> Totals:
    """Return the sum of two tables of totals, tender by tender."""
    sums = dict(totals)
    for name, added in more.items():
        sums[name] = sums.get(name, NO_TOTALS).plus(added)
    return sums


def _closed(till: Till, body: TillClosed) -> Idle:
    kept = tuple(tender_amount(tender.tender, tender.kept) for tender in body.tenders)
    turn = till.session.turn if till.session is not None else 0
    return Idle(kept, body.session_id, "closed_front", body.business_date, body.till, turn)


def _new_epoch(till: Till, genesis: Genesis) -> Till:
    """Numbers begin anew with the epoch's code; a running session remembers what it covers of the old one."""
    phase = till.phase
    if genesis.follows is None or isinstance(phase, Idle):
        return Till(phase)
    session = replace(phase.session, covered=(*phase.session.covered, genesis.follows))
    if isinstance(phase, ClosingCount):
        return Till(replace(phase, till=replace(phase.till, session=session)))
    return Till(replace(phase, session=session))


def state_of(till: Till, code: str) -> TillState:
    """Return the till as HELLO and a genesis entry tell it: what this terminal itself hosted."""
    phase = till.phase.before if isinstance(till.phase, Joined) else till.phase
    if isinstance(phase, Idle):
        return TillState(
            till=phase.till or code,
            session_id=phase.last_session,
            status=phase.last_status,
            business_date=phase.last_date,
            kept=phase.kept or (),
            last_receipt=till.receipts,
            last_cash_up=till.cash_ups,
        )
    counting = phase if isinstance(phase, OpeningCount) else None
    return TillState(
        till=phase.session.till,
        session_id=phase.session.session_id,
        status=phase.kind,
        business_date=phase.session.business_date,
        kept=counting.kept if counting else (),
        expected=_expected_of(phase.till if isinstance(phase, ClosingCount) else phase),
        claims=counting.claims if counting else (),
        last_receipt=till.receipts,
        last_cash_up=till.cash_ups,
    )


def expected_now(till: Till) -> tuple[TenderAmount, ...]:
    """Return what should be in the till now, per tender."""
    if isinstance(till.phase, OpeningCount):
        return till.phase.expected
    running = till.running
    return _expected_of(running) if running is not None else ()


def _expected_of(phase: OpeningCount | Open) -> tuple[TenderAmount, ...]:
    if isinstance(phase, OpeningCount):
        return phase.expected
    return tuple(
        tender_amount(tender.tender, expected_in(phase.totals, tender.tender))
        for tender in phase.session.terms.tenders
    )
