"""Money that moves without a sale, corrections of closed sessions, and documents on paper again."""

from typing import Final, get_args

from terminal_agent.core.commands import Adjust, Move
from terminal_agent.desk.refused import refused
from terminal_agent.journal import documents as archive
from terminal_agent.screens.stage import Actions, Stage, number_in
from terminal_agent.screens.visit import Form
from tillday_contracts.movement_entries import MovementKind

KINDS: Final[tuple[MovementKind, ...]] = get_args(MovementKind)


async def begin_move(stage: Stage, form: Form) -> None:
    """Show the form of a movement."""
    stage.by  # noqa: B018 - only who is signed in moves money
    kind = form.get("kind", "")
    if kind not in KINDS:
        raise refused("unknown_kind", "Choose what moves.")
    stage.visit.go("move", kind=kind, key=stage.fresh())


async def move(stage: Stage, form: Form) -> None:
    """Move money, in the name of the person or with the word of whoever may."""
    kind = next((known for known in KINDS if known == stage.visit.shown.get("kind")), None)
    if kind is None:
        raise refused("unknown_kind", "Choose what moves.")
    command = Move(
        by=stage.by,
        kind=kind,
        tender=form.get("tender", ""),
        amount=number_in(form, "amount"),
        reason=_reason(form),
        allowed_by=stage.allowed_by,
    )
    await stage.act(command, f"move-{stage.visit.shown.get('key')}", form)
    stage.visit.go("menu")
    stage.good("The money is booked. The drawer opens.")


def _reason(form: Form) -> str:
    return (form.get("reason_text", "").strip() or form.get("reason", "").strip())[:200]


async def begin_adjust(stage: Stage, form: Form) -> None:
    """Show the form that settles a wrong count of a closed session."""
    stage.by  # noqa: B018 - only who is signed in corrects
    closed = await archive.closed(stage.book.database, form.get("number", ""))
    if closed is None:
        raise refused("not_found", "This terminal printed no such cash-up report: check the number.")
    stage.visit.go("adjust", number=closed.number, corrects=closed.session_id, key=stage.fresh())


async def adjust(stage: Stage, form: Form) -> None:
    """Settle a difference of a closed session; a supervisor's word is needed always."""
    if stage.allowed_by is None:
        text = "A correction needs a supervisor's PIN."
        raise refused("right_missing", text, right="adjust")
    amount = number_in(form, "amount")
    command = Adjust(
        by=stage.by,
        corrects=str(stage.visit.shown.get("corrects")),
        tender=form.get("tender", ""),
        amount=-amount if form.get("sign") == "less" else amount,
        reason=_reason(form),
        allowed_by=stage.allowed_by,
    )
    await stage.act(command, f"adjust-{stage.visit.shown.get('key')}", form)
    stage.visit.go("menu")
    stage.good("The correction is booked.")


async def x_report(stage: Stage, form: Form) -> None:
    """Show the figures of the session that runs, on paper too where asked."""
    by, reports = stage.by, stage.parts.reports
    figures = await reports.print_x_report(by) if form.get("print") else reports.x_report()
    stage.visit.go("x-report", figures=figures)


async def flash(stage: Stage, _: Form) -> None:
    """Fetch, show and print what was sold today, in the name of a supervisor."""
    figures = await stage.parts.reports.flash_report(stage.allowed_by or stage.by)
    stage.visit.go("flash", figures=figures)


async def reprint(stage: Stage, form: Form) -> None:
    """Print a copy of a document."""
    stage.by  # noqa: B018 - only who is signed in prints
    answer = await stage.parts.reports.reprint(form.get("number", ""))
    if answer.get("print") != "printed":
        raise refused("not_printed", "The copy did not come out: look at the printer and try again.")
    stage.good("The copy is printed.")


async def came_out(stage: Stage, form: Form) -> None:
    """Hear whether a document came out whole; where not, it is printed now."""
    stage.by  # noqa: B018 - only who is signed in answers for paper
    await stage.parts.reports.came_out(form.get("number", ""), complete=form.get("complete") == "yes")


ACTIONS: Final[Actions] = {
    "begin-move": begin_move,
    "move": move,
    "begin-adjust": begin_adjust,
    "adjust": adjust,
    "x-report": x_report,
    "flash": flash,
    "reprint": reprint,
    "came-out": came_out,
}
