"""Opening: the terminal's date, the till, and everything that is counted piece by piece."""

from datetime import date
from typing import Final

from terminal_agent.core.commands import CountFloat, OpenDrawer, StartTill
from terminal_agent.core.drafts import added, undone, with_quantity
from terminal_agent.core.terms import Terms
from terminal_agent.core.till import (
    OpeningCount,
)
from terminal_agent.desk.refused import refused
from terminal_agent.screens.stage import Actions, Stage, number_in, pieces_of
from terminal_agent.screens.visit import Form


async def open_terminal(stage: Stage, form: Form) -> None:
    """Give the terminal a business date, in the name of whoever may."""
    try:
        wanted = date.fromisoformat(form.get("date", ""))
    except ValueError:
        raise refused("no_date", "Choose a business date.") from None
    await stage.parts.desk.open_terminal(stage.allowed_by or stage.by, wanted)
    stage.visit.go()


async def start_till(stage: Stage, _: Form) -> None:
    """Begin the initial count; the drawer opens."""
    await stage.act(StartTill(stage.by, stage.fresh()))
    stage.visit.tender, stage.visit.piece = "", 0
    stage.selling.done, stage.visit.guest_of = None, None
    stage.visit.go()


def _piece(stage: Stage, form: Form) -> tuple[str, int]:
    """Return the coin or note that a form names. Raises Refused where the session has none such."""
    session = stage.memory.till.session
    tender = session.terms.tender(form.get("tender", "")) if session is not None else None
    value = number_in(form, "value")
    if session is None or tender is None or not _has(session.terms, tender.tender, value):
        raise refused("wrong_denomination", "This coin or note is not counted here.")
    return tender.tender, value


def _has(terms: Terms, tender: str, value: int) -> bool:
    named = terms.tender(tender)
    return named is not None and any(piece.value == value for piece in terms.pieces_of(named))


async def tap(stage: Stage, form: Form) -> None:
    """One more of a coin or note, or one less; it is the one that the number pad sets from now on."""
    stage.by  # noqa: B018 - only who is signed in counts
    tender, value = _piece(stage, form)
    more = -1 if form.get("less") else 1
    await stage.drafts.keep_count(added(await stage.count(), tender, value, more))
    stage.visit.piece = value


async def choose(stage: Stage, form: Form) -> None:
    """Choose the coin or note that the number pad sets."""
    _, stage.visit.piece = _piece(stage, form)


async def digit(stage: Stage, form: Form) -> None:
    """Set a quantity by the number pad, digit by digit."""
    stage.by  # noqa: B018 - only who is signed in counts
    tender, value = _piece(stage, form)
    draft, key = await stage.count(), form.get("digit", "")
    before = draft.quantity(tender, value)
    match key:
        case "clear":
            after = 0
        case "back":
            after = before // 10
        case _:
            after = min(before * 10 + number_in(form, "digit"), 9999)
    await stage.drafts.keep_count(with_quantity(draft, tender, value, after))


async def undo(stage: Stage, _: Form) -> None:
    """Take the last tap back."""
    stage.by  # noqa: B018 - only who is signed in counts
    await stage.drafts.keep_count(undone(await stage.count()))


async def choose_tender(stage: Stage, form: Form) -> None:
    """Count another cash than the store's own."""
    stage.visit.tender, stage.visit.piece = form.get("tender", ""), 0


async def settle_float(stage: Stage, form: Form) -> None:
    """Say whether the forced float was brought or put away, or what was kept is left as it is."""
    stage.visit.shown = {"float": "leave" if form.get("float") == "leave" else "move"}


async def confirm_float(stage: Stage, _: Form) -> None:
    """Compare the counted float with the expected one; the till opens."""
    phase = stage.memory.till.phase
    draft = await stage.count()
    if not isinstance(phase, OpeningCount) or phase.session.terms.cash is None:
        raise refused("no_opening_count", "No initial count is under way: start the till first.")
    terms = phase.session.terms
    foreign = {
        tender.tender: pieces_of(draft, tender.tender)
        for tender in terms.tenders
        if tender.kind == "foreign_cash" and tender.tender in draft.pieces
    }
    leave = stage.visit.shown.get("float") == "leave"
    pieces = pieces_of(draft, phase.session.terms.cash.tender)
    await stage.act(CountFloat(stage.by, pieces, stage.approver, foreign, leave))
    stage.visit.go()
    stage.good("The till is open.")


async def open_drawer(stage: Stage, form: Form) -> None:
    """Open the drawer without a sale, in the name of whoever may."""
    reason = form.get("reason", "").strip() or (stage.approver.reason if stage.approver else None) or ""
    await stage.act(OpenDrawer(stage.allowed_by or stage.by, reason))
    if stage.visit.view == "no-sale":
        stage.visit.go("menu")
    stage.good("The drawer opens.")


ACTIONS: Final[Actions] = {
    "open-terminal": open_terminal,
    "start-till": start_till,
    "tap": tap,
    "choose-piece": choose,
    "digit": digit,
    "undo": undo,
    "choose-tender": choose_tender,
    "settle-float": settle_float,
    "confirm-float": confirm_float,
    "open-drawer": open_drawer,
}
