"""A store's settings: shown, changed from the revision that was seen, and their history."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.domain.setting_forms import (
    Edit,
    cash_of,
    coin_edits,
    count_edits,
    edited,
    new_tender_edit,
    place_edits,
    tender_edits,
)
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from backoffice_service.http.readiness import missing_of
from backoffice_service.pages.settings import COLOUR_NAMES, KIND_NAMES, history_of, said_of
from tillday_contracts.denominations import STANDARD
from tillday_contracts.master_data_messages import StoreTerminalList, StoreTerminals
from tillday_contracts.money import plain_minor
from tillday_contracts.piece_looks import COLOURS
from tillday_contracts.setting_values import BadSetting
from tillday_contracts.setting_words import differences, rate_text
from tillday_contracts.store_messages import DefineStore, Revised, SettingsAnswer, StoreSettings
from tillday_contracts.wishes import SettingsContent, Tender

WRONG: Final = (
    "Check what you typed: amounts like 150.00, rates like 0.92, times like 04:00, whole numbers of days, "
    "and names of at most 120 characters."
)
SAME: Final = "same"
SHOWN: Final = 10
TEMPLATES: Final[Mapping[str, str]] = {
    "store": "settings-store.html",
    "counts": "settings-counts.html",
    "tenders": "settings-tenders.html",
    "coins": "settings-coins.html",
}


def setting_routes(office: Office) -> APIRouter:
    """Return the routes of a store's settings."""
    router = APIRouter(include_in_schema=False)
    see, manage = desk_of(office, "see_settings"), desk_of(office, "manage_store")
    settings = "/stores/{store}/settings"

    @router.get(settings)
    async def first(desk: Desk = see) -> Response:
        return see_other(f"/stores/{desk.store}/settings/people")

    @router.get(f"{settings}/history")
    async def history(desk: Desk = see) -> Response:
        return await _history(desk)

    def add(section: str) -> None:
        @router.get(f"{settings}/{section}")
        async def page(desk: Desk = see) -> Response:
            return await _page(desk, section)

    for section in TEMPLATES:
        add(section)

    @router.post(f"{settings}/store")
    async def place(desk: Desk = manage) -> Response:
        return await _change(desk, "store", lambda _: place_edits(desk.typed))

    @router.post(f"{settings}/counts")
    async def counts(desk: Desk = manage) -> Response:
        tills = await _tills(desk)
        return await _change(desk, "counts", lambda _: count_edits(desk.typed, tills))

    @router.post(f"{settings}/coins")
    async def coins(desk: Desk = manage) -> Response:
        return await _change(desk, "coins", lambda now: coin_edits(desk.typed, now))

    @router.post(f"{settings}/tenders")
    async def add_tender(desk: Desk = manage) -> Response:
        return await _change(desk, "tenders", lambda _: [new_tender_edit(desk.typed)])

    @router.post(f"{settings}/tenders/{{tender}}")
    async def tender(tender: str, desk: Desk = manage) -> Response:
        return await _change(desk, "tenders", lambda _: tender_edits(desk.typed, tender))

    @router.post(f"{settings}/tenders/{{tender}}/remove")
    async def remove_tender(tender: str, desk: Desk = manage) -> Response:
        return await _change(desk, "tenders", lambda _: [("remove-tender", (tender,))])

    return router


async def _change(desk: Desk, section: str, edits_of: Callable[[SettingsContent], list[Edit]]) -> Response:
    try:
        done = await _carry_out(desk, section, edits_of)
    except Declined as declined:
        return await _page(desk, section, declined)
    return see_other(f"/stores/{desk.store}/settings/{section}?done={done}")


async def _carry_out(desk: Desk, section: str, edits_of: Callable[[SettingsContent], list[Edit]]) -> str:
    """Have settings changed; returns the revision, or that nothing was different. Raises Declined."""
    now = await desk.ask(StoreSettings(store=desk.store), SettingsAnswer)
    after = _edited(desk, now.settings, edits_of)
    if after == now.settings:
        return SAME
    seen = desk.field("revision")
    changes = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else now.revision
    try:
        wish = desk.named(DefineStore, settings=after, changes=changes)
    except ValidationError:
        raise desk.wrong(WRONG) from None
    details = {"settings": section, "changes": [str(one) for one in differences(now.settings, after)]}
    revised = await desk.order(
        wish,
        Revised,
        lambda answer: f"revision {answer.revision}",
        action="manage_store",
        details=details,
    )
    desk.office.forget(desk.store)
    return str(revised.revision)


def _edited(
    desk: Desk, now: SettingsContent, edits_of: Callable[[SettingsContent], list[Edit]]
) -> SettingsContent:
    try:
        return edited(now, edits_of(now))
    except BadSetting as error:
        raise desk.wrong(str(error) if desk.speech.language == "en" else WRONG) from None
    except ValidationError:
        raise desk.wrong(WRONG) from None


async def _tills(desk: Desk) -> tuple[str, ...]:
    answer = await desk.ask(StoreTerminals(store=desk.store), StoreTerminalList)
    return tuple(sorted({one.till for one in answer.terminals}))


async def _page(desk: Desk, section: str, declined: Declined | None = None) -> Response:
    now = await desk.ask(StoreSettings(store=desk.store), SettingsAnswer)
    content = now.settings
    values: dict[str, Any] = {
        "tab": section,
        "now": content,
        "revision": now.revision,
        "plain": plain_minor,
        "tills": await _tills(desk) if section == "counts" else (),
        "kind_names": KIND_NAMES,
        "rate_of": lambda tender: _rate(tender, content),
        "named": STANDARD,
        "owners": cash_of(content),
        "colours": COLOURS,
        "colour_names": COLOUR_NAMES,
        "missing": await missing_of(desk, content) if section == "store" else (),
    }
    return desk.draw(TEMPLATES[section], "settings", values, declined=declined)


def _rate(tender: Tender, content: SettingsContent) -> str:
    if tender.rate is None:
        return ""
    return rate_text(tender.rate, own=content.currency, foreign=tender.currency)


async def _history(desk: Desk) -> Response:
    """Show the newest revisions before one that the address names."""
    newest = await desk.ask(StoreSettings(store=desk.store), SettingsAnswer)
    asked = desk.asked("before")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    left = [one for one in newest.history if before is None or one.revision < before]
    contents = await asyncio.gather(
        *(
            desk.ask(StoreSettings(store=desk.store, revision=one.revision), SettingsAnswer)
            for one in left[: SHOWN + 1]
        )
    )
    if not left:
        raise HTTPException(404)
    values = {
        "tab": "history",
        "history": history_of(left[:SHOWN], [one.settings for one in contents]),
        "more": len(left) > SHOWN,
        "said_of": lambda difference: said_of(difference, desk.speech),
    }
    return desk.draw("settings-history.html", "settings", values)
