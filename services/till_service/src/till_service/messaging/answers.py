"""Answers to terminals: plain publishes after COMMIT; a lost one is asked for again."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from service_kit.database import Database
from till_service.domain.streams import StreamId
from till_service.messaging.metrics import VERDICTS
from till_service.persistence.loading import read_streams
from till_service.persistence.views import read_state
from tillday_contracts.link import Answers, Fork, Verdict
from tillday_contracts.topics import TerminalAddress

Publish = Callable[[str, bytes], Awaitable[None]]


class AckSubject:
    """Publishes verdicts on the terminals' ack subjects."""

    def __init__(self, database: Database, publish: Publish, now: Callable[[], datetime]) -> None:
        self._database = database
        self._publish = publish
        self._now = now

    async def send(self, answers: Mapping[TerminalAddress, Sequence[Verdict]]) -> None:
        """Send each terminal its answers, in their order."""
        for address, items in answers.items():
            told = [await self._complete(address, item) for item in items]
            message = Answers(at=self._now(), items=tuple(told))
            await self._publish(address.subject("ack"), message.model_dump_json().encode())
            for item in told:
                VERDICTS.labels(item.kind).inc()

    async def _complete(self, address: TerminalAddress, item: Verdict) -> Verdict:
        # A fork found in a batch is decided without the view of the tills, which is rarely needed there.
        if not isinstance(item, Fork) or item.state:
            return item
        async with self._database.transaction(isolation="repeatable_read") as connection:
            stream_id = StreamId(address, item.epoch)
            stream = (await read_streams(connection, (stream_id,))).get(stream_id)
            return item.model_copy(update={"state": await read_state(connection, address, stream)})
