"""Which screen is shown now, and with what on it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from terminal_agent.core.till import (
    ClosingCount,
    Idle,
    Joined,
    Open,
    OpeningCount,
    Selling,
)
from terminal_agent.desk.papers import loaded
from terminal_agent.http.status import hidden
from terminal_agent.journal import documents as archive
from terminal_agent.paper.receipt import Receipt
from terminal_agent.screens.in_hand import in_hand
from terminal_agent.screens.show_cash_up import closing_screen
from terminal_agent.screens.show_count import initial_values, missing_float
from terminal_agent.screens.show_selling import done_now, parked, paying_values, selling_values
from terminal_agent.screens.show_sharing import fate_of, sharing_values
from terminal_agent.screens.speech import Speech
from terminal_agent.screens.stage import Stage
from terminal_agent.screens.words import LANGUAGES
from tillday_contracts.asks import Right
from tillday_contracts.money import exponent

Values = dict[str, Any]
Screen = tuple[str, Values]
RECENT: Final = 30
RIGHTS: Final[Mapping[str, Right]] = {
    "open-terminal": "open_terminal",
    "flash": "flash_report",
    "adjust": "adjust",
    "move": "move_cash",
    "refund": "refund",
    "open-drawer": "open_drawer",
    "delete-receipt": "delete_receipt",
    "tender": "discount",
    "to-pay": "discount",
}
"""Whose word an action may need; any other needs somebody who approves differences."""
APPROVABLE: Final = frozenset({*RIGHTS, "confirm-float", "count-cash", "count-total"})
REASONED: Final = frozenset({"confirm-float", "count-cash", "count-total", "open-drawer"})


async def screen_of(stage: Stage, speech: Speech) -> Screen:
    """Return the template of the screen that is next, and its values."""
    if stage.book.broken is not None:
        return "damage.html", {"people": _people(stage, "open_terminal"), "text": stage.book.broken}
    if stage.visit.person is None:
        return "pin.html", {"people": list(stage.memory.people.values()), "languages": LANGUAGES}
    if stage.visit.view == "closed":
        return "closed.html", _closed(stage)
    phase = stage.memory.till.phase
    match phase:
        case OpeningCount():
            return await _opening(stage, phase, speech)
        case ClosingCount():
            return await closing_screen(stage, phase, speech)
        case Open() | Joined():
            return await _open(stage, phase, speech)
        case Idle():
            return await _menu_or(stage, speech) or _need(stage)


async def _opening(stage: Stage, phase: OpeningCount, speech: Speech) -> Screen:
    cash = phase.session.terms.cash
    if phase.kept and cash is not None and "float" not in stage.visit.shown:
        return "float.html", {"missing": missing_float(phase, cash.tender, blind=hidden(stage.memory.till))}
    return "count.html", await initial_values(stage, phase, speech)


async def _open(stage: Stage, phase: Selling, speech: Speech) -> Screen:
    obstacle = stage.parts.desk.obstacle()
    hand = await in_hand(stage)
    if obstacle is not None and not (hand.receipt and hand.wanted):
        return await _menu_or(stage, speech) or _need(stage)
    told = {"ending": speech.said(obstacle) if obstacle is not None else "", "fate": fate_of(stage)}
    if stage.visit.view == "pay" and hand.wanted:
        return "pay.html", {**await paying_values(stage, phase, speech), **told}
    menu = await _menu_or(stage, speech)
    return menu or ("sell.html", {**await selling_values(stage, speech), **told})


def _need(stage: Stage) -> Screen:
    outcome = stage.parts.status.outcome()
    obstacle = stage.parts.desk.obstacle()
    now = stage.parts.status.situation()
    desired = stage.memory.desired
    through = desired.closed_through if desired is not None else None
    days = [now.today + timedelta(days=step) for step in (-1, 0, 1)]
    return "need.html", {
        "code": obstacle.code if obstacle is not None else outcome.code,
        "outcome": obstacle if obstacle is not None else outcome,
        "settled": now.settled,
        "alone_days": now.alone_days if not now.online else 0,
        "days": [day for day in days if through is None or day > through],
        "today": now.today,
        "posbd": now.posbd,
        "done": done_now(stage),
        "waiting": list(stage.memory.pending),
        "left": stage.visit.guest_of if isinstance(stage.memory.till.phase, Idle) else None,
        "guest": stage.parts.sharing.account(),
        "closed_there": now.void,
        "close_wished": now.close_wished,
    }


async def _menu_or(stage: Stage, speech: Speech) -> Screen | None:
    """Return a screen of the menu where one is chosen."""
    view, shown, memory = stage.visit.view, stage.visit.shown, stage.memory
    phase, running = memory.till.phase, memory.till.running
    selling = phase if isinstance(phase, Joined) else running
    tenders = selling.session.terms.tenders if selling is not None else ()
    in_hand_now = await stage.drafts.receipt()
    match view:
        case "menu":
            waits = len(parked(stage, in_hand_now))
            return "menu.html", {
                "open": selling is not None,
                "host": running is not None,
                "waits": waits,
                "languages": LANGUAGES,
                "training": stage.selling.training,
            }
        case "parked" | "pending":
            receipts = parked(stage, in_hand_now if view == "parked" else None)
            session_id = selling.session.session_id if selling is not None else None
            return "receipts.html", {"receipts": receipts, "view": view, "session_id": session_id}
        case "share":
            return "share.html", sharing_values(stage, speech)
        case "move" | "adjust" if selling is not None and "key" in shown:
            lying = [tender for tender in tenders if view == "adjust" or tender.kind != "card"]
            return f"{view}.html", {**shown, "tenders": lying, "digits": exponent(speech.currency)}
        case "refund" if "back" in shown:
            own = [tender for tender in tenders if tender.kind != "foreign_cash"]
            return "refund.html", {**shown, "tenders": own}
        case "documents" | "refunds" | "adjusts":
            return "documents.html", {"documents": await _documents(stage), "view": view}
        case "x-report" | "flash" if "figures" in shown:
            return f"{view}.html", dict(shown)
        case "no-sale":
            return "no_sale.html", {}
        case _:
            return None


async def _documents(stage: Stage) -> list[Values]:
    found = await archive.recent(stage.book.database, stage.book.head.epoch, RECENT)
    printing = stage.parts.status.printer()
    doubtful = {part["document"] for part in printing["unfinished"]}
    return [{**_document(one.number, one.content), "doubtful": one.number in doubtful} for one in found]


def _document(number: str, content: str) -> Values:
    paper = loaded(content).content
    if isinstance(paper, Receipt):
        kind = "refund" if paper.total < 0 else "receipt"
        return {"number": number, "kind": kind, "at": paper.sold_at, "total": paper.total}
    return {"number": number, "kind": "cash-up", "at": paper.closed_at, "total": None}


def _closed(stage: Stage) -> Values:
    shown = stage.visit.shown
    settings = stage.memory.settings
    names = {tender.tender: tender for tender in settings.tenders} if settings is not None else {}
    tenders = shown.get("tenders")
    rows = (
        [{**row, "tender": names.get(row["tender"])} for row in tenders] if isinstance(tenders, list) else []
    )
    number = str(shown.get("number"))
    return {"number": number, "rows": rows, "paper": stage.paper_of(number)}


def _people(stage: Stage, right: Right) -> list[Any]:
    return [person for person in stage.memory.people.values() if right in person.rights]


def approvers(stage: Stage) -> list[Any]:
    """Return who may answer the question that is asked; the person at the screen last."""
    asking = stage.visit.asking
    if asking is None:
        return []
    named = asking.refusal.details.get("right")
    needed: Right = next((right for right in RIGHTS.values() if right == named), "approve_difference")
    if named is None:
        needed = RIGHTS.get(asking.action, "approve_difference")
    return _people(stage, needed)


def day_of(text: str | None) -> date | None:
    """Return the date that an account names."""
    return date.fromisoformat(text) if text else None
