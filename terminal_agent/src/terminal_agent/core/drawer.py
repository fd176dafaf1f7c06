"""What an open till may do with its drawer: where it is open, and how much it may give out."""

from terminal_agent.core.commands import Place
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.till import ClosingCount, Joined, Open, OpeningCount, Selling, Till, expected_in
from tillday_contracts.money import LARGEST_AMOUNT
from tillday_contracts.wishes import Tender


def open_now(till: Till, place: Place) -> Selling | Refusal:
    """Return the open till, its own or a shared one, or why nothing is sold or moved in it now."""
    phase = till.phase
    if isinstance(phase, OpeningCount):
        return Refusal("initial_count_missing", "The initial count is not confirmed: count the float first.")
    if isinstance(phase, ClosingCount):
        return Refusal("cash_up_running", "The cash-up has begun: cancel it to sell, or finish it.")
    if place.obstacle is not None:
        return place.obstacle
    if isinstance(phase, Open) and phase.stopped:
        return Refusal("cash_up_first", "The back office wants this till closed: cash it up.")
    if not isinstance(phase, Open | Joined):
        return Refusal("till_closed", f"The till {place.till} is closed: start it and count its float first.")
    if phase.session.business_date != place.business_date:
        date = phase.session.business_date.isoformat()
        return Refusal("wrong_date", f"This session belongs to {date}: cash it up before you sell.")
    return phase


def lacking(running: Selling, tender: Tender, amount: int) -> Refusal | None:
    """Return why the till cannot give out this much of a tender, None where it can.

    With a blind count nobody learns here what the till should hold. A guest knows of its own part alone.
    """
    expected = expected_in(running.totals, tender.tender)
    if amount <= expected:
        return None
    if running.session.terms.policies.blind_count:
        return Refusal("not_enough_cash", f"This much {tender.name} may not be there: ask a supervisor.")
    text = f"The till should hold less {tender.name} than this: bring money (loan) or give out less."
    figures = {"tender": tender.tender, "expected": expected, "amount": amount}
    return Refusal("not_enough_cash", text, figures)


def wrong_amount(amount: int) -> Refusal | None:
    """Return why an amount cannot be moved, None where it can."""
    if 0 < amount <= LARGEST_AMOUNT:
        return None
    return Refusal("wrong_amount", "The amount must be more than 0 (minor units).")
