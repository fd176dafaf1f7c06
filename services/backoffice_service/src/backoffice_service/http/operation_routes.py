"""How the system stands: broker, database, services, terminals, delays, alarms; and how it stood."""

import asyncio
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from backoffice_service.domain.standing import Reading, Standing
from backoffice_service.http.desk import Desk, desk_of
from backoffice_service.http.letter_routes import waiting_letters
from backoffice_service.http.office import Office
from backoffice_service.messaging.services import ServiceAway, ServiceRefused
from backoffice_service.pages import operations
from backoffice_service.pages.overview import summed
from backoffice_service.pages.runbooks import help_with
from backoffice_service.persistence import readings
from tillday_contracts.alarm_messages import Alarm, AlarmList, Alarms
from tillday_contracts.figure_messages import Overview, StoreOverview, StoreOverviews

USUAL: Final = "1h"
Newest = tuple[datetime, Standing]


def operation_routes(office: Office) -> APIRouter:
    """Return the routes of operations."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_operations")

    @router.get("/stores/{store}/operations")
    async def page(desk: Desk = see) -> Response:
        return await _page(desk)

    return router


async def _page(desk: Desk) -> Response:
    chosen = desk.asked("span") if desk.asked("span") in operations.SPANS else USUAL
    reach, span = operations.SPANS[chosen]
    now = desk.office.now()
    newest, stood = await looked_back(desk.office, chosen)
    at = operations.moments(operations.first_shown(now, reach, span, min(stood, default=None)), now, span)
    (stores, alarms), letters = await asyncio.gather(_told(desk), _letters(desk))
    values = {
        "spans": list(operations.SPANS),
        "span": chosen,
        "standing": newest[1] if newest else None,
        "looked_at": newest[0] if newest else None,
        "is_stale": operations.is_stale(newest[0] if newest else None, now),
        "plots": operations.plots_of(at, stood, desk.speech),
        "figures": operations.figures_of(stood.values(), desk.speech),
        "size": lambda value: operations.written_size(desk.speech, value),
        "duration": lambda value: operations.written_time(desk.speech, value),
        "count": lambda value: operations.written_count(desk.speech, value),
        "summary": None if stores is None else summed(stores),
        "alarms": alarms,
        "help_with": help_with,
        "letters": letters,
    }
    asked_by = desk.request.headers
    partly = asked_by.get("hx-request") and "operations" in asked_by.get("hx-target", "")
    return desk.draw("operations-now.html" if partly else "operations.html", "operations", values)


async def looked_back(office: Office, span: str) -> tuple[Newest | None, dict[datetime, Reading]]:
    """Return how the system stands, and how it stood, by the points of a span of `operations.SPANS`."""
    reach, each = operations.SPANS[span]
    async with office.database.connection() as connection:
        newest = await readings.newest(connection)
        return newest, await readings.since(connection, office.now() - reach, span=each)


async def _told(desk: Desk) -> tuple[tuple[StoreOverview, ...] | None, tuple[Alarm, ...] | None]:
    """Return stores and lasting alarms; None where the reports are away, of which this page must tell."""
    named = None if desk.visitor.role == "operator" else desk.visitor.stores
    try:
        overview = await desk.ask(StoreOverviews(stores=named), Overview)
        alarms = await desk.ask(Alarms(store=desk.store), AlarmList)
    except (ServiceAway, ServiceRefused):
        return None, None
    return overview.stores, alarms.alarms


async def _letters(desk: Desk) -> str | None:
    """Return how many dead letters wait in this store; None where nobody can say."""
    answer = await waiting_letters(desk)
    if answer is None:
        return None
    return f"{len(answer.letters)}+" if answer.more else str(len(answer.letters))
