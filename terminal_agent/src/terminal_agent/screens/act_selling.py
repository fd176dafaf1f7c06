"""Selling: products, lines, prices and discounts, receipts that are put aside."""

from dataclasses import replace
from typing import Final

from terminal_agent.core.commands import DeleteReceipt
from terminal_agent.core.receipts import Wanted
from terminal_agent.desk.refused import refused
from terminal_agent.screens.in_hand import InHand, in_hand, keep, put_aside
from terminal_agent.screens.stage import Actions, Stage, number_in
from terminal_agent.screens.visit import Form
from tillday_contracts.money import divide_half_away

EDITS: Final = frozenset({"quantity", "price", "discount", "receipt-discount", "delete"})


async def add(stage: Stage, form: Form) -> None:
    """One more of a product."""
    await _add(stage, form.get("sku", ""))


async def scan(stage: Stage, form: Form) -> None:
    """One more of the product with a barcode or a number, however it was read."""
    code = form.get("code", "").strip()
    items = stage.memory.catalogue.values()
    found = next((item.sku for item in items if code and code in (item.barcode, item.sku)), None)
    if found is None:
        raise refused("unknown_code", f"No product has the code {code[:40]}: search it by name.")
    if stage.visit.view not in ("", "sell"):
        stage.visit.go("sell")
    await _add(stage, found)


async def _add(stage: Stage, sku: str) -> None:
    hand, selling = await in_hand(stage), stage.selling
    plain = next((at for at, line in enumerate(hand.wanted) if line == Wanted(sku, line.quantity)), None)
    if plain is None:
        wanted = (*hand.wanted, Wanted(sku, 1))
    else:
        wanted = _with(hand, plain, replace(hand.wanted[plain], quantity=hand.wanted[plain].quantity + 1))
    await keep(stage, wanted, hand.discount)
    selling.line, selling.editing = None, ""


def _with(hand: InHand, at: int, line: Wanted | None) -> tuple[Wanted, ...]:
    middle = () if line is None else (line,)
    return (*hand.wanted[:at], *middle, *hand.wanted[at + 1 :])


async def look_through(stage: Stage, form: Form) -> None:
    """Show the products of a category, or those that a search finds."""
    stage.selling.category = form.get("category", "")
    stage.selling.search = form.get("search", "").strip()[:40]


async def choose_line(stage: Stage, form: Form) -> None:
    """Choose a line of the receipt to change it; a second tap lets it go."""
    chosen = number_in(form, "line")
    stage.selling.line = None if stage.selling.line == chosen else chosen
    stage.selling.editing = ""


async def _chosen(stage: Stage) -> tuple[InHand, int]:
    hand, at = await in_hand(stage), stage.selling.line
    if at is None or not 0 <= at < len(hand.wanted):
        raise refused("no_line", "Tap a line of the receipt first.")
    return hand, at


async def more(stage: Stage, form: Form) -> None:
    """One more of the chosen line, or one less; at none it is gone."""
    hand, at = await _chosen(stage)
    quantity = hand.wanted[at].quantity + (-1 if form.get("less") else 1)
    await _replace(stage, hand, at, replace(hand.wanted[at], quantity=quantity) if quantity else None)


async def remove(stage: Stage, _: Form) -> None:
    """Take the chosen line off."""
    hand, at = await _chosen(stage)
    await _replace(stage, hand, at, None)


async def _replace(stage: Stage, hand: InHand, at: int, line: Wanted | None) -> None:
    wanted = _with(hand, at, line)
    if not wanted and hand.receipt is not None:
        stage.selling.editing = "delete"
        return
    await keep(stage, wanted, hand.discount if wanted else 0)
    stage.selling.line = at if line is not None else None
    stage.selling.editing = ""


async def edit(stage: Stage, form: Form) -> None:
    """Open the number pad for what is to be changed."""
    what = form.get("what", "")
    if what in ("quantity", "price", "discount"):
        await _chosen(stage)
    stage.selling.editing = what if what in EDITS else ""


async def set_figure(stage: Stage, form: Form) -> None:
    """Take what was typed on the number pad: a quantity, a price, a discount in money or in per cent."""
    what = stage.selling.editing
    if what == "receipt-discount":
        hand = await in_hand(stage)
        before = hand.total + hand.discount
        await keep(stage, hand.wanted, _discount(form, before))
        stage.selling.editing = ""
        return
    hand, at = await _chosen(stage)
    line, shown = hand.wanted[at], hand.lines[at]
    match what:
        case "quantity":
            changed = replace(line, quantity=number_in(form, "figure"))
        case "price":
            changed = replace(line, price=number_in(form, "figure"))
        case _:
            changed = replace(line, discount=_discount(form, shown.unit_price * line.quantity))
    await _replace(stage, hand, at, changed)


def _discount(form: Form, before: int) -> int:
    if form.get("percent"):
        return divide_half_away(before * number_in(form, "percent"), 100)
    return number_in(form, "figure")


async def park(stage: Stage, _: Form) -> None:
    """Put the receipt aside; it waits until somebody takes it up again."""
    stage.by  # noqa: B018 - only who is signed in puts something aside
    await put_aside(stage)
    stage.good("The receipt is parked. Find it under Parked.")


async def resume(stage: Stage, form: Form) -> None:
    """Take a parked receipt up again; one in hand is parked for it."""
    stage.by  # noqa: B018 - only who is signed in takes something up
    await put_aside(stage)
    await stage.drafts.take_up(form.get("receipt", ""))
    stage.visit.go("sell")


async def delete(stage: Stage, form: Form) -> None:
    """Throw a receipt away that is not paid, with the word of whoever may."""
    receipt = form.get("receipt") or await stage.drafts.receipt()
    if stage.selling.training or receipt is None:
        await put_aside(stage)
        return
    await stage.act(DeleteReceipt(stage.by, receipt, stage.allowed_by))
    if await stage.drafts.receipt() is None:
        await put_aside(stage)
    stage.good("The receipt is deleted.")


async def hand_over(stage: Stage, form: Form) -> None:
    """Leave a receipt to the next session."""
    await stage.parts.desk.hand_over(form.get("receipt", ""), stage.by)
    stage.good("The next session finds this receipt.")


async def train(stage: Stage, form: Form) -> None:
    """Practise: nothing is kept and nothing counts until training ends."""
    stage.by  # noqa: B018 - only who is signed in trains
    if not stage.selling.training:
        await put_aside(stage)
    stage.visit.selling = type(stage.selling)(training=bool(form.get("on")))
    stage.visit.go("sell")


ACTIONS: Final[Actions] = {
    "add": add,
    "scan": scan,
    "look-through": look_through,
    "choose-line": choose_line,
    "more": more,
    "remove": remove,
    "edit": edit,
    "set": set_figure,
    "park": park,
    "resume": resume,
    "delete-receipt": delete,
    "hand-over": hand_over,
    "train": train,
}
