"""The pages over a real database, its door and its second factors; other services say what a test wants."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from backoffice_service.authenticator import code_at
from backoffice_service.domain.access import Role
from backoffice_service.domain.second_factor import step_at
from backoffice_service.http.application import application
from backoffice_service.http.codes import Codes
from backoffice_service.http.door import COOKIE, Door
from backoffice_service.http.office import Office
from backoffice_service.keys import Keys
from backoffice_service.messaging.audit_trail import AuditTrail
from backoffice_service.messaging.logins import LoginDefinitions
from backoffice_service.messaging.pulse import Pulse
from backoffice_service.pages.speech import make_pages
from backoffice_service.passwords import Passwords
from servers import FreshDatabase, Postgres, new_database
from service_kit.database import Database, DatabaseAddress
from tillday_contracts.backoffice_messages import DefineLogin
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import SaidServices, example

PAGES = make_pages()
SITE = "https://office.test"
SECRET = bytes(range(32))
TABLES = ("login", "visit", "second_factor", "audit", "audit_link", "audit_head")


@dataclass
class Visit:
    """Somebody's browser: it keeps its cookie and says where its forms come from."""

    app: FastAPI
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    origin: str = SITE

    async def ask(
        self, method: str, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=SITE, headers={"Origin": self.origin}
        ) as client:
            client.cookies = self.cookies
            answer = await client.request(method, path, data=dict(form) or None, headers=headers)
            self.cookies = client.cookies
            return answer

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.ask("GET", path, {}, {k.replace("_", "-"): v for k, v in headers.items()})

    async def post(self, path: str, **form: str) -> httpx.Response:
        return await self.ask("POST", path, form or {"nothing": ""})

    @property
    def secret(self) -> str:
        return self.cookies.get(COOKIE) or ""


class RealOffice:
    """A back office whose clock a test moves."""

    def __init__(self, shelf: Shelf, *, required: bool = True) -> None:
        self.shelf, database = shelf, shelf.database
        self.at = datetime(2026, 3, 14, 12, tzinfo=UTC)
        self.services = SaidServices(
            {StoreSettings: example("reply.settings_answer"), People: example("reply.people_answer")}
        )
        self._passwords, keys, random = Passwords(), Keys(SECRET), _Random()
        self.definitions = LoginDefinitions(database, self._passwords, self.now)
        self.trail = AuditTrail(database, keys, self.now)
        office = Office(
            door=Door(database, self._passwords, self.now, random),
            codes=Codes(database, keys, self.now, random, required),
            services=self.services,  # type: ignore[arg-type]  # stands in for the broker
            logins=self.definitions,
            database=database,
            pages=PAGES,
            pulse=Pulse(),
            now=self.now,
        )
        self.app = application(office)

    def now(self) -> datetime:
        return self.at

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)

    async def define(
        self, person: str, role: Role = "supervisor", password: str = "", *, repeats: UUID | None = None
    ) -> None:
        message = repeats or uuid4()
        command = DefineLogin(
            message_id=message,
            correlation_id=message,
            occurred_at=self.at,
            by="OPERATOR-1",
            person=person,
            name=person.capitalize(),
            role=role,
            stores=("S1",),
            password=password or password_of(person),
        )
        await self.definitions.define(command)

    async def sign_in(self, person: str, visit: Visit | None = None) -> Visit:
        visit = visit or Visit(self.app)
        answer = await visit.post("/sign-in", name=person, password=password_of(person))
        assert answer.status_code == 303, answer.text
        return visit

    async def set_up(self, visit: Visit, person: str) -> bytes:
        """Set up an authenticator as a person does; returns what it makes codes of."""
        shown = await visit.post("/second-factor/begin", password=password_of(person))
        seed = seed_on(shown.text)
        confirmed = await visit.post("/second-factor/confirm", **{"second-factor-code": self.code(seed)})
        assert confirmed.status_code == 303, confirmed.text
        return seed

    def code(self, seed: bytes, steps: int = 0) -> str:
        return code_at(seed, step_at(self.at) + steps)


class _Random:
    """Bytes that never repeat, the same in each run."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return self._count.to_bytes(size)


def password_of(person: str) -> str:
    return f"a password of {person}"


def seed_on(page: str) -> bytes:
    """Read the words that are typed into an app which reads no pictures."""
    found = re.search(r"<b>([A-Z2-7 ]{32,})</b>", page)
    assert found, page
    return base64.b32decode(found[1].replace(" ", ""))


@dataclass
class Shelf:
    """A migrated database, and the connections that the service would have."""

    fresh: FreshDatabase
    database: Database

    async def run(self, statements: str) -> None:
        """Do something at the database as who may everything there."""
        superuser = await self.fresh.server.admin(self.fresh.name)
        try:
            await superuser.execute(f"SET search_path TO backoffice; {statements}")
        finally:
            await superuser.close()

    async def empty(self) -> None:
        await self.run(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")


@asynccontextmanager
async def open_shelf(postgres: Postgres) -> AsyncIterator[Shelf]:
    """A shelf until the end of the block."""
    user = "backoffice_service"
    async with new_database(postgres) as fresh:
        await fresh.with_tables_of(user)
        password = fresh.passwords[user]
        database = Database(
            DatabaseAddress(
                url=fresh.url_of(user), password=password, schema="backoffice", application="test"
            )
        )
        await database.start()
        try:
            yield Shelf(fresh, database)
        finally:
            await database.stop()
