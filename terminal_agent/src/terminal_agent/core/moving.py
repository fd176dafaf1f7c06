"""Money that moves without a sale, settled counts, and the drawer opened without a transaction."""

from terminal_agent.core.commands import Adjust, Move, OpenDrawer, Place
from terminal_agent.core.drawer import lacking, open_now, wrong_amount
from terminal_agent.core.refusal import Decision, Refusal, refuse
from terminal_agent.core.rights import allowance
from terminal_agent.core.till import Till
from tillday_contracts.entries import Adjustment, Movement, NoSale
from tillday_contracts.money import LARGEST_AMOUNT
from tillday_contracts.wishes import Tender


def move(till: Till, command: Move, place: Place) -> Decision:
    """Move money: from or to somebody (paid in, paid out), from or to the safe (loan, pickup)."""
    allowed = allowance(command.by, command.allowed_by, ("move_cash",))
    if isinstance(allowed, Refusal):
        return Decision(refusal=allowed)
    running = open_now(till, place)
    if isinstance(running, Refusal):
        return Decision(refusal=running)
    tender = _lying_in_till(running.session.terms.tender(command.tender), command.tender)
    if isinstance(tender, Refusal):
        return Decision(refusal=tender)
    wrong = wrong_amount(command.amount) or _no_reason(command.reason)
    if wrong is None and command.kind in ("paid_out", "pickup"):
        wrong = lacking(running, tender, command.amount)
    if wrong is not None:
        return Decision(refusal=wrong)
    moved = Movement(
        session_id=running.session.session_id,
        till=running.session.till,
        business_date=running.session.business_date,
        kind=command.kind,
        tender=tender.tender,
        amount=command.amount,
        reason=command.reason,
        by=command.by.person,
        allowed_by=allowed,
    )
    return Decision((moved,))


def _lying_in_till(tender: Tender | None, name: str) -> Tender | Refusal:
    if tender is None:
        return Refusal("unknown_tender", f"This session has no tender {name[:24]}.")
    if tender.kind == "card":
        return Refusal("not_in_till", f"{tender.name} lies in no drawer: only cash and vouchers are moved.")
    return tender


def _no_reason(reason: str) -> Refusal | None:
    if reason.strip():
        return None
    return Refusal("reason_required", "Give a reason: it is kept with who did this.")


def adjust(till: Till, command: Adjust, place: Place) -> Decision:
    """Settle what was counted or keyed wrongly in a session that is closed; no expected amount changes."""
    if "adjust" not in command.allowed_by.rights:
        text = f"{command.allowed_by.person} has no right to adjust a closed session: ask a supervisor."
        return refuse("approval_right_missing", text)
    running = open_now(till, place)
    if isinstance(running, Refusal):
        return Decision(refusal=running)
    session = running.session
    if session.terms.tender(command.tender) is None:
        return refuse("unknown_tender", f"This session has no tender {command.tender[:24]}.")
    if command.corrects == session.session_id:
        return refuse(
            "own_session", "The session that runs is corrected by its own count, not by adjustment."
        )
    if command.amount == 0 or abs(command.amount) > LARGEST_AMOUNT:
        return refuse("wrong_amount", "The amount of an adjustment must not be 0.")
    reason = _no_reason(command.reason)
    if reason is not None:
        return Decision(refusal=reason)
    adjustment = Adjustment(
        session_id=session.session_id,
        till=session.till,
        business_date=session.business_date,
        corrects=command.corrects,
        tender=command.tender,
        amount=command.amount,
        reason=command.reason,
        by=command.by.person,
        allowed_by=command.allowed_by.person,
    )
    return Decision((adjustment,))


def open_drawer(till: Till, command: OpenDrawer) -> Decision:
    """Open the drawer without a transaction, at any time: who and why is kept."""
    allowed = allowance(command.by, None, ("open_drawer",))
    reason = _no_reason(command.reason)
    if isinstance(allowed, Refusal) or reason is not None:
        return Decision(refusal=allowed if isinstance(allowed, Refusal) else reason)
    session = till.session
    opened = NoSale(
        session_id=session.session_id if session is not None else None,
        reason=command.reason,
        by=command.by.person,
    )
    return Decision((opened,))
