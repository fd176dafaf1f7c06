"""Refunds: what comes back at the price it was sold for, at most what was sold and not refunded before."""

from collections.abc import Mapping

from terminal_agent.core.commands import Original, Place, Refund, Wanted
from terminal_agent.core.drawer import open_now
from terminal_agent.core.paying import pay_out
from terminal_agent.core.refusal import Decision, Refusal, refuse
from terminal_agent.core.rights import allowance
from terminal_agent.core.selling import TOO_MUCH, catalogue_line, receipt_of, wrong_lines
from terminal_agent.core.till import Till
from tillday_contracts.arithmetic import is_refund, price_receipt
from tillday_contracts.asks import CatalogueItem, Right
from tillday_contracts.entries import SaleLine
from tillday_contracts.ids import receipt_number
from tillday_contracts.money import LARGEST_AMOUNT, divide_half_away


def refund(till: Till, command: Refund, place: Place) -> Decision:
    """Make the receipt of a refund, where this till may pay it out now."""
    # Nobody can check here what a receipt of another terminal, or none at all, was: a supervisor's word is.
    needed: list[Right] = ["refund"] if command.original else ["refund", "approve_difference"]
    allowed = allowance(command.by, command.allowed_by, needed)
    if isinstance(allowed, Refusal):
        return Decision(refusal=allowed)
    running = open_now(till, place)
    if isinstance(running, Refusal):
        return Decision(refusal=running)
    lines = _returned(command)
    if isinstance(lines, Refusal):
        return Decision(refusal=lines)
    receipt = price_receipt(lines)
    if abs(receipt.total) > LARGEST_AMOUNT:
        return TOO_MUCH
    if receipt.total > 0:
        return refuse("not_a_refund", "These goods are no refund: their prices are negative.")
    paid = pay_out(receipt.total, command.payments, running)
    if isinstance(paid, Refusal):
        return Decision(refusal=paid)
    number = receipt_number(place.terminal, place.head.epoch, till.receipts + 1)
    sale = receipt_of(running.session, number, receipt, paid, command.by.person)
    return Decision((sale.model_copy(update={"refund_of": command.of, "allowed_by": allowed}),))


def worth(command: Refund) -> int | Refusal:
    """Return what a refund pays out (≥ 0), or why these goods do not come back."""
    lines = _returned(command)
    return lines if isinstance(lines, Refusal) else -price_receipt(lines).total


def _returned(command: Refund) -> tuple[SaleLine, ...] | Refusal:
    original = command.original
    if original is None:
        return wrong_lines(command.lines) or _priced_now(command.lines, command.items)
    if is_refund(original.sale):
        return Refusal("is_refund", f"{original.sale.number} is a refund itself: it cannot be refunded.")
    wanted = command.lines or _all_left(original)
    if not wanted:
        return Refusal("already_refunded", f"Everything of {original.sale.number} was refunded already.")
    return wrong_lines(wanted) or _as_sold(wanted, original)


def _priced_now(
    lines: tuple[Wanted, ...], items: Mapping[str, CatalogueItem]
) -> tuple[SaleLine, ...] | Refusal:
    made: list[SaleLine] = []
    for wanted in lines:
        line = catalogue_line(wanted, items.get(wanted.sku))
        if isinstance(line, Refusal):
            return line
        made.append(_part(line, 0, line.quantity))
    return tuple(made)


def _all_left(original: Original) -> tuple[Wanted, ...]:
    left: dict[str, int] = {}
    for line in original.sale.lines:
        left[line.sku] = left.get(line.sku, 0) + line.quantity
    counts = {sku: sold - original.refunded.get(sku, 0) for sku, sold in left.items()}
    return tuple(Wanted(sku, count) for sku, count in counts.items() if count > 0)


def _as_sold(wanted: tuple[Wanted, ...], original: Original) -> tuple[SaleLine, ...] | Refusal:
    taken = dict(original.refunded)
    made: list[SaleLine] = []
    for part in wanted:
        sold = [line for line in original.sale.lines if line.sku == part.sku]
        if not sold:
            return Refusal("not_on_receipt", f"{part.sku[:40]} is not on {original.sale.number}: check both.")
        left = sum(line.quantity for line in sold) - taken.get(part.sku, 0)
        if not 0 < part.quantity <= left:
            text = f"At most {left} of {sold[0].name} can be refunded on {original.sale.number}."
            return Refusal("too_many_refunded", text, {"sku": part.sku, "left": left})
        made += _units(sold, taken.get(part.sku, 0), part.quantity)
        taken[part.sku] = taken.get(part.sku, 0) + part.quantity
    return tuple(made)


def _units(sold: list[SaleLine], before: int, quantity: int) -> list[SaleLine]:
    """Return the next units of a product in the order of the receipt, each at the price of its own line."""
    made: list[SaleLine] = []
    end, at = before + quantity, 0
    for line in sold:
        first, last = max(before - at, 0), min(end - at, line.quantity)
        if first < last:
            made.append(_part(line, first, last))
        at += line.quantity
    return made


def _part(line: SaleLine, first: int, last: int) -> SaleLine:
    """Return units `first` to `last` of a line as they come back.

    The discount is shared by position, so that refunds one after the other add up to the line's own.
    """
    quantity = last - first
    until_last = divide_half_away(line.discount * last, line.quantity)
    discount = until_last - divide_half_away(line.discount * first, line.quantity)
    return line.model_copy(
        update={
            "quantity": -quantity,
            "discount": -discount,
            "gross": -(quantity * line.unit_price - discount),
            "tax": 0,
        }
    )
