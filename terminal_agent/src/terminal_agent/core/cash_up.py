"""The cash-up: cash by its pieces first, the other tenders by their totals, what stays, and the close."""

from collections.abc import Mapping
from dataclasses import dataclass

from terminal_agent.core.commands import Actor, CancelCashUp, ConfirmCashUp, CountTender, Place, StartCashUp
from terminal_agent.core.counted_guests import counted_guests, not_counted
from terminal_agent.core.counts import Counted, judge, pieces_total, recount_spent
from terminal_agent.core.pending import unpaid
from terminal_agent.core.refusal import Decision, Refusal, refuse
from terminal_agent.core.till import ClosingCount, Joined, Open, OpeningCount, Session, Till, expected_in
from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals, kept_amount
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import (
    Approval,
    CashUpCancelled,
    CashUpStarted,
    ManifestMember,
    TenderConfirmed,
    TenderCount,
    TillClosed,
)
from tillday_contracts.ids import cash_up_number
from tillday_contracts.money import LARGEST_AMOUNT
from tillday_contracts.wishes import Tender


def start_cash_up(till: Till, command: StartCashUp, place: Place) -> Decision:
    """Begin the closing count; from here on nothing is sold."""
    phase = till.phase
    if isinstance(phase, ClosingCount):
        return refuse("cash_up_running", "The cash-up has already begun.")
    if isinstance(phase, OpeningCount):
        return refuse("initial_count_missing", "Confirm the initial count first, then cash up.")
    if isinstance(phase, Joined):
        return refuse("guest", f"Terminal {phase.host} hosts this till: cash it up there, and leave it here.")
    if not isinstance(phase, Open):
        return refuse("till_closed", "The till is closed: there is nothing to cash up.")
    barred = _barred(phase.session, command.by) or unpaid(till, place.pending)
    if barred is not None:
        return Decision(refusal=barred)
    return Decision((CashUpStarted(session_id=phase.session.session_id, by=command.by.person),))


def _barred(session: Session, actor: Actor) -> Refusal | None:
    if actor.person == session.opened_by or "cash_up_for_others" in actor.rights:
        return None
    return Refusal("right_missing", f"Only {session.opened_by} or a supervisor cashes this session up.")


def _counting(till: Till, actor: Actor) -> ClosingCount | Refusal:
    if not isinstance(till.phase, ClosingCount):
        return Refusal("no_cash_up", "No cash-up is under way: start it first.")
    return _barred(till.phase.session, actor) or till.phase


def cancel_cash_up(till: Till, command: CancelCashUp) -> Decision:
    """Give the closing count up, as long as nothing is confirmed."""
    phase = _counting(till, command.by)
    if isinstance(phase, Refusal):
        return Decision(refusal=phase)
    if phase.confirmed:
        return refuse("tender_confirmed", "A tender is already confirmed: the cash-up must be finished now.")
    return Decision((CashUpCancelled(session_id=phase.session.session_id, by=command.by.person),))


def count_tender(till: Till, command: CountTender) -> Decision:
    """Compare one tender's count with the expected amount; a difference is approved here, before the next
    step.
    """
    phase = _counting(till, command.by)
    if isinstance(phase, Refusal):
        return Decision(refusal=phase)
    tender = phase.session.terms.tender(command.tender)
    wrong = _wrong_step(phase, tender, command)
    if tender is None or wrong is not None:
        return Decision(refusal=wrong)
    total = _counted_total(phase.session, tender, command)
    if isinstance(total, Refusal):
        return Decision(refusal=total)
    expected = expected_in(phase.totals, tender.tender)
    pieces = command.denominations
    counted = Counted(phase.session, "cash_up", tender, command.by.person, expected, total, pieces)
    spent = recount_spent(counted, phase.attempts, command.approver)
    if spent is not None:
        return Decision(refusal=spent)
    approval = judge(counted, command.approver)
    if isinstance(approval, Refusal):
        return Decision((counted.attempt,), approval)
    return Decision((counted.attempt, _confirmed(counted, approval)))


def _wrong_step(phase: ClosingCount, tender: Tender | None, command: CountTender) -> Refusal | None:
    if tender is None:
        return Refusal("unknown_tender", f"This session has no tender {command.tender[:24]}.")
    if any(done.tender == tender.tender for done in phase.confirmed):
        return Refusal("tender_confirmed", f"{tender.name} is already confirmed.")
    cash = phase.session.terms.cash
    if cash is not None and tender != cash and all(done.tender != cash.tender for done in phase.confirmed):
        return Refusal("cash_first", f"Count {cash.name} first, then the other tenders.")
    return None


