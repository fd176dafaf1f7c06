"""Adding a store like one that somebody manages, and letting them into it."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.domain.new_stores import COPIED, copies, new_store
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from tillday_contracts.denominations import STANDARD
from tillday_contracts.figure_messages import Overview, StoreOverviews
from tillday_contracts.setting_values import BadSetting
from tillday_contracts.store_messages import CreateStore, Revised, SettingsAnswer, StoreSettings
from tillday_contracts.wishes import SettingsContent

WRONG: Final = (
    "Check what you typed: a code of 1 to 16 capital letters, digits, _ and -, a name, a currency like EUR, "
    "a time like 04:00, and at most six lines for receipts."
)


def new_store_routes(office: Office) -> APIRouter:
    """Return the routes of a store that is to be; the one in the address is its pattern."""
    router = APIRouter(include_in_schema=False)
    create, path = desk_of(office, "create_store"), "/stores/{store}/new-store"

    @router.get(path)
    async def blank(desk: Desk = create) -> Response:
        like = desk.asked("like")
        if like and like != desk.store and desk.visitor.may("create_store", like):
            return see_other(f"/stores/{like}/new-store")
        return await _page(desk)

    @router.post(path)
    async def found(desk: Desk = create) -> Response:
        try:
            store = await _create(desk)
        except Declined as declined:
            return await _page(desk, declined)
        return see_other(f"/stores/{store}/settings/store?done=created")

    return router


async def _create(desk: Desk) -> str:
    """Have the store created; returns its code. Raises Declined."""
    pattern = (await desk.ask(StoreSettings(store=desk.store), SettingsAnswer)).settings
    settings = _wished(desk, pattern)
    wish = desk.wish(
        CreateStore,
        wrong=WRONG,
        settings=settings,
        name=desk.visitor.name,
        catalogue=copies(desk.typed, "catalogue"),
    )
    copied = [part for part in COPIED if copies(desk.typed, part)]
    details = {"store": settings.store, "name": settings.name, "copied": copied}
    await desk.order(wish, Revised, lambda _: "done", action="create_store", details=details)
    await desk.office.door.let_into(desk.request, desk.visitor, settings.store)
    return settings.store


def _wished(desk: Desk, pattern: SettingsContent) -> SettingsContent:
    try:
        return new_store(pattern, desk.typed)
    except BadSetting as error:
        raise desk.wrong(str(error) if desk.speech.language == "en" else WRONG) from None
    except ValidationError:
        raise desk.wrong(WRONG) from None


async def _page(desk: Desk, declined: Declined | None = None) -> Response:
    told = await desk.ask(StoreOverviews(stores=desk.visitor.stores), Overview)
    pattern = desk.facts.settings
    values = {
        "pattern": pattern,
        "patterns": {desk.store: pattern.name, **{one.store: one.name for one in told.stores}},
        "currencies": sorted({pattern.currency, *STANDARD}),
        "copied": {part: copies(desk.typed, part) if desk.typed else True for part in COPIED},
    }
    return desk.draw("new-store.html", "stores", values, declined=declined)
