"""HELLO: a terminal's account of its journal, answered by one verdict."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from pydantic import ValidationError

from service_kit.database import Database
from till_service.domain.incoming import what_is_wrong
from till_service.domain.verdicts import answer, proves
from till_service.messaging.alarms import HelloAlarms
from till_service.messaging.answers import AckSubject
from till_service.messaging.shares import Turns
from till_service.messaging.window import Liveness
from till_service.persistence.views import read_view
from till_service.persistence.words import heard
from tillday_contracts.journal import MAX_ENTRY_BYTES, MalformedBytes, strict_json
from tillday_contracts.link import Hello, Sealed, Verdict
from tillday_contracts.topics import TerminalAddress, address_of

log = structlog.get_logger()


@dataclass
class Greeter:
    """Answers HELLOs. One that cannot be read or proven is an alarm and gets no verdict."""

    database: Database
    answers: AckSubject
    live: Liveness
    now: Callable[[], datetime]
    alarms: HelloAlarms
    turns: Turns = field(default_factory=Turns)

    async def greet(self, subject: str, data: bytes) -> None:
        """Judge one HELLO and answer it."""
        try:
            address = address_of(subject)
            sealed = Sealed.model_validate_json(data)
            hello = Hello.model_validate(strict_json(sealed.data, limit=MAX_ENTRY_BYTES))
        except ValidationError as error:
            log.warning("unreadable HELLO", subject=subject[:120], reason=what_is_wrong(error))
        except (MalformedBytes, ValueError) as error:
            log.warning("unreadable HELLO", subject=subject[:120], reason=str(error))
        else:
            with self.turns.of(address) as its_turn:
                verdicts = await self._judge(address, sealed, hello) if its_turn else ()
            if verdicts:
                await self.answers.send({address: verdicts})

    async def _judge(self, address: TerminalAddress, sealed: Sealed, hello: Hello) -> tuple[Verdict, ...]:
        async with self.database.transaction(isolation="repeatable_read") as connection:
            view = await read_view(connection, address, hello, window=self.live.window())
        who = {"store": address.store, "terminal": address.terminal}
        if view is None:
            log.error("HELLO of a terminal that was never registered", **who)
            return ()
        if not proves(view.terminal, view.stream, sealed.data, sealed.mac):
            log.error("the MAC of a HELLO does not hold", **who, epoch=hello.epoch)
            async with self.database.transaction() as connection:
                await self.alarms.unproven(connection, address, "A HELLO")
            return ()
        async with self.database.transaction() as connection:
            await heard(connection, address, self.now())
            await self.alarms.heard(connection, address, hello)
        return answer(hello, view)
