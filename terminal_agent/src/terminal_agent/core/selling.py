"""A sale: priced from the catalogue, paid, changed. The ledger never prices it again."""

from dataclasses import dataclass

from terminal_agent.core.commands import Place, Sell, Tendered, Wanted
from terminal_agent.core.refusal import Decision, Refusal, refuse
from terminal_agent.core.till import ClosingCount, Open, OpeningCount, Session, Terms, Till
from tillday_contracts.arithmetic import PricedReceipt, cash_payment, cash_rounding, price_receipt
from tillday_contracts.entries import MAX_LINES, Payment, Sale, SaleLine
from tillday_contracts.ids import receipt_number
from tillday_contracts.link import CatalogueItem, Tender
from tillday_contracts.money import LARGEST_AMOUNT, plain_minor

MAX_QUANTITY = 10**6


@dataclass(frozen=True, slots=True)
class Paid:
    """How a receipt was paid: Σ payments = total + rounding."""

    payments: tuple[Payment, ...]
    rounding: int


def sell(till: Till, command: Sell, place: Place) -> Decision:
    """Make a receipt of what is wanted and how it is paid, where this till may sell now."""
    running = _selling(till, command, place)
    if isinstance(running, Refusal):
        return Decision(refusal=running)
    lines = _lines(command)
    if isinstance(lines, Refusal):
        return Decision(refusal=lines)
    receipt = price_receipt(lines)
    if abs(receipt.total) > LARGEST_AMOUNT:
        return refuse("amount_out_of_range", "The total is too large for one receipt: split it.")
    paid = _pay(receipt.total, command.payments, running.session.terms)
    if isinstance(paid, Refusal):
        return Decision(refusal=paid)
    number = receipt_number(place.terminal, place.head.epoch, till.receipts + 1)
    return Decision((_sale(running.session, command.by.person, number, receipt, paid),))


def _sale(session: Session, cashier: str, number: str, receipt: PricedReceipt, paid: Paid) -> Sale:
    return Sale(
        session_id=session.session_id,
        till=session.till,
        business_date=session.business_date,
        number=number,
        cashier=cashier,
        lines=receipt.lines,
        taxes=receipt.taxes,
        total=receipt.total,
        rounding=paid.rounding,
        payments=paid.payments,
    )


def _selling(till: Till, command: Sell, place: Place) -> Open | Refusal:
    """Return the open till, or why it sells nothing now."""
    phase = till.phase
    if "sell" not in command.by.rights:
        return Refusal("right_missing", "You have no right to sell: ask a supervisor.")
    if isinstance(phase, OpeningCount):
        return Refusal("initial_count_missing", "The initial count is not confirmed: count the float first.")
    if isinstance(phase, ClosingCount):
        return Refusal("cash_up_running", "The cash-up has begun: cancel it to sell, or finish it.")
    if place.obstacle is not None:
        return place.obstacle
    if not isinstance(phase, Open):
        return Refusal("till_closed", f"The till {place.till} is closed: start it and count its float first.")
    if phase.session.business_date != place.business_date:
        date = phase.session.business_date.isoformat()
        return Refusal("wrong_date", f"This session belongs to {date}: cash it up before you sell.")
    return phase


def _lines(command: Sell) -> tuple[SaleLine, ...] | Refusal:
    if not command.lines:
        return Refusal("empty_receipt", "The receipt has no line: add a product.")
    if len(command.lines) > MAX_LINES:
        return Refusal("too_many_lines", f"A receipt has at most {MAX_LINES} lines: start another one.")
    made: list[SaleLine] = []
    for wanted in command.lines:
        line = _line(wanted, command.items.get(wanted.sku))
        if isinstance(line, Refusal):
            return line
        made.append(line)
    return tuple(made)


def _line(wanted: Wanted, item: CatalogueItem | None) -> SaleLine | Refusal:
    if item is None:
        return Refusal(
            "unknown_sku", f"No product has the number {wanted.sku[:40]}: check it.", {"sku": wanted.sku}
        )
    if not 0 < wanted.quantity <= MAX_QUANTITY:
        return Refusal("wrong_quantity", f"The quantity of {item.name} must be between 1 and {MAX_QUANTITY}.")
    gross = wanted.quantity * item.price
    if abs(gross) > LARGEST_AMOUNT:
        return Refusal("amount_out_of_range", f"{wanted.quantity} of {item.name} is too much for one line.")
    return SaleLine(
        sku=item.sku,
        name=item.name,
        quantity=wanted.quantity,
        unit_price=item.price,
        tax_rate=item.tax_rate,
        gross=gross,
        tax=0,
    )


def _pay(total: int, handed: tuple[Tendered, ...], terms: Terms) -> Paid | Refusal:
    """Other tenders pay exactly what they say; cash pays the rest, rounded, and alone gives change."""
    cash_given, others = 0, list[Payment]()
    cash = terms.cash
    for part in handed:
        tender = terms.tender(part.tender)
        wrong = _wrong_part(part, tender)
        if tender is None or wrong is not None:
            return wrong or Refusal("unknown_tender", f"This store takes no {part.tender}.")
        if tender.kind == "cash":
            cash_given += part.amount
        elif part.amount:
            others.append(Payment(tender=tender.tender, tendered=part.amount, amount=part.amount))
    rest = total - sum(payment.amount for payment in others)
    if rest < 0:
        return Refusal("paid_too_much", "Only cash gives change: lower the other payments to the total.")
    rounding = cash_rounding(rest, terms.policies.cash_rounding)
    due = rest + rounding
    if cash_given < due:
        missing = due - cash_given
        text = f"The payment does not reach the total: {plain_minor(missing, terms.currency)} more is due."
        return Refusal("payment_too_small", text, {"due": due, "tendered": cash_given, "missing": missing})
    if due == 0 and cash_given == 0:
        return Paid(tuple(others), rounding)
    if cash is None:
        return Refusal("no_cash", "The store has no cash tender: set one up in the back office.")
    if due == 0:
        return Refusal("paid_too_much", "Nothing is due in cash: take no cash for this receipt.")
    return Paid((*others, cash_payment(cash.tender, due=due, tendered=cash_given)), rounding)


def _wrong_part(part: Tendered, tender: Tender | None) -> Refusal | None:
    if tender is None:
        return Refusal("unknown_tender", f"This store takes no {part.tender[:24]}: choose another payment.")
    if tender.kind == "foreign_cash":
        return Refusal("unknown_tender", f"This terminal takes no {tender.name}: choose another payment.")
    if not 0 <= part.amount <= LARGEST_AMOUNT:
        return Refusal("wrong_amount", "The amount handed over must be 0 or more.")
    return None
