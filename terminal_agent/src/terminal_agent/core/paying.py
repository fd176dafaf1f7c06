"""How a receipt is paid: other tenders first, then foreign cash at its value, the store's cash last.

Cash alone is rounded and alone gives change, before which it is rounded: Σ worth = total + rounding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from terminal_agent.core.commands import Tendered
from terminal_agent.core.drawer import lacking
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terms import Terms
from terminal_agent.core.till import (
    Joined,
    Selling,
)
from tillday_contracts.arithmetic import cash_rounding, foreign_value
from tillday_contracts.entries import Payment
from tillday_contracts.money import LARGEST_AMOUNT, plain_minor
from tillday_contracts.wishes import Tender


@dataclass(frozen=True, slots=True)
class Paid:
    """How a receipt was paid: Σ worth of payments = total + rounding."""

    payments: tuple[Payment, ...]
    rounding: int


@dataclass(frozen=True, slots=True)
class _Handed:
    cash: int
    others: tuple[Payment, ...]
    foreign: tuple[Payment, ...]


def pay(total: int, handed: Iterable[Tendered], running: Selling) -> Paid | Refusal:
    """Return how a customer pays `total` with what is handed over, or why that does not do."""
    parts = _sorted(handed, running.session.terms)
    if isinstance(parts, Refusal):
        return parts
    rest = total - sum(payment.amount for payment in parts.others)
    if rest < 0 or (rest == 0 and parts.foreign):
        return Refusal("paid_too_much", "Only cash gives change: lower the other payments to the total.")
    left = rest - sum(payment.worth for payment in parts.foreign)
    rounding = cash_rounding(left, running.session.terms.policies.cash_rounding)
    cash = _cash(left + rounding, parts.cash, running)
    if isinstance(cash, Refusal):
        return cash
    return Paid((*parts.others, *parts.foreign, *cash), rounding)


def _cash(due: int, tendered: int, running: Selling) -> tuple[Payment, ...] | Refusal:
    """Return the payment in the store's cash: none, or a negative one for the change of foreign cash."""
    if tendered < due:
        missing = due - tendered
        more = plain_minor(missing, running.session.terms.currency)
        text = f"The payment does not reach the total: {more} more is due."
        return Refusal("payment_too_small", text, {"due": due, "tendered": tendered, "missing": missing})
    if due <= 0 < tendered:
        return Refusal("paid_too_much", "Nothing is due in cash: take no cash for this receipt.")
    if due == 0:
        return ()
    cash = running.session.terms.cash
    if cash is None:
        return NO_CASH
    change = tendered - due
    paid = (Payment(tender=cash.tender, tendered=tendered, change=change, amount=due),)
    # A guest gives change from a drawer of which it knows its own part alone: its host counts the rest.
    return paid if isinstance(running, Joined) and due > 0 else lacking(running, cash, change) or paid


def _sorted(handed: Iterable[Tendered], terms: Terms) -> _Handed | Refusal:
    cash, others, foreign = 0, list[Payment](), list[Payment]()
    for part in handed:
        tender = taken_tender(part, terms)
        if isinstance(tender, Refusal):
            return tender
        if tender.kind == "cash":
            cash += part.amount
        elif tender.kind == "foreign_cash" and part.amount:
            payment = _foreign(part, tender)
            if isinstance(payment, Refusal):
                return payment
            foreign.append(payment)
        elif part.amount:
            others.append(Payment(tender=tender.tender, tendered=part.amount, amount=part.amount))
    return _Handed(cash, tuple(others), tuple(foreign))


def _foreign(part: Tendered, tender: Tender) -> Payment | Refusal:
    if tender.rate is None:
        return Refusal("no_rate", f"{tender.name} has no rate: set one in the back office.")
    value = foreign_value(part.amount, tender.rate)
    if not 0 < value <= LARGEST_AMOUNT:
        return Refusal("wrong_amount", f"This much {tender.name} cannot be taken.")
    return Payment(
        tender=tender.tender, tendered=part.amount, amount=part.amount, rate=tender.rate, value=value
    )


def pay_out(total: int, wanted: Sequence[Tendered], running: Selling) -> Paid | Refusal:
    """Return how a refund of `total` (≤ 0) is paid out; all of it in cash where nothing is said."""
    terms = running.session.terms
    others, cash_wanted = list[Payment](), list[int]()
    for part in wanted:
        tender = taken_tender(part, terms)
        if isinstance(tender, Refusal):
            return tender
        if tender.kind == "foreign_cash":
            return Refusal(
                "foreign_refund", "Refunds are paid in the store's own cash, not in a foreign one."
            )
        if tender.kind == "cash":
            cash_wanted.append(part.amount)
        elif part.amount:
            others.append(Payment(tender=tender.tender, tendered=-part.amount, amount=-part.amount))
    left = total - sum(payment.amount for payment in others)
    rounding = cash_rounding(left, terms.policies.cash_rounding)
    due = -(left + rounding)
    if due < 0 or (wanted and sum(cash_wanted) not in (due, -left)):
        text = f"The payments must add up to the refund: {due} (minor units) are left for cash."
        return Refusal("wrong_payout", text, {"due": due})
    cash = _cash_out(due, running)
    return cash if isinstance(cash, Refusal) else Paid((*others, *cash), rounding)


def _cash_out(due: int, running: Selling) -> tuple[Payment, ...] | Refusal:
    if due == 0:
        return ()
    cash = running.session.terms.cash
    if cash is None:
        return NO_CASH
    return lacking(running, cash, due) or (Payment(tender=cash.tender, tendered=0, change=due, amount=-due),)


NO_CASH: Final = Refusal("no_cash", "The store has no cash tender: set one up in the back office.")


def taken_tender(part: Tendered, terms: Terms) -> Tender | Refusal:
    """Return the tender of a payment, or why it is none."""
    tender = terms.tender(part.tender)
    if tender is None:
        return Refusal("unknown_tender", f"This store takes no {part.tender[:24]}: choose another payment.")
    if not 0 <= part.amount <= LARGEST_AMOUNT:
        return Refusal("wrong_amount", "The amount of a payment must be 0 or more.")
    return tender
