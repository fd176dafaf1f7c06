"""The back office's pages with a visitor who is signed in, and services that say what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import httpx
from fastapi import FastAPI
from pydantic import BaseModel

from backoffice_service.domain.access import Role, Visitor
from backoffice_service.http.application import application
from backoffice_service.http.office import Office
from backoffice_service.messaging.pulse import Pulse
from backoffice_service.messaging.services import ServiceRefused
from backoffice_service.pages.speech import make_pages
from tillday_contracts.backoffice_messages import DefineLogin
from tillday_contracts.enrolment import Invitation
from tillday_contracts.examples import examples
from tillday_contracts.messages import Done, Refused

GOOD_WORD = "a good word"
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PAGES = make_pages()


@dataclass
class SaidServices:
    """Answers by the kind of the message, and keeps what it was asked."""

    answers: dict[type[BaseModel], BaseModel] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)

    async def ask(self, message: BaseModel, _expect: type[BaseModel]) -> BaseModel:
        self.asked.append(message)
        answer = self.answers[type(message)]
        if isinstance(answer, Refused):
            raise ServiceRefused(answer)
        return answer

    def commands(self, kind: type[BaseModel]) -> list[Any]:
        return [one for one in self.asked if isinstance(one, kind)]


@dataclass
class OpenDoor:
    """Everybody who comes is this visitor; like a colleague, they may give their word by a password."""

    person: Visitor
    colleague: Visitor
    let_in: list[str] = field(default_factory=list)

    async def visitor(self, _request: object) -> Visitor:
        return self.person

    def waits_until(self, *_who: object) -> None:
        """Nobody has to wait."""

    async def enter(self, *_who: object) -> None:
        """No password is right."""

    async def is_password(self, *_who: object) -> bool:
        return False

    async def leave(self, *_who: object) -> None:
        """Whoever comes again is in again."""

    async def let_into(self, _request: object, _visitor: Visitor, store: str) -> None:
        self.let_in.append(store)

    async def vouch(self, person: str, password: str, _address: str) -> Visitor | None:
        known = {one.person: one for one in (self.person, self.colleague)}
        return known.get(person) if password == GOOD_WORD else None


class NoCodes:
    """Nobody has a second factor or is asked for one."""

    required = False

    async def has_authenticator(self, _person: str) -> bool:
        return False

    async def show(self, *_asked: object) -> str:
        return "wrong"

    async def demand(self, *_asked: object) -> None:
        """Whoever came this far may go on."""


@dataclass
class KnownLogins:
    """Logins in memory; keeps what was defined."""

    known: dict[str, Visitor] = field(default_factory=dict)
    defined: list[DefineLogin] = field(default_factory=list)

    async def find(self, person: str) -> Visitor | None:
        return self.known.get(person)

    async def define(self, command: DefineLogin, *, address: str) -> Done:
        assert address
        self.defined.append(command)
        return Done()


@dataclass
class WrittenTrail:
    """A database that the audit trail is written to, and in which nothing is found."""

    acts: list[tuple[Any, ...]] = field(default_factory=list)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["WrittenTrail"]:
        yield self

    transaction = connection

    async def fetchval(self, _statement: str, *values: Any) -> int:
        self.acts.append(values)
        return len(self.acts)

    async def execute(self, _statement: str, *_values: Any) -> None:
        """The chain's own lock and links."""

    async def fetchrow(self, _statement: str, *_values: Any) -> None:
        """Nothing was written before."""

    async def fetch(self, _statement: str, *_values: Any) -> list[Any]:
        return []


@dataclass
class PageBrowser:
    """Asks for pages as a browser does; it follows nothing by itself."""

    app: FastAPI
    headers: dict[str, str]

    def get(self, address: str) -> httpx.Response:
        return asyncio.run(self.ask("GET", address, {}))

    def post(self, address: str, **form: Any) -> httpx.Response:
        return asyncio.run(self.ask("POST", address, form))

    async def ask(self, method: str, address: str, form: dict[str, Any]) -> httpx.Response:
        """Ask where a loop runs already."""
        async with self.client() as client:
            return await client.request(method, address, **form)

    def client(self) -> httpx.AsyncClient:
        """What asks; a failure is answered as a browser sees it."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://office.test", headers=self.headers)


@dataclass
class OfficeRoom:
    """The pages as a browser asks for them. Forms come from a page of their own unless a test says no."""

    role: Role = "supervisor"
    person: str = "SUPERVISOR-1"
    colleague: str = "SUPERVISOR-2"
    services: SaidServices = field(default_factory=SaidServices)
    trail: WrittenTrail = field(default_factory=WrittenTrail)
    logins: Any = None
    codes: Any = field(default_factory=NoCodes)
    invite: Callable[[str], Invitation] | None = None
    let_in: list[str] = field(default_factory=list)
    at: datetime = NOON

    def browser(self, language: str = "en") -> PageBrowser:
        parts: Mapping[str, Any] = {
            "door": OpenDoor(
                Visitor(self.person, "Supervisor 1", self.role, ("S1",)),
                Visitor(self.colleague, "Supervisor 2", "manager", ("S1",)),
                self.let_in,
            ),
            "codes": self.codes,
            "services": self.services,
            "database": self.trail,
            "logins": self.logins,
            "invite": self.invite,
        }
        office = Office(**cast(Any, parts), pages=PAGES, pulse=Pulse(), now=lambda: self.at)
        return PageBrowser(application(office), {"Origin": "http://office.test", "Accept-Language": language})


def example(name: str) -> Any:
    """Return the contract's own example of a message."""
    return examples()[name]
