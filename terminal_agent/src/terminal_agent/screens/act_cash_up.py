"""The cash-up, in its order: pending receipts, cash, the other tenders, what stays, the close."""

from typing import Final

from terminal_agent.core.commands import CancelCashUp, ConfirmCashUp, CountTender, StartCashUp
from terminal_agent.core.till import ClosingCount
from terminal_agent.desk.refused import Refused, refused
from terminal_agent.screens.in_hand import put_aside
from terminal_agent.screens.stage import Actions, Stage, number_in, pieces_of
from terminal_agent.screens.visit import Form


async def start(stage: Stage, _: Form) -> None:
    """Begin the cash-up; receipts that wait are looked at first."""
    if stage.selling.training:
        await put_aside(stage)
        stage.selling.training = False
    try:
        await stage.act(StartCashUp(stage.by))
        await stage.parts.sharing.try_to_count_guests(stage.by)
    except Refused as error:
        if error.refusal.code != "receipts_pending":
            raise
        stage.visit.go("pending")
        return
    stage.visit.tender, stage.visit.piece = "", 0
    stage.visit.go("")


async def cancel(stage: Stage, _: Form) -> None:
    """Give the cash-up up, as long as nothing is confirmed."""
    await stage.act(CancelCashUp(stage.by))
    stage.visit.go("")


async def count_cash(stage: Stage, form: Form) -> None:
    """Compare the pieces of a cash tender with what is expected."""
    draft, name = await stage.count(), form.get("tender", "")
    await stage.act(CountTender(stage.by, name, pieces_of(draft, name), None, stage.approver))
    stage.visit.tender, stage.visit.piece = "", 0
    stage.visit.go("")


async def count_total(stage: Stage, form: Form) -> None:
    """Compare the total of another tender with what is expected."""
    name = form.get("tender", "")
    await stage.act(CountTender(stage.by, name, (), number_in(form, "amount"), stage.approver))
    stage.visit.tender = ""
    stage.visit.go("")


async def choose_total(stage: Stage, form: Form) -> None:
    """Open the number pad for the total of a tender."""
    stage.visit.tender = form.get("tender", "")


async def keep(stage: Stage, form: Form) -> None:
    """Say how much of a tender stays in the till."""
    kept = stage.visit.shown.get("keep")
    chosen = {**kept} if isinstance(kept, dict) else {}
    chosen[form.get("tender", "")] = number_in(form, "amount")
    stage.visit.shown = {**stage.visit.shown, "keep": chosen}


async def close(stage: Stage, _: Form) -> None:
    """Close the session and print its report."""
    if not isinstance(stage.memory.till.phase, ClosingCount):
        raise refused("no_cash_up", "No cash-up is under way: start it first.")
    kept = stage.visit.shown.get("keep")
    answer = await stage.act(ConfirmCashUp(stage.by, dict(kept) if isinstance(kept, dict) else {}))
    stage.visit.selling = type(stage.selling)()
    stage.visit.go("closed", **answer)


ACTIONS: Final[Actions] = {
    "start-cash-up": start,
    "cancel-cash-up": cancel,
    "count-cash": count_cash,
    "count-total": count_total,
    "choose-total": choose_total,
    "keep": keep,
    "close-till": close,
}
