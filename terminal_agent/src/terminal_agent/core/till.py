"""The till as its terminal knows it: the states of its session and how each journal entry moves them.

`evolve` has no rules and never refuses; what may happen is decided in `counts`, `selling`, `refunding`,
`moving` and `cash_up`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from tillday_contracts.arithmetic import TenderTotals, fold_movement, fold_tenders
from tillday_contracts.denominations import Denomination
from tillday_contracts.entries import (
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
    CountAttempted,
    EntryBody,
    Genesis,
    InitialCountConfirmed,
    Movement,
    OpeningTender,
    Position,
    Sale,
    TenderAmount,
    TenderConfirmed,
    TillClosed,
    TillStarted,
    TillState,
)
from tillday_contracts.parts import Claim
from tillday_contracts.wishes import Policies, Settings, SettingsContent, Tender

Totals = Mapping[str, TenderTotals]


@dataclass(frozen=True, slots=True)
class Terms:
    """What of the store's settings a session works by; fixed when its opening count begins."""

    currency: str
    tenders: tuple[Tender, ...]
    denominations: tuple[Denomination, ...]
    policies: Policies
    revision: int | None = None

    def pieces_of(self, tender: Tender) -> tuple[Denomination, ...]:
        """Return the coins and notes of a tender; none where it has no cash of its own."""
        match tender.kind:
            case "cash":
                return self.denominations
            case "foreign_cash":
                return tender.denominations
            case _:
                return ()

    def tender(self, name: str) -> Tender | None:
        """Return a means of payment of the store by its name."""
        return next((tender for tender in self.tenders if tender.tender == name), None)

    @property
    def cash(self) -> Tender | None:
        """The cash of the store's currency."""
        return next((tender for tender in self.tenders if tender.kind == "cash"), None)


def terms_of(settings: SettingsContent) -> Terms:
    """Return what a session that starts now works by."""
    return Terms(
        settings.currency,
        settings.tenders,
        settings.denominations,
        settings.policies,
        settings.rev if isinstance(settings, Settings) else None,
    )


@dataclass(frozen=True, slots=True)
class Session:
    """One life of the till. `covered`: how far it goes in epochs that were left while it ran."""

    session_id: str
    till: str
    business_date: date
    opened_by: str
    terms: Terms
    opened_at: datetime | None = None
    covered: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class Idle:
    """No session runs. `kept` is what the last one left, None where no count is known of yet."""

    kept: tuple[TenderAmount, ...] | None = None
    last_session: str | None = None
    last_status: Literal["none", "closed_front", "closed_back"] = "none"
    last_date: date | None = None
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
    """The tenders are being counted; nothing is sold until it is cancelled or confirmed."""

    till: Open
    attempts: tuple[CountAttempted, ...] = ()
    confirmed: tuple[TenderConfirmed, ...] = ()
    kind: Literal["closing_count"] = "closing_count"

    @property
    def session(self) -> Session:
        """The session that is being counted."""
        return self.till.session


Phase = Idle | OpeningCount | Open | ClosingCount


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
        """The figures of a session that has sold or may sell."""
        match self.phase:
            case Open():
                return self.phase
            case ClosingCount():
                return self.phase.till
            case _:
                return None


def amount_of(amounts: Iterable[TenderAmount], tender: str) -> int:
    """Return what a list of amounts says of a tender, 0 where it says nothing."""
    return next((part.amount for part in amounts if part.tender == tender), 0)


def with_claims(amounts: Iterable[TenderAmount], claims: Iterable[Claim]) -> tuple[TenderAmount, ...]:
    """Return amounts with the late money that is asked for on top."""
    sums = {part.tender: part.amount for part in amounts}
    for claim in claims:
        sums[claim.tender] = sums.get(claim.tender, 0) + claim.amount
    return tuple(TenderAmount(tender=tender, amount=amount) for tender, amount in sums.items())


def claimed_of(claims: Iterable[Claim], tender: str) -> int:
    """Return what is claimed of a tender."""
    return sum(claim.amount for claim in claims if claim.tender == tender)


