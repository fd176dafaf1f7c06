"""The audit trail looked through from its beginning, and its signed heads, one a day."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from backoffice_service.domain.audit_chain import Fault, Head, Walk, head_bytes, head_fault
from backoffice_service.keys import Keys, is_signed
from backoffice_service.persistence import audit, audit_chain
from service_kit.database import Connection, Database
from tillday_contracts.backoffice_messages import AuditFault, AuditHead, AuditVerified, VerifyAudit

log = structlog.get_logger()
LOOK_SECONDS: Final = 60.0
ON_PAPER: Final = re.compile(r"(\d{1,15}):([0-9a-f]{8,64})")


class AuditTrail:
    """Answers whether the trail is as it was written, and signs how far it is, once a day."""

    def __init__(self, database: Database, keys: Keys, now: Callable[[], datetime]) -> None:
        self._database = database
        self._keys = keys
        self._now = now

    async def verify(self, question: VerifyAudit) -> AuditVerified:
        """Walk along the whole chain; the first fault is told."""
        walk, signed = Walk(), []
        async with self._database.transaction(isolation="repeatable_read") as connection:
            async for page in audit_chain.chain(connection):
                walk.follow(page)
                if walk.fault:
                    break
            signed = await audit_chain.heads(connection)
            fault = walk.fault or await self._beside(connection, signed, question.known)
        place, told = (walk.last.place, walk.last.hash.hex()) if walk.last else (0, "0" * 64)
        return AuditVerified(
            acts=place,
            hash=told,
            fault=AuditFault(kind=fault.kind, number=fault.number, text=fault.text) if fault else None,
            heads=tuple(_told(head) for head in signed[-question.heads :]),
            public_key=self._keys.public.hex(),
        )

    async def _beside(self, connection: Connection, signed: list[Head], known: str | None) -> Fault | None:
        """What the chain alone does not show: acts beside it, heads that do not fit it."""
        if (number := await audit_chain.first_without_link(connection)) is not None:
            return Fault("added", number, f"Act {number} was added past the back office.")
        for head in signed:
            if not is_signed(head.signed(), head.signature, self._keys.public):
                return Fault(
                    "forged_head", None, f"The head of {head.day} is not signed by this back office."
                )
            if fault := head_fault(head, await audit_chain.find_link(connection, head.place)):
                return fault
        return await _paper_fault(connection, known) if known else None

    async def sign_daily(self) -> None:
        """Sign a head at the first look of each day, and say it to the log, which is kept elsewhere."""
        while True:
            await self.sign_today()
            await asyncio.sleep(LOOK_SECONDS)

    async def sign_today(self) -> None:
        """Sign how far the chain is unless that was done today."""
        day = self._now().date()
        async with self._database.connection() as connection:
            if await audit_chain.has_head(connection, day):
                return
            last = await audit.last_link(connection)
            if last is None:
                return
            signature = self._keys.sign(head_bytes(day, last.place, last.hash))
            head = Head(day, last.place, last.hash, signature)
            if await audit_chain.put_head(connection, head):
                log.info("the audit trail's head of the day", **_told(head).model_dump(mode="json"))


async def _paper_fault(connection: Connection, known: str) -> Fault | None:
    """Compare with what somebody wrote down: `PLACE:HASH`, the hash's first digits suffice."""
    found = ON_PAPER.fullmatch(known)
    if found is None:
        return Fault("another_head", None, f"{known[:80]!r} is no head: write it like 1234:0a1b2c3d")
    place, digits = int(found[1]), found[2]
    link = await audit_chain.find_link(connection, place)
    if link is None:
        return Fault("cut_off", None, f"The trail ends before place {place}, which is on your paper.")
    if not link.hash.hex().startswith(digits):
        return Fault("another_head", link.number, f"The chain at place {place} is not what your paper says.")
    return None


def _told(head: Head) -> AuditHead:
    return AuditHead(day=head.day, place=head.place, hash=head.hash.hex(), signature=head.signature.hex())
