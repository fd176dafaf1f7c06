"""Paying a receipt, and giving money back for one."""

from dataclasses import replace
from typing import Final

from terminal_agent.core.commands import Original, Refund, Sell, Tendered, Wanted
from terminal_agent.core.paying import Paid, pay
from terminal_agent.core.refunding import worth
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.selling import receipt_of
from terminal_agent.core.till import Joined, Open, Selling
from terminal_agent.desk.answers import answer_of
from terminal_agent.desk.refused import Refused, refused
from terminal_agent.journal import documents as archive
from terminal_agent.screens.due import due_in
from terminal_agent.screens.in_hand import InHand, in_hand, put_aside
from terminal_agent.screens.show_sharing import fate_of
from terminal_agent.screens.stage import Actions, Stage, number_in
from terminal_agent.screens.visit import Form
from tillday_contracts.arithmetic import price_receipt


def running_till(stage: Stage) -> Selling:
    """Return the open till. Raises Refused."""
    running = stage.memory.till.phase
    if not isinstance(running, Open | Joined):
        raise refused("till_closed", "The till is not open: nothing is sold now.")
    return running


async def to_pay(stage: Stage, _: Form) -> None:
    """Go on to paying; a receipt of nothing is done at once."""
    hand = await in_hand(stage)
    if not hand.wanted:
        raise refused("empty_receipt", "The receipt has no line: add a product.")
    stage.selling.payments = ()
    if hand.total == 0:
        await _finish(stage, hand, (), Paid((), 0))
    else:
        stage.visit.go("pay")


async def tender(stage: Stage, form: Form) -> None:
    """Take what the customer hands over; when it is enough the receipt is done."""
    hand, running = await in_hand(stage), running_till(stage)
    given = stage.selling.payments
    name = form.get("tender", "")
    due = due_in(hand.total, given, running, name)
    amount = number_in(form, "amount") if form.get("amount") else due
    payments = (*given, Tendered(name, amount))
    paid = pay(hand.total, payments, running)
    if isinstance(paid, Refusal) and paid.code == "payment_too_small" and amount > 0:
        stage.selling.payments = payments
        return
    if isinstance(paid, Refusal):
        raise Refused(paid)
    await _finish(stage, hand, payments, paid)


async def take_back(stage: Stage, form: Form) -> None:
    """Take a part payment back before the receipt is done."""
    at, given = number_in(form, "at"), stage.selling.payments
    stage.selling.payments = given[:at] + given[at + 1 :]


async def _finish(stage: Stage, hand: InHand, payments: tuple[Tendered, ...], paid: Paid) -> None:
    fate = fate_of(stage)  # afterwards the terminal may have left the shared till already
    answer = await (_practise(stage, hand, paid) if stage.selling.training else _sell(stage, hand, payments))
    await put_aside(stage)
    stage.selling.done = {**answer, "fate": fate}
    stage.visit.go("sell")


async def _sell(stage: Stage, hand: InHand, payments: tuple[Tendered, ...]) -> dict[str, object]:
    command = Sell(
        stage.by,
        hand.wanted,
        payments,
        stage.memory.catalogue,
        hand.discount,
        stage.allowed_by,
        hand.receipt,
    )
    form = {"paid": repr(payments), "lines": repr((hand.wanted, hand.discount))}
    return await stage.act(command, f"sale-{hand.receipt}", form)


async def _practise(stage: Stage, hand: InHand, paid: Paid) -> dict[str, object]:
    session = running_till(stage).session
    number = f"{stage.book.identity.terminal}-TRAIN-1"
    sale = receipt_of(session, number, price_receipt(hand.lines), paid, stage.by.person)
    printed = await stage.parts.reports.practise(sale)
    return {**answer_of((sale,)), "number": None, **printed}


async def find_receipt(stage: Stage, form: Form) -> None:
    """Find the receipt of which something comes back."""
    stage.by  # noqa: B018 - only who is signed in looks at receipts
    number = form.get("number", "").strip().upper()
    sale = await archive.receipt(stage.book.database, number)
    if sale is None:
        raise refused("not_found", f"This terminal printed no {number[:40]}: check the number.")
    back = await archive.refunded(stage.book.database, number)
    left: dict[str, int] = {}
    for line in sale.lines:
        left[line.sku] = left.get(line.sku, 0) + line.quantity
    left = {sku: many - back.get(sku, 0) for sku, many in left.items()}
    names = {line.sku: line.name for line in sale.lines}
    stage.visit.go(
        "refund", number=number, left=left, names=names, back=dict(left), key=stage.fresh(), total=sale.total
    )


async def change_refund(stage: Stage, form: Form) -> None:
    """One more or one less of a product comes back."""
    shown = stage.visit.shown
    back, left = shown.get("back"), shown.get("left")
    sku = form.get("sku", "")
    if isinstance(back, dict) and isinstance(left, dict) and sku in back:
        step = -1 if form.get("less") else 1
        back[sku] = min(max(back[sku] + step, 0), left[sku])


async def refund(stage: Stage, form: Form) -> None:
    """Take goods back and give their money out by one tender."""
    shown, running = stage.visit.shown, running_till(stage)
    back = shown.get("back")
    lines = tuple(Wanted(sku, many) for sku, many in back.items() if many) if isinstance(back, dict) else ()
    if not lines:
        raise refused("empty_receipt", "Nothing comes back: choose at least one product.")
    number = str(shown.get("number"))
    cash = running.session.terms.cash
    other = form.get("tender", "") if cash is None or form.get("tender") != cash.tender else ""
    command = Refund(
        by=stage.by, items=stage.memory.catalogue, lines=lines, of=number, allowed_by=stage.allowed_by
    )
    if other:
        command = replace(command, payments=(Tendered(other, await _worth(stage, command)),))
    key = f"refund-{shown.get('key')}"
    fate = fate_of(stage)
    answer = await stage.act(command, key, {"tender": other, "lines": repr(lines)})
    stage.selling.done = {**answer, "fate": fate}
    stage.visit.go("sell")


async def _worth(stage: Stage, command: Refund) -> int:
    sale = await archive.receipt(stage.book.database, command.of or "")
    if sale is None:
        raise refused("not_found", "This terminal printed no such receipt: check the number.")
    back = await archive.refunded(stage.book.database, sale.number)
    amount = worth(replace(command, original=Original(sale, back)))
    if isinstance(amount, Refusal):
        raise Refused(amount)
    return amount


ACTIONS: Final[Actions] = {
    "to-pay": to_pay,
    "tender": tender,
    "take-back": take_back,
    "find-receipt": find_receipt,
    "change-refund": change_refund,
    "refund": refund,
}
