"""Two ledger writers that stand side by side after loading, if nothing keeps them apart."""

import asyncio
from uuid import uuid4

from service_kit.database import Database
from till_service.messaging.answers import AckSubject
from till_service.messaging.journal import JournalIntake, Surroundings
from till_service.persistence.timeline import LedgerClock
from unit.till_service.journals import NOON

MEETING = 0.7


class Meeting:
    """Lets two transactions stand side by side after loading, if nothing keeps them apart."""

    def __init__(self) -> None:
        self.called = True
        """Whether anybody waits here; what only prepares a race does not."""
        self.arrived = 0
        self.together = asyncio.Event()

    async def attend(self) -> None:
        if not self.called:
            return
        self.arrived += 1
        if self.arrived == 2:
            self.together.set()
        try:
            await asyncio.wait_for(self.together.wait(), MEETING)
        except TimeoutError:
            return


def worker(database: Database, name: str) -> JournalIntake:
    """One process's intake, with a timeline of its own."""

    async def nowhere(_subject: str, _body: bytes) -> None:
        return None

    def random_bytes(size: int) -> bytes:
        return uuid4().bytes[:size]

    clock = LedgerClock(random_bytes=random_bytes, writer=name)
    around = Surroundings(lambda: NOON, random_bytes)
    return JournalIntake(database, clock, AckSubject(database, nowhere, lambda: NOON), around)
