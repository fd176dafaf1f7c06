"""A store's catalogue: looked through, and replaced by a file once somebody saw what that changes."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from backoffice_service.domain.catalogue_changes import Comparison, compared
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.exports import csv_file
from backoffice_service.http.office import Office, see_other
from backoffice_service.http.uploads import form_of
from backoffice_service.messaging.catalogues import cut, whole_catalogue
from backoffice_service.pages.catalogue import (
    SHOWN,
    differences_said,
    holding,
    imports_of,
    problem_said,
    product_rows,
    rate_said,
)
from backoffice_service.pages.refusals import MEANING
from tillday_contracts.catalogue_csv import OPTIONAL, REQUIRED, CatalogueFile, read_catalogue
from tillday_contracts.store_messages import (
    MOST_PRODUCTS,
    Catalogue,
    CatalogueAnswer,
    ImportCatalogue,
    Revised,
    SettingsAnswer,
    StoreSettings,
)

NO_FILE: Final = "Choose a file, or paste its text."
NO_PRODUCTS: Final = "Nothing of this can be taken over. See what is wrong with it."
WRONG_LINES: Final = "Some lines are wrong: mend the file, or say that they may be left out."
TOO_MANY: Final = MEANING["too_many_products"]
TAKE_OVER: Final = "take-over"
MOST_FIND: Final = 60
LOOKED_AT: Final = 11
"""How many revisions of the settings are looked through for the newest imports."""


def catalogue_routes(office: Office) -> APIRouter:
    """Return the routes of the catalogue."""
    router = APIRouter(include_in_schema=False)
    see, manage = desk_of(office, "see_settings"), desk_of(office, "manage_store")
    place = "/stores/{store}/settings/catalogue"

    @router.get(place)
    async def sold(desk: Desk = see) -> Response:
        return await _sold(desk)

    @router.get(f"{place}.csv")
    async def as_file(desk: Desk = see) -> Response:
        answer = await whole_catalogue(desk.office.services, desk.store)
        return csv_file("catalogue", (*REQUIRED, *OPTIONAL), product_rows(answer.items))

    @router.post(place)
    async def from_file(desk: Desk = manage) -> Response:
        return await _from_file(desk)

    return router


async def _sold(desk: Desk, declined: Declined | None = None) -> Response:
    """Show what is sold now: a page of it, or of what holds a text."""
    find, page = desk.asked("find").strip()[:MOST_FIND], _number(desk.asked("page")) or 0
    values = await (_found(desk, find, page) if find else _listed(desk, page))
    if page >= max(values["pages"], 1):
        raise HTTPException(404)
    imports = await _imports(desk) if not find and not page else []
    known = {"tab": "catalogue", "find": find, "page": page, "imports": imports, "rate": rate_said}
    return desk.draw("settings-catalogue.html", "settings", {**known, **values}, declined=declined)


async def _listed(desk: Desk, page: int) -> dict[str, Any]:
    answer = await desk.ask(Catalogue(store=desk.store, page=page), CatalogueAnswer)
    return {"items": answer.items, "pages": answer.pages, "revision": answer.revision, "found": None}


async def _found(desk: Desk, find: str, page: int) -> dict[str, Any]:
    answer = await whole_catalogue(desk.office.services, desk.store)
    found = holding(answer.items, find)
    return {
        "items": found[page * SHOWN : (page + 1) * SHOWN],
        "pages": -(-len(found) // SHOWN),
        "revision": answer.revision,
        "found": len(found),
    }


async def _imports(desk: Desk) -> list[Any]:
    newest = await desk.ask(StoreSettings(store=desk.store), SettingsAnswer)
    seen = newest.history[:LOOKED_AT]
    contents = await asyncio.gather(
        *(desk.ask(StoreSettings(store=desk.store, revision=one.revision), SettingsAnswer) for one in seen)
    )
    return imports_of(seen, [one.settings for one in contents])


async def _from_file(desk: Desk) -> Response:
    """Show what a file changes; take it over where that was seen and is wanted."""
    data = (await form_of(desk.request)).files.get("file") or desk.typed.get("text", "").encode()
    if not data.strip():
        return await _sold(desk, desk.wrong(NO_FILE))
    file = await asyncio.to_thread(read_catalogue, data)
    now = await whole_catalogue(desk.office.services, desk.store)
    comparison = compared(now.items, file.items)
    try:
        _check(desk, file)
        if desk.field("act") == TAKE_OVER:
            revision = await _take_over(desk, file, now.revision, comparison)
            return see_other(f"/stores/{desk.store}/settings/catalogue?done={revision}")
    except Declined as declined:
        now = await whole_catalogue(desk.office.services, desk.store)
        return _preview(desk, data, file, now, declined)
    return _preview(desk, data, file, now)


def _check(desk: Desk, file: CatalogueFile) -> None:
    if not file.items or not file.usable:
        raise desk.wrong(NO_PRODUCTS)
    if len(file.items) > MOST_PRODUCTS:
        raise desk.wrong(TOO_MANY)


async def _take_over(desk: Desk, file: CatalogueFile, revision: int, comparison: Comparison) -> int:
    """Replace the catalogue that was seen; returns the revision. Raises Declined."""
    if file.problems and not desk.field("skip"):
        raise desk.wrong(WRONG_LINES)
    seen = _number(desk.field("revision"))
    changes = revision if seen is None else seen
    parts = cut(desk.wish(ImportCatalogue, wrong=TOO_MANY, items=file.items, changes=changes))
    revised = await desk.order(
        parts[-1],
        Revised,
        lambda answer: f"revision {answer.revision}",
        after=parts[:-1],
        action="manage_store",
        details=_details(file, comparison),
    )
    desk.office.forget(desk.store)
    return revised.revision


def _details(file: CatalogueFile, comparison: Comparison) -> Mapping[str, object]:
    return {
        "products": len(file.items),
        "new": len(comparison.new),
        "different": len(comparison.changed),
        "gone": len(comparison.gone),
        "left_out": len(file.problems),
    }


def _preview(
    desk: Desk, data: bytes, file: CatalogueFile, now: CatalogueAnswer, declined: Declined | None = None
) -> Response:
    values = {
        "tab": "catalogue",
        "file": file,
        "text": data.decode("utf-8-sig", "replace"),
        "comparison": compared(now.items, file.items),
        "revision": now.revision,
        "shown": SHOWN,
        "fits": len(file.items) <= MOST_PRODUCTS,
        "rate": rate_said,
        "differences": lambda product: differences_said(product, desk.speech),
        "problem": lambda one: problem_said(one, desk.speech),
    }
    return desk.draw("settings-catalogue-file.html", "settings", values, declined=declined)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
