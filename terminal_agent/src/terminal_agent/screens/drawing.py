"""Drawing a screen: the strip that is always there, the notice, the question, and the screen itself."""

from datetime import date
from typing import Any

from markupsafe import Markup

from terminal_agent.screens.entrance import ADDRESS_FILE
from terminal_agent.screens.pages import PAGES
from terminal_agent.screens.show_count import Values
from terminal_agent.screens.show_sharing import strip_values
from terminal_agent.screens.speech import Speech
from terminal_agent.screens.stage import Stage
from terminal_agent.screens.views import REASONED, approvers, screen_of
from terminal_agent.screens.words import locale_of


def speech_of(stage: Stage) -> Speech:
    """Return how this browser is spoken to."""
    settings = stage.memory.settings
    currency, store = (settings.currency, settings.locale) if settings is not None else ("EUR", "en_IE")
    language = stage.visit.language
    return Speech(language, currency, locale_of(language, store))


async def whole_page(stage: Stage) -> str:
    """Return the page that a browser loads first."""
    return await _drawn(stage, "page.html")


async def shell(stage: Stage) -> str:
    """Return everything below the page's frame, as it is after an action."""
    return await _drawn(stage, "shell.html")


def closed_door() -> str:
    """Return the page of a browser that is not this terminal's screen."""
    return PAGES.render("door.html", "en", {"language": "en", "look": "auto", "file": ADDRESS_FILE})


async def strip(stage: Stage) -> str:
    """Return the status strip alone."""
    speech = speech_of(stage)
    return _strip_of(stage, await _strip_values(stage, speech))


def _strip_of(stage: Stage, values: Values) -> str:
    return PAGES.render("strip.html", stage.visit.language, values)


async def _drawn(stage: Stage, template: str) -> str:
    speech, visit = speech_of(stage), stage.visit
    if visit.asking is not None and visit.asking.phase != stage.memory.till.phase.kind:
        visit.asking = None
    sold_into = strip_values(stage)["sold_into"]
    if sold_into is not None:
        visit.guest_of = sold_into
    screen, values = await screen_of(stage, speech)
    asking = visit.asking if visit.person is not None else None
    standing = await _strip_values(stage, speech)
    visit.strip = _strip_of(stage, standing)
    drawn = {
        **standing,
        **values,
        "strip": Markup(visit.strip),  # noqa: S704 - escaped by its template
        "screen": screen,
        "notice": _notice(stage, speech),
        "asking": asking,
        "asking_text": speech.said(asking.refusal) if asking is not None else "",
        "approvers": approvers(stage),
        "needs_reason": asking is not None and asking.action in REASONED,
    }
    return PAGES.render(template, visit.language, drawn)


async def _strip_values(stage: Stage, speech: Speech) -> Values:
    visit, account = stage.visit, await stage.parts.status.account()
    people = stage.memory.people
    person = stage.parts.people.person_of(visit.person)
    return {
        "language": visit.language,
        "look": visit.look,
        "nonce": f"{visit.attempts}",
        "speech": speech,
        "account": account,
        "store_name": stage.memory.settings.name if stage.memory.settings is not None else "",
        "business_day": _day(account["business_date"]),
        "person": people.get(person) if person is not None else None,
        "printer": _printer(account["printer"]),
        **strip_values(stage),
        "version": stage.parts.version,
    }


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None


def _printer(account: dict[str, Any]) -> dict[str, Any]:
    unfinished = account["unfinished"]
    # What a printer without trouble is printing right now waits for nothing.
    waiting = [part for part in unfinished if part["state"] == "unknown" or account["state"] != "ok"]
    return {
        "state": account["state"],
        "paper": account["paper"],
        "drawer": account["drawer"],
        "waiting": len(waiting),
        "doubtful": [part["document"] for part in waiting if part["state"] == "unknown"],
    }


def _notice(stage: Stage, speech: Speech) -> tuple[str, str] | None:
    notice = stage.visit.notice
    if notice is None:
        return None
    text = speech.said(notice.refusal) if notice.refusal is not None else speech.text(notice.text)
    return notice.mood, text
