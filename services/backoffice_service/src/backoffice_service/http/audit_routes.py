"""The audit trail: filtered, page by page, and exported."""

import json
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from backoffice_service.http.board_routes import date_of
from backoffice_service.http.desk import Desk, desk_of
from backoffice_service.http.door import person_of
from backoffice_service.http.exports import CSV, kept_as
from backoffice_service.http.office import Office
from backoffice_service.pages.audit import WORDS, as_json, choices, outcome_said, spreadsheet, told
from backoffice_service.persistence import audit, audit_chain
from backoffice_service.persistence.audit import Act, Wanted

ACTS_A_PAGE: Final = 100
MOST_EXPORTED: Final = 20_000


def audit_routes(office: Office) -> APIRouter:
    """Return the routes of the audit trail."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_audit")

    @router.get("/stores/{store}/audit")
    async def trail(desk: Desk = see) -> Response:
        acts = await _acts(desk, ACTS_A_PAGE)
        async with office.database.connection() as connection:
            head = await audit_chain.newest_head(connection)
        values = {
            "acts": acts,
            "a_page": ACTS_A_PAGE,
            "told": told,
            "outcome_said": lambda outcome: outcome_said(outcome, desk.speech),
            "choices": choices(),
            "words": WORDS,
            "head": head,
            "query": _query(desk),
        }
        return desk.draw("audit.html", "audit", values)

    @router.get("/stores/{store}/audit.csv")
    async def for_a_spreadsheet(desk: Desk = see) -> Response:
        text = spreadsheet(await _acts(desk, MOST_EXPORTED))
        return kept_as(_name(desk, "csv"), text, CSV)

    @router.get("/stores/{store}/audit.json")
    async def for_a_program(desk: Desk = see) -> Response:
        acts = await _acts(desk, MOST_EXPORTED + 1)
        answer = as_json(acts[:MOST_EXPORTED], more=len(acts) > MOST_EXPORTED)
        return kept_as(_name(desk, "json"), json.dumps(answer, ensure_ascii=False), "application/json")

    return router


async def _acts(desk: Desk, most: int) -> list[tuple[int, Act]]:
    async with desk.office.database.connection() as connection:
        return await audit.read(connection, _wanted(desk), most=most)


def _wanted(desk: Desk) -> Wanted:
    """Return the filter in an address; what makes no sense is none."""
    before = desk.asked("before")
    zone = ZoneInfo(desk.facts.settings.time_zone)
    first, last = date_of(desk.asked("first")), date_of(desk.asked("last"))
    return Wanted(
        store=desk.store,
        everybody=desk.visitor.role == "operator",
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
        person=person_of(desk.asked("person").replace("\x00", ""))[:40] or None,
        action=next((one for one in choices() if one == desk.asked("action")), None),
        since=_midnight(first, zone),
        until=_midnight(last + timedelta(days=1), zone) if last and last < date.max else None,
    )


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    # Earlier and later years have no moment in every zone, and no acts.
    return datetime.combine(day, time(), zone) if day and 1900 < day.year < 9999 else None


def _query(desk: Desk) -> dict[str, str]:
    return {name: desk.asked(name)[:40] for name in ("person", "action", "first", "last")}


def _name(desk: Desk, kind: str) -> str:
    return f"audit-{desk.office.now().date()}.{kind}"
