"""The audit trail: filtered, page by page, and exported."""

import json
from dataclasses import dataclass
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
MOST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Filter:
    """Which acts somebody asks for; what is empty does not matter. Dates are those of the store's clock."""

    person: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None


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


async def acts_of(desk: Desk, wanted: Filter, most: int) -> list[tuple[int, Act]]:
    """Return the newest acts that fit, as far as the visitor may see them."""
    zone = ZoneInfo(desk.facts.settings.time_zone)
    following = wanted.last + timedelta(days=1) if wanted.last and wanted.last < date.max else None
    asked = Wanted(
        store=desk.store,
        everybody=desk.visitor.role == "operator",
        before=wanted.before,
        person=person_of(wanted.person)[:MOST_NAME] or None,
        action=wanted.action or None,
        since=_midnight(wanted.first, zone),
        until=_midnight(following, zone),
    )
    async with desk.office.database.connection() as connection:
        return await audit.read(connection, asked, most=most)


async def _acts(desk: Desk, most: int) -> list[tuple[int, Act]]:
    return await acts_of(desk, _filter(desk), most)


def _filter(desk: Desk) -> Filter:
    """Return the filter in an address; what makes no sense is none."""
    before = desk.asked("before")
    return Filter(
        person=desk.asked("person").replace("\x00", ""),
        action=next((one for one in choices() if one == desk.asked("action")), ""),
        first=date_of(desk.asked("first")),
        last=date_of(desk.asked("last")),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
    )


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    # Earlier and later years have no moment in every zone, and no acts.
    return datetime.combine(day, time(), zone) if day and 1900 < day.year < 9999 else None


def _query(desk: Desk) -> dict[str, str]:
    return {name: desk.asked(name)[:40] for name in ("person", "action", "first", "last")}


def _name(desk: Desk, kind: str) -> str:
    return f"audit-{desk.office.now().date()}.{kind}"