def expected_in(totals: Totals, tender: str) -> int:
    """Return what of a tender should be in the till."""
    return totals.get(tender, TenderTotals()).expected


def evolve(till: Till, body: EntryBody, *, terms: Terms | None, at: datetime) -> Till:
    """Return the till after an entry. `terms` are the store's of the moment, which a starting session
    keeps.
    """
    match body:
        case Genesis():
            return _new_epoch(till, body)
        case TillStarted() if terms is not None:
            session = Session(body.session_id, body.till, body.business_date, body.by, terms, at)
            return replace(till, phase=OpeningCount(session, body.expected, (), body.kept, body.claims))
        case Sale():
            return replace(till, phase=_sold(till.phase, body), receipts=till.receipts + 1)
        case TillClosed():
            return replace(till, phase=_closed(body), cash_ups=till.cash_ups + 1)
        case _:
            return replace(till, phase=_moved(till.phase, body))


def _moved(phase: Phase, body: EntryBody) -> Phase:
    match phase, body:
        case ((OpeningCount() | ClosingCount()), CountAttempted()):
            return replace(phase, attempts=(*phase.attempts, body))
        case OpeningCount(), InitialCountConfirmed():
            totals = {tender.tender: TenderTotals(opening=tender.counted) for tender in body.tenders}
            return Open(phase.session, body.tenders, totals)
        case Open(), Movement():
            return replace(
                phase, totals=add_totals(phase.totals, {body.tender: fold_movement(body)}), attempts=()
            )
        case Open(), CloseHeard():
            return replace(phase, stopped=True)
        case ClosingCount(), CloseHeard():
            return replace(phase, till=replace(phase.till, stopped=True))
        case Open(), CashUpStarted():
            return ClosingCount(phase, phase.attempts)
        case ClosingCount(), CashUpCancelled():
            return replace(phase.till, attempts=phase.attempts)
        case ClosingCount(), TenderConfirmed():
            return replace(phase, confirmed=(*phase.confirmed, body))
        case _:
            return phase


def _sold(phase: Phase, sale: Sale) -> Phase:
    if not isinstance(phase, Open):
        return phase
    totals = add_totals(phase.totals, fold_tenders(sale))
    return replace(phase, totals=totals, receipts=phase.receipts + 1, attempts=())


def add_totals(totals: Totals, more: Totals) -> Totals:
    """Return the sum of two tables of totals, tender by tender."""
    names = [*totals, *(name for name in more if name not in totals)]
    return {name: totals.get(name, TenderTotals()).plus(more.get(name, TenderTotals())) for name in names}


def _closed(body: TillClosed) -> Idle:
    kept = tuple(TenderAmount(tender=tender.tender, amount=tender.kept) for tender in body.tenders)
    return Idle(kept, body.session_id, "closed_front", body.business_date)


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
    """Return the till as HELLO and a genesis entry tell it."""
    phase = till.phase
    if isinstance(phase, Idle):
        return TillState(
            till=code,
            session_id=phase.last_session,
            status=phase.last_status,
            business_date=phase.last_date,
            kept=phase.kept or (),
            last_receipt=till.receipts,
            last_cash_up=till.cash_ups,
        )
    counting = phase if isinstance(phase, OpeningCount) else None
    return TillState(
        till=code,
        session_id=phase.session.session_id,
        status=phase.kind,
        business_date=phase.session.business_date,
        kept=counting.kept if counting else (),
        expected=expected_now(till),
        claims=counting.claims if counting else (),
        last_receipt=till.receipts,
        last_cash_up=till.cash_ups,
    )


def expected_now(till: Till) -> tuple[TenderAmount, ...]:
    """Return what should be in the till now, per tender."""
    if isinstance(till.phase, OpeningCount):
        return till.phase.expected
    running = till.running
    if running is None:
        return ()
    return tuple(
        TenderAmount(tender=tender.tender, amount=expected_in(running.totals, tender.tender))
        for tender in running.session.terms.tenders
    )


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
            return replace(till, phase=Idle(state.kept, state.session_id, state.status, state.business_date))
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
