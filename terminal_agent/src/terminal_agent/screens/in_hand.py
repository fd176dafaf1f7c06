"""The receipt in hand: one that is kept at each tap, or one that is only practised."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from terminal_agent.core.commands import SaveReceipt
from terminal_agent.core.receipts import Wanted
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.selling import priced
from terminal_agent.desk.refused import Refused, refused
from terminal_agent.screens.stage import Stage
from tillday_contracts.arithmetic import price_receipt
from tillday_contracts.entries import SaleLine


@dataclass(frozen=True, slots=True)
class InHand:
    """What was tapped (`wanted`, `discount`) and what it costs. `receipt` is None where nothing is kept."""

    receipt: str | None = None
    wanted: tuple[Wanted, ...] = ()
    discount: int = 0
    lines: tuple[SaleLine, ...] = ()
    total: int = 0


NOTHING: Final = InHand()


async def in_hand(stage: Stage) -> InHand:
    """Return the receipt in hand, an empty one where none is."""
    selling = stage.selling
    if selling.training:
        return _practised(stage, selling.practice, selling.practice_discount)
    name = await stage.drafts.receipt()
    known = stage.memory.pending.get(name) if name is not None else None
    if known is None:
        return NOTHING
    return InHand(known.receipt, known.wanted, known.discount, known.lines, known.total)


def _practised(stage: Stage, wanted: tuple[Wanted, ...], discount: int) -> InHand:
    if not wanted:
        return NOTHING
    lines = priced(wanted, stage.memory.catalogue, discount)
    if isinstance(lines, Refusal):
        raise Refused(lines)
    receipt = price_receipt(lines)
    return InHand(None, wanted, discount, receipt.lines, receipt.total)


async def keep(stage: Stage, wanted: tuple[Wanted, ...], discount: int) -> None:
    """Keep the receipt in hand as it stands after a tap. Raises Refused, JournalError."""
    selling = stage.selling
    selling.done, selling.payments = None, ()
    if selling.training:
        _practised(stage, wanted, discount)
        selling.practice, selling.practice_discount = wanted, discount
        return
    if not wanted:
        raise refused("last_line", "This is the last line: delete the receipt instead.")
    known, items = await stage.drafts.receipt(), stage.memory.catalogue
    name = known or stage.fresh()
    save = partial(
        stage.parts.desk.save_receipt,
        SaveReceipt(by=stage.by, receipt=name, lines=wanted, items=items, discount=discount),
    )
    await (save() if known else stage.drafts.begin(name, save))


async def put_aside(stage: Stage) -> None:
    """Nothing is in hand any more; a kept receipt stays among those that wait."""
    selling = stage.selling
    selling.line, selling.editing, selling.payments = None, "", ()
    if selling.training:
        selling.practice, selling.practice_discount = (), 0
    else:
        await stage.drafts.take_up(None)
