"""Starting a till and counting its float: every attempt is kept, a difference needs a word bound to exactly
it.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from terminal_agent.core.claims import claimed_of, with_claims
from terminal_agent.core.commands import Approver, CountFloat, Place, StartTill
from terminal_agent.core.refusal import Decision, Refusal, refuse
from terminal_agent.core.terms import Terms
from terminal_agent.core.till import Idle, Joined, OpeningCount, Session, Till, amount_of
from tillday_contracts.denominations import DenominationCount, WrongDenomination, count_total
from tillday_contracts.entries import (
    Approval,
    CountAttempted,
    FloatMoved,
    InitialCountConfirmed,
    OpeningTender,
    TenderAmount,
    TillStarted,
    approval_subject,
)
from tillday_contracts.money import LARGEST_AMOUNT
from tillday_contracts.wishes import Tender


@dataclass(frozen=True, slots=True)
class Counted:
    """A count of one tender, compared with what was expected."""

    session: Session
    count: Literal["initial", "cash_up"]
    tender: Tender
    by: str
    expected: int
    counted: int
    denominations: tuple[DenominationCount, ...]

    @property
    def difference(self) -> int:
        """Counted − expected."""
        return self.counted - self.expected

    @property
    def within_tolerance(self) -> bool:
        """Whether nobody has to look."""
        allowed = self.tender.initial_tolerance if self.count == "initial" else self.tender.cash_up_tolerance
        return abs(self.difference) <= allowed

    @property
    def subject(self) -> str:
        """What an approval of this very count is bound to."""
        return approval_subject(
            session_id=self.session.session_id,
            count=self.count,
            tender=self.tender.tender,
            expected=self.expected,
            counted=self.counted,
        )

    @property
    def attempt(self) -> CountAttempted:
        """The entry that keeps this attempt."""
        return CountAttempted(
            session_id=self.session.session_id,
            count=self.count,
            tender=self.tender.tender,
            by=self.by,
            expected=self.expected,
            counted=self.counted,
            denominations=self.denominations,
        )


def start_till(till: Till, command: StartTill, place: Place) -> Decision:
    """Begin a session, where the terminal has a date and no session runs."""
    if isinstance(till.phase, Joined):
        joined = till.phase.session.till
        return refuse("joined", f"This terminal sells into till {joined}: leave it, then start its own.")
    if not isinstance(till.phase, Idle):
        return refuse("till_not_closed", f"The till {place.till} is not closed: finish its session first.")
    if "sell" not in command.by.rights:
        return refuse("right_missing", "You have no right to sell: ask a supervisor.")
    if place.obstacle is not None:
        return Decision(refusal=place.obstacle)
    if place.terms is None or place.business_date is None:
        return refuse("no_settings", "This terminal has not heard from the back office yet: connect it once.")
    started = TillStarted(
        session_id=command.session_id,
        till=place.till,
        business_date=place.business_date,
        by=command.by.person,
        expected=place.opening,
        kept=place.kept,
        settings_rev=place.terms.revision,
        claims=place.claims,
        turn=place.turn,
    )
    if place.terms.policies.initial_count == "required":
        return Decision((started,))
    brought = _float_moved(
        started, place.terms, kept=started.kept, wanted=_base(started, place.terms), by=started.by
    )
    return Decision((started, *brought, _taken_over(started)))


def _taken_over(started: TillStarted) -> InitialCountConfirmed:
    """The store does not count its floats: the expected amounts stand as the opening, without pieces."""
    tenders = tuple(
        OpeningTender(tender=part.tender, expected=part.amount, counted=part.amount, difference=0)
        for part in started.expected
    )
    return InitialCountConfirmed(
        session_id=started.session_id,
        business_date=started.business_date,
        by=started.by,
        tenders=tenders,
        uncounted=True,
    )


def _base(start: TillStarted | OpeningCount, terms: Terms) -> int:
    """Return the cash that is expected beside what is claimed: what was kept, or the forced float."""
    if terms.cash is None:
        return 0
    cash = terms.cash.tender
    return amount_of(start.expected, cash) - claimed_of(start.claims, cash)


def _float_moved(
    about: TillStarted | Session,
    terms: Terms,
    *,
    kept: tuple[TenderAmount, ...],
    wanted: int,
    by: str,
) -> tuple[FloatMoved, ...]:
    """Say what was brought from the safe or put away so that the drawer holds the forced float."""
    if terms.cash is None or not kept:
        return ()
    cash = terms.cash.tender
    left = amount_of(kept, cash)
    moved = FloatMoved(
        session_id=about.session_id,
        till=about.till,
        business_date=about.business_date,
        tender=cash,
        kept=left,
        wanted=wanted,
        amount=wanted - left,
        by=by,
    )
    return (moved,)


def count_float(till: Till, command: CountFloat) -> Decision:
    """Compare the counted float with the expected one; the till opens when they agree or a difference is
    approved.
    """
    phase = till.phase
    if not isinstance(phase, OpeningCount):
        return refuse("no_opening_count", "No initial count is under way: start the till first.")
    if "sell" not in command.by.rights:
        return refuse("right_missing", "You have no right to count this till: ask a supervisor.")
    counts = _counted(phase, command)
    if isinstance(counts, Refusal):
        return Decision(refusal=counts)
    spent = next((word for c in counts if (word := recount_spent(c, phase.attempts, command.approver))), None)
    if spent is not None:
        return Decision(refusal=spent)
    attempts = tuple(counted.attempt for counted in counts)
    judged = [judge(counted, command.approver) for counted in counts]
    refusal = next((word for word in judged if isinstance(word, Refusal)), None)
    if refusal is not None:
        return Decision(attempts, refusal)
    approvals = [word for word in judged if not isinstance(word, Refusal)]
    opened = _opened(phase, command.by.person, tuple(zip(counts, approvals, strict=True)))
    kept = () if command.leave_float else phase.kept
    moved = _float_moved(
        phase.session,
        phase.session.terms,
        kept=kept,
        wanted=_base(phase, phase.session.terms),
        by=command.by.person,
    )
    return Decision((*attempts, *moved, opened))


def _counted(phase: OpeningCount, command: CountFloat) -> tuple[Counted, ...] | Refusal:
    """Return the counts of every cash tender, the store's own first.

    Foreign cash that is not expected and was not counted is none of them.
    """
    terms = phase.session.terms
    cash = terms.cash
    if cash is None:
        return Refusal("no_cash", "The store has no cash tender: set one up in the back office.")
    foreign = tuple(tender for tender in terms.tenders if tender.kind == "foreign_cash")
    strange = set(command.foreign) - {tender.tender for tender in foreign}
    if strange:
        return Refusal("unknown_tender", f"{min(strange)} is no foreign cash of this store.")
    made: list[Counted] = []
    for tender in (cash, *foreign):
        pieces = command.denominations if tender == cash else command.foreign.get(tender.tender, ())
        expected = amount_of(_expected(phase, command), tender.tender)
        if tender != cash and tender.tender not in command.foreign and expected == 0:
            continue
        total = pieces_total(pieces, phase.session, tender)
        if isinstance(total, Refusal):
            return total
        made.append(Counted(phase.session, "initial", tender, command.by.person, expected, total, pieces))
    return tuple(made)


def _expected(phase: OpeningCount, command: CountFloat) -> tuple[TenderAmount, ...]:
    left_as_it_is = command.leave_float and phase.kept
    return with_claims(phase.kept, phase.claims) if left_as_it_is else phase.expected


def _opened(
    phase: OpeningCount, by: str, counts: tuple[tuple[Counted, Approval | None], ...]
) -> InitialCountConfirmed:
    """Initial counts count cash only; what another tender left is taken over."""
    cash = {counted.tender.tender for counted, _ in counts}
    others = tuple(
        OpeningTender(tender=part.tender, expected=part.amount, counted=part.amount, difference=0)
        for part in phase.expected
        if part.tender not in cash
    )
    return InitialCountConfirmed(
        session_id=phase.session.session_id,
        business_date=phase.session.business_date,
        by=by,
        tenders=(*(_opening_tender(counted, approval) for counted, approval in counts), *others),
    )


def _opening_tender(counted: Counted, approval: Approval | None) -> OpeningTender:
    return OpeningTender(
        tender=counted.tender.tender,
        expected=counted.expected,
        counted=counted.counted,
        difference=counted.difference,
        denominations=counted.denominations,
        approval=approval,
    )


def pieces_total(pieces: tuple[DenominationCount, ...], session: Session, tender: Tender) -> int | Refusal:
    """Return Σ value × quantity, or why these pieces cannot have been counted."""
    try:
        total = count_total(pieces, session.terms.pieces_of(tender))
    except WrongDenomination as error:
        return Refusal("wrong_denomination", f"{str(error)[:1].upper()}{str(error)[1:]}.")
    if total > LARGEST_AMOUNT:
        return Refusal("amount_out_of_range", "The counted amount is too large: check the quantities.")
    return total


def recount_spent(
    counted: Counted, before: tuple[CountAttempted, ...], approver: Approver | None
) -> Refusal | None:
    """Return why a blind count is not compared once more without a supervisor, None where it may be.

    Nothing is said of this count, not even that it was right: else the expected amount could be guessed.
    """
    policies = counted.session.terms.policies
    if not policies.blind_count:
        return None
    made = sum(attempt.tender == counted.tender.tender for attempt in before)
    if made <= policies.blind_recounts:
        return None
    if approver is None:
        return Refusal("recount_spent", "Counted again already: a supervisor must approve the count.")
    if "approve_difference" not in approver.actor.rights:
        return _no_approver(approver)
    return None


def _no_approver(approver: Approver) -> Refusal:
    text = f"{approver.actor.person} may not approve differences: ask a supervisor."
    return Refusal("approval_right_missing", text)


def judge(counted: Counted, approver: Approver | None) -> Approval | Refusal | None:
    """Return the approval that this count needs: None within tolerance, else one bound to its very
    difference.
    """
    if counted.within_tolerance:
        return None
    if approver is None:
        return _approval_required(counted)
    if "approve_difference" not in approver.actor.rights:
        return _no_approver(approver)
    own = _own_count(counted, approver)
    if own is not None:
        return own
    return Approval(
        by=approver.actor.person,
        reason=approver.reason or None,
        difference=counted.difference,
        subject=counted.subject,
    )


def _approval_required(counted: Counted) -> Refusal:
    text = "The counted amount differs from the expected one: count again, or let a supervisor approve it."
    if counted.session.terms.policies.blind_count:
        return Refusal("unapproved_difference", text)
    figures = {"expected": counted.expected, "counted": counted.counted, "difference": counted.difference}
    return Refusal("unapproved_difference", text, {"tender": counted.tender.tender, **figures})


def _own_count(counted: Counted, approver: Approver) -> Refusal | None:
    if approver.actor.person != counted.by:
        return None
    match counted.session.terms.policies.own_count_approval:
        case "always":
            return None
        case "with_reason":
            missing = Refusal("reason_required", "Give a reason: you are approving a count of your own.")
            return None if (approver.reason or "").strip() else missing
        case "never":
            return Refusal("own_count", "Nobody approves a count of their own here: ask another supervisor.")
        case unknown:
            assert_never(unknown)
