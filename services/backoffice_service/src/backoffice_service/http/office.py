"""What the routes are made of, and how a page is drawn."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict, Unpack
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backoffice_service.domain.access import Action, Visitor
from backoffice_service.http.codes import Codes
from backoffice_service.http.door import Door, address_of
from backoffice_service.messaging.logins import LoginDefinitions
from backoffice_service.messaging.pulse import Pulse
from backoffice_service.messaging.services import Services
from backoffice_service.messaging.shared import SharedAnswers
from backoffice_service.pages.speech import LANGUAGES, Speech, language_of
from backoffice_service.persistence import audit
from backoffice_service.persistence.audit import Act
from service_kit.database import Database
from tillday_contracts.enrolment import Invitation
from tillday_contracts.store_messages import People, PeopleAnswer, SettingsAnswer, StoreSettings
from tillday_contracts.wishes import SettingsContent
from tillday_ui_kit.pages import Pages

REMEMBERED: Final = timedelta(seconds=30)
LOOKS: Final = ("auto", "tillday", "tillday-dark")


class NotSignedIn(Exception):
    """Nobody is signed in, or the visit is over."""


class Forbidden(Exception):
    """The table does not allow it to this visitor."""


class Deed(TypedDict):
    """What was done about a store, and what came of it."""

    action: Action
    store: str
    outcome: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What pages about a store need to be worded."""

    settings: SettingsContent
    names: Mapping[str, str]


@dataclass(slots=True)
class Office:
    """The parts behind the routes."""

    door: Door
    codes: Codes
    services: Services
    logins: LoginDefinitions
    database: Database
    pages: Pages
    pulse: Pulse
    now: Callable[[], datetime]
    invite: Callable[[str], Invitation] | None = None
    """Makes an invitation of a code, where it is known how terminals reach the broker."""
    shared: SharedAnswers = field(init=False)
    """The services as pages ask them that are woken together."""
    _facts: dict[str, tuple[datetime, StoreFacts]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shared = SharedAnswers(self.services.ask)

    async def visitor(self, request: Request, action: Action, store: str | None = None) -> Visitor:
        """Return who asks. Raises NotSignedIn, or Forbidden where the table says no."""
        visitor = await self.door.visitor(request)
        if visitor is None:
            raise NotSignedIn
        if not visitor.may(action, store):
            raise Forbidden
        return visitor

    async def facts(self, store: str) -> StoreFacts:
        """Return a store's settings and the names of its people, at most half a minute old."""
        known = self._facts.get(store)
        if known is not None and self.now() - known[0] < REMEMBERED:
            return known[1]
        settings, people = await asyncio.gather(
            self.services.ask(StoreSettings(store=store), SettingsAnswer),
            self.services.ask(People(store=store), PeopleAnswer),
        )
        facts = StoreFacts(settings.settings, {one.person: one.name for one in people.people})
        self._facts[store] = (self.now(), facts)
        return facts

    def forget(self, store: str) -> None:
        """Ask for a store's settings and people anew: they were changed."""
        self._facts.pop(store, None)

    async def speech(self, request: Request, store: str) -> Speech:
        """Return how pages about a store speak to this browser."""
        content = (await self.facts(store)).settings
        return Speech(language_in(request), content.currency, content.locale, content.time_zone)

    def draw(
        self, request: Request, template: str, values: Mapping[str, Any], *, status: int = 200
    ) -> HTMLResponse:
        """Return a page in the browser's language."""
        known = {
            "language": language_in(request),
            "languages": LANGUAGES,
            "look": look_in(request),
            "here": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
            "back": page_of(request),
            "key": str(uuid4()),
            "visitor": None,
            "store": None,
            "part": "",
        }
        text = self.pages.render(template, known["language"], {**known, **values})  # type: ignore[arg-type]
        return HTMLResponse(text, status_code=status)

    async def note(self, request: Request, visitor: Visitor, **done: Unpack[Deed]) -> None:
        """Add what a visitor did to the audit trail."""
        act = Act(
            at=self.now(),
            person=visitor.person,
            role=visitor.role,
            address=address_of(request),
            **done,
        )
        async with self.database.connection() as connection:
            await audit.write(connection, act)


def page_of(request: Request) -> str:
    """Return the address of the page in a browser: what answers a form stands for the page that sent it."""
    shown = urlsplit(str(request.url))
    if request.method != "GET":
        sender = urlsplit(request.headers.get("referer", ""))
        shown = sender if sender.netloc == shown.netloc else urlsplit("/")
    return shown.path + (f"?{shown.query}" if shown.query else "")


def language_in(request: Request) -> str:
    """Return the language of a browser."""
    return language_of(request.cookies.get("language", ""), request.headers.get("accept-language", ""))


def look_in(request: Request) -> str:
    """Return whether a browser shows pages light, dark, or as the machine does."""
    look = request.cookies.get("look", "")
    return look if look in LOOKS else "auto"


def see_other(address: str) -> Response:
    """Send a browser to another page after a change."""
    return RedirectResponse(address, status_code=303)