def _counted_total(session: Session, tender: Tender, command: CountTender) -> int | Refusal:
    if tender.kind in ("cash", "foreign_cash"):
        if command.counted is not None:
            return Refusal("denominations_required", "Count cash by its coins and notes, never as a total.")
        return pieces_total(command.denominations, session, tender)
    if command.denominations:
        return Refusal("total_required", f"Give the total of {tender.name}: only cash has coins and notes.")
    if command.counted is None or abs(command.counted) > LARGEST_AMOUNT:
        return Refusal("total_required", f"Give the total of {tender.name}.")
    return command.counted


def _confirmed(counted: Counted, approval: Approval | None) -> TenderConfirmed:
    return TenderConfirmed(
        session_id=counted.session.session_id,
        tender=counted.tender.tender,
        by=counted.by,
        expected=counted.expected,
        counted=counted.counted,
        difference=counted.difference,
        denominations=counted.denominations,
        approval=approval,
    )


@dataclass(frozen=True, slots=True)
class _Figures:
    tender: Tender
    totals: TenderTotals
    counted: int
    denominations: tuple[DenominationCount, ...]
    approval: Approval | None
    kept: int

    @property
    def line(self) -> TenderCount:
        return TenderCount(
            tender=self.tender.tender,
            opening=self.totals.opening,
            expected=self.totals.expected,
            counted=self.counted,
            difference=self.counted - self.totals.expected,
            kept=self.kept,
            moved=self.counted - self.kept,
            denominations=self.denominations,
            approval=self.approval,
        )


def confirm_cash_up(till: Till, command: ConfirmCashUp, place: Place) -> Decision:
    """Close the session: every tender confirmed, what stays chosen, the manifest naming what the count
    covers.
    """
    phase = _counting(till, command.by)
    if isinstance(phase, Refusal):
        return Decision(refusal=phase)
    tenders = _tender_counts(phase, command.keep)
    if isinstance(tenders, Refusal):
        return Decision(refusal=tenders)
    session = phase.session
    closed = TillClosed(
        session_id=session.session_id,
        till=session.till,
        business_date=session.business_date,
        number=cash_up_number(session.till, place.head.epoch, till.cash_ups + 1),
        by=command.by.person,
        tenders=tenders,
        manifest=(*_manifest(session, place), *counted_guests(phase)),
        not_counted=not_counted(phase, place.members),
    )
    return Decision((closed,))


def _tender_counts(phase: ClosingCount, keep: Mapping[str, int]) -> tuple[TenderCount, ...] | Refusal:
    confirmed = {done.tender: done for done in phase.confirmed}
    missing = [tender.name for tender in phase.session.terms.tenders if tender.tender not in confirmed]
    if missing:
        return Refusal(
            "tenders_missing", f"Count {', '.join(missing)} before you confirm.", {"missing": missing}
        )
    figures: list[TenderCount] = []
    for tender in phase.session.terms.tenders:
        done = confirmed[tender.tender]
        try:
            chosen = 0 if one_choice(tender, done.counted) else keep.get(tender.tender)
            kept = kept_amount(tender.keep, done.counted, chosen)
        except ValueError as error:
            return Refusal("amount_to_keep", f"{tender.name}: {error}.", {"tender": tender.tender})
        totals = phase.totals.get(tender.tender, NO_TOTALS)
        figures.append(_Figures(tender, totals, done.counted, done.denominations, done.approval, kept).line)
    return tuple(figures)


def one_choice(tender: Tender, counted: int) -> bool:
    """Say whether nobody has to be asked how much of a tender stays in the till."""
    return tender.keep.mode != "variable" or counted <= 0


def keep_choices(phase: ClosingCount) -> tuple[TenderConfirmed, ...]:
    """Return the confirmed tenders of which a person chooses how much stays: 0 to all that was counted."""
    terms = phase.session.terms
    return tuple(
        done
        for done in phase.confirmed
        if (tender := terms.tender(done.tender)) is not None and not one_choice(tender, done.counted)
    )


def _manifest(session: Session, place: Place) -> tuple[ManifestMember, ...]:
    """Name, per epoch, the position up to which this count covers the journal: the last entry before the
    close.
    """
    places = [(part.epoch, part.seq, part.hash) for part in session.covered]
    places.append((place.head.epoch, place.head.seq, place.head.hash))
    return tuple(
        ManifestMember(terminal=place.terminal, epoch=epoch, to_seq=seq, to_hash=fingerprint)
        for epoch, seq, fingerprint in places
    )
