"""A sale: priced from the catalogue, discounted, paid, changed. The ledger never prices it again."""

from collections.abc import Mapping
from typing import Final

from terminal_agent.core.commands import Place, Sell, Wanted
from terminal_agent.core.drawer import open_now
from terminal_agent.core.paying import Paid, pay
from terminal_agent.core.receipts import unknown
from terminal_agent.core.refusal import Decision, Refusal, refuse
from terminal_agent.core.rights import allowance
from terminal_agent.core.till import Session, Till
from tillday_contracts.arithmetic import PricedReceipt, price_receipt, shared_discount
from tillday_contracts.asks import CatalogueItem, Right
from tillday_contracts.entries import MAX_LINES, Sale, SaleLine
from tillday_contracts.ids import receipt_number
from tillday_contracts.money import LARGEST_AMOUNT

MAX_QUANTITY: Final = 10**6


def sell(till: Till, command: Sell, place: Place) -> Decision:
    """Make a receipt of what is wanted and how it is paid, where this till may sell now."""
    if "sell" not in command.by.rights:
        return refuse("right_missing", "You have no right to sell: ask a supervisor.")
    if command.receipt is not None:
        if command.receipt not in place.pending:
            return Decision(refusal=unknown())
        # What was begun is finished, whatever was decided elsewhere meanwhile.
        place = place._replace(obstacle=place.fault)
    running = open_now(till, place)
    if isinstance(running, Refusal):
        return Decision(refusal=running)
    lines = priced(command.lines, command.items, command.discount)
    if isinstance(lines, Refusal):
        return Decision(refusal=lines)
    allowed = allowance(command.by, command.allowed_by, _needed(lines))
    if isinstance(allowed, Refusal):
        return Decision(refusal=allowed)
    receipt = price_receipt(lines)
    if abs(receipt.total) > LARGEST_AMOUNT:
        return TOO_MUCH
    paid = pay(receipt.total, command.payments, running)
    if isinstance(paid, Refusal):
        return Decision(refusal=paid)
    number = receipt_number(place.terminal, place.head.epoch, till.receipts + 1)
    sale = receipt_of(running.session, number, receipt, paid, command.by.person)
    return Decision((sale.model_copy(update={"allowed_by": allowed}),))


TOO_MUCH: Final = refuse("amount_out_of_range", "The total is too large for one receipt: split it.")


def receipt_of(session: Session, number: str, receipt: PricedReceipt, paid: Paid, cashier: str) -> Sale:
    """Return the receipt's entry."""
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


def _needed(lines: tuple[SaleLine, ...]) -> list[Right]:
    needed: list[Right] = []
    if any(line.discount for line in lines):
        needed.append("discount")
    if any(line.list_price is not None for line in lines):
        needed.append("override_price")
    return needed


def wrong_lines(lines: tuple[Wanted, ...]) -> Refusal | None:
    """Return why these are no lines of a receipt, None where they may be."""
    if not lines:
        return Refusal("empty_receipt", "The receipt has no line: add a product.")
    if len(lines) > MAX_LINES:
        return Refusal("too_many_lines", f"A receipt has at most {MAX_LINES} lines: start another one.")
    return None


def priced(
    lines: tuple[Wanted, ...], items: Mapping[str, CatalogueItem], discount: int
) -> tuple[SaleLine, ...] | Refusal:
    """Return the lines at their prices, each with its share of the discount on all of them."""
    wrong = wrong_lines(lines)
    if wrong is not None:
        return wrong
    made: list[SaleLine] = []
    for wanted in lines:
        line = catalogue_line(wanted, items.get(wanted.sku))
        if isinstance(line, Refusal):
            return line
        made.append(line)
    return _discounted(tuple(made), discount)


def catalogue_line(wanted: Wanted, item: CatalogueItem | None) -> SaleLine | Refusal:
    """Return a line at the catalogue's price or the one that a person gave, its discount taken off."""
    if item is None:
        return Refusal(
            "unknown_sku", f"No product has the number {wanted.sku[:40]}: check it.", {"sku": wanted.sku}
        )
    if not 0 < wanted.quantity <= MAX_QUANTITY:
        return Refusal("wrong_quantity", f"The quantity of {item.name} must be between 1 and {MAX_QUANTITY}.")
    price = item.price if wanted.price is None else wanted.price
    if wanted.price is not None and not 0 <= price <= LARGEST_AMOUNT:
        return Refusal("wrong_price", f"The price of {item.name} must be 0 or more.")
    before = wanted.quantity * price
    if abs(before) > LARGEST_AMOUNT:
        return Refusal("amount_out_of_range", f"{wanted.quantity} of {item.name} is too much for one line.")
    if wanted.discount and not 0 <= wanted.discount <= before:
        return Refusal("wrong_discount", f"The discount on {item.name} must be between 0 and {before}.")
    return SaleLine(
        sku=item.sku,
        name=item.name,
        quantity=wanted.quantity,
        unit_price=price,
        discount=wanted.discount,
        tax_rate=item.tax_rate,
        gross=before - wanted.discount,
        tax=0,
        list_price=item.price if price != item.price else None,
    )


def _discounted(lines: tuple[SaleLine, ...], discount: int) -> tuple[SaleLine, ...] | Refusal:
    """Return the lines with their shares of a discount on the whole receipt."""
    if discount == 0:
        return lines
    total = sum(line.gross for line in lines)
    if not 0 <= discount <= total:
        return Refusal("wrong_discount", f"The discount must be between 0 and {max(0, total)} (minor units).")
    shares = shared_discount(discount, [line.gross for line in lines])
    return tuple(
        line.model_copy(update={"discount": line.discount + share, "gross": line.gross - share})
        for line, share in zip(lines, shares, strict=True)
    )
