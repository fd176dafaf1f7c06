"""Asking for a second factor: setting one up, looking at a code, and the visit that showed one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import structlog
from fastapi import Request

from backoffice_service.authenticator import SEED_BYTES, matching_step
from backoffice_service.domain.access import Visitor
from backoffice_service.domain.second_factor import Verdict, is_fresh, judged, steps_that_count
from backoffice_service.http.door import address_of, digest_in, digest_of
from backoffice_service.keys import NONCE_BYTES, Keys, SealBroken
from backoffice_service.persistence import audit, second_factors
from backoffice_service.persistence.audit import Act
from service_kit.database import Database

log = structlog.get_logger()
FIELD: Final = "second-factor-code"
NEVER_SHOWN: Final = frozenset({FIELD, "password", "approver_password"})
Why = Literal["ask", "wrong", "wait", "set_up"]


class CodeWanted(Exception):
    """Something is done only with a code; `typed` is the form that waits for it, without any password."""

    def __init__(self, why: Why, visitor: Visitor, typed: Mapping[str, str]) -> None:
        super().__init__(why)
        self.why = why
        self.visitor = visitor
        self.typed = {name: value for name, value in typed.items() if name not in NEVER_SHOWN}


@dataclass(frozen=True, slots=True)
class Codes:
    """People's authenticators. Where they are not `required`, only who set one up is asked for codes."""

    database: Database
    keys: Keys
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    required: bool

    async def has_authenticator(self, person: str) -> bool:
        """Whether somebody set one up and showed a first code of it."""
        async with self.database.connection() as connection:
            known = await second_factors.find(connection, person)
        return known is not None and known.factor.confirmed

    async def demand(self, request: Request, visitor: Visitor, typed: Mapping[str, str]) -> None:
        """Return where the visit showed a code lately or this form brings one. Raises CodeWanted."""
        if not await self.has_authenticator(visitor.person):
            if self.required:
                raise CodeWanted("set_up", visitor, typed)
            return
        async with self.database.connection() as connection:
            proven_at = await second_factors.proven_at(connection, digest_in(request))
        if is_fresh(proven_at, self.now()):
            return
        if not typed.get(FIELD, "").strip():
            raise CodeWanted("ask", visitor, typed)
        verdict = await self.show(request, visitor, typed[FIELD])
        if verdict != "right":
            raise CodeWanted(verdict, visitor, typed)

    async def begin(self, request: Request, visitor: Visitor) -> bytes:
        """Return what a new authenticator shares with us, in place of any other. It is not told again."""
        seed = self.random_bytes(SEED_BYTES)
        sealed = self.keys.seal(seed, visitor.person, self.random_bytes(NONCE_BYTES))
        async with self.database.transaction() as connection:
            await second_factors.begin(connection, visitor.person, sealed, self.now())
            await audit.write(connection, self._act(request, visitor, "begun"))
        return seed

    async def show(self, request: Request, visitor: Visitor, typed: str) -> Verdict:
        """Look at a code. A right one confirms the authenticator and renews the visit's secret."""
        async with self.database.transaction() as connection:
            known = await second_factors.lock(connection, visitor.person)
            if known is None:
                return "wrong"
            now = self.now()
            matching = self._matching(visitor.person, typed, known)
            verdict, after = judged(known.factor, matching, now)
            await second_factors.store(connection, visitor.person, after, now)
            if verdict == "right":
                secret = self.random_bytes(32).hex()
                renewed = digest_of(secret)
                await second_factors.prove(connection, digest_in(request), renewed=renewed, at=now)
                request.state.visit_secret = secret
            await audit.write(connection, self._act(request, visitor, verdict))
        return verdict

    def _matching(self, person: str, typed: str, known: second_factors.Known) -> int | None:
        try:
            seed = self.keys.open(known.sealed, person)
        except SealBroken as error:
            log.warning("a code cannot be looked at", reason=str(error))
            return None
        return matching_step(seed, typed, steps_that_count(known.factor, self.now()))

    def _act(self, request: Request, visitor: Visitor, outcome: str) -> Act:
        return Act(
            at=self.now(),
            person=visitor.person,
            role=visitor.role,
            address=address_of(request),
            action="second_factor",
            outcome=outcome,
        )
