"""Signing in and out: cookies, visits, and what a wrong password costs."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from backoffice_service.domain.access import Visitor
from backoffice_service.domain.attempts import Attempts, one_more
from backoffice_service.domain.visits import IDLE, LONGEST
from backoffice_service.passwords import Passwords
from backoffice_service.persistence import audit, logins
from backoffice_service.persistence.audit import Act, Noted
from backoffice_service.persistence.logins import Login
from service_kit.database import Database

COOKIE: Final = "__Host-tillday"
MOST_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class Door:
    """Lets people in by name and password, and knows them again by their cookie."""

    database: Database
    passwords: Passwords
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    attempts: dict[str, Attempts] = field(default_factory=dict)

    async def visitor(self, request: Request) -> Visitor | None:
        """Return who is signed in, None where nobody is or the visit is over.

        What a page asks by itself does not keep the visit alive.
        """
        digest = digest_in(request)
        async with self.database.connection() as connection:
            found = await logins.find_visit(connection, digest)
            if found is None or not found[0].lasts(self.now()):
                return None
            if is_somebody_there(request) and found[0].is_to_be_noted(self.now()):
                await logins.use_visit(connection, digest, self.now())
        return found[1] if found[1].may("enter") else None

    def waits_until(self, person: str, address: str) -> datetime | None:
        """Until when this person at this address has to wait, None where the next attempt counts."""
        known = self.attempts.get(f"{person} {address}")
        until = known.waits_until() if known else None
        return until if until is not None and until > self.now() else None

    async def is_password(self, person: str, password: str, address: str) -> bool:
        """Whether it is somebody's password; a wrong one counts."""
        return await self._login(person, password, address) is not None

    async def enter(self, request: Request, person: str, password: str) -> tuple[Visitor, str] | None:
        """Return who it is and the secret of a new visit; None where name or password is wrong.

        The secret is never one that the browser brought, and the visit that it brought ends.
        """
        address = address_of(request)
        login = await self._login(person, password, address)
        if login is None:
            await self._note(person[:40], None, address, "sign_in", "wrong password")
            return None
        who = login.visitor
        if not who.may("enter"):
            await self._note(who.person, who.role, address, "sign_in", "no access")
            return who, ""
        secret = self.random_bytes(32).hex()
        async with self.database.transaction() as connection:
            now = self.now()
            await logins.end_old_visits(connection, used_before=now - IDLE, began_before=now - LONGEST)
            await logins.end_visit(connection, digest_in(request))
            await logins.begin_visit(connection, digest_of(secret), person=person, at=now, address=address)
        await self._note(who.person, who.role, address, "sign_in", "done")
        return who, secret

    async def vouch(self, person: str, password: str, address: str) -> Visitor | None:
        """Return whose word a password gives, without a visit; a wrong one counts and is noted."""
        login = await self._login(person, password, address)
        if login is None:
            await self._note(person[:40], None, address, "approve", "wrong password")
        return login.visitor if login else None

    async def let_into(self, request: Request, visitor: Visitor, store: str) -> None:
        """Let a visitor look after a store that they created: they may do more, so the secret is another."""
        secret = self.random_bytes(32).hex()
        async with self.database.transaction() as connection:
            now = self.now()
            if not await logins.add_store(connection, visitor.person, store, now):
                return
            await logins.renew_visit(connection, visitor.person, digest_in(request), digest_of(secret))
            act = Act(
                at=now,
                person=visitor.person,
                role=visitor.role,
                address=address_of(request),
                action="create_store",
                store=store,
                details={"person": visitor.person, "stores": [*visitor.stores, store]},
                outcome="done",
            )
            await audit.write(connection, act)
        request.state.visit_secret = secret

    async def leave(self, request: Request, visitor: Visitor) -> None:
        """End a visit at once."""
        async with self.database.connection() as connection:
            await logins.end_visit(connection, digest_in(request))
        await self._note(visitor.person, visitor.role, address_of(request), "sign_out", "done")

    async def _login(self, person: str, password: str, address: str) -> Login | None:
        async with self.database.connection() as connection:
            login = await logins.find_login(connection, person)
        if not await self.passwords.fits(password, login.password_hash if login else None):
            self._count_wrong(f"{person} {address}")
            return None
        self.attempts.pop(f"{person} {address}", None)
        return login

    def _count_wrong(self, key: str) -> None:
        if len(self.attempts) >= MOST_REMEMBERED:
            del self.attempts[next(iter(self.attempts))]
        self.attempts[key] = one_more(self.attempts.get(key), self.now())

    async def _note(self, person: str, role: str | None, address: str, action: Noted, outcome: str) -> None:
        act = Act(at=self.now(), person=person, role=role, address=address, action=action, outcome=outcome)
        async with self.database.connection() as connection:
            await audit.write(connection, act)


def is_somebody_there(request: Request) -> bool:
    """Whether a person did something: no page that looks again or listens by itself."""
    listens = "text/event-stream" in request.headers.get("accept", "")
    return request.method != "GET" or not (listens or "hx-request" in request.headers)


def give(answer: Response, secret: str) -> None:
    """Send the cookie of a visit."""
    answer.set_cookie(COOKIE, secret, httponly=True, secure=True, samesite="strict", path="/")


def take_back(answer: Response) -> None:
    """Have the browser forget its cookie."""
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


def address_of(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client else "unknown"


def person_of(typed: str) -> str:
    """Return the person meant by a name as people type it: `Supervisor 1` and `supervisor-1` are one."""
    return "-".join(typed.strip().upper().split())


def digest_in(request: Request) -> bytes:
    """Return what is kept of the visit that a request belongs to."""
    return digest_of(request.cookies.get(COOKIE, ""))


def digest_of(secret: str) -> bytes:
    """Return what is kept of a visit's secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
