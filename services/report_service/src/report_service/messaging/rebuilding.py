"""Making every figure again from what the producers announced, and how far that is."""

import asyncio
from collections.abc import Mapping

from service_kit.database import Connection, Database
from service_kit.feed import Feed
from service_kit.inbox import answer_once
from tillday_contracts.messages import Done
from tillday_contracts.report_progress_messages import Followed, Progress, RebuildReports, ReportProgress


class Rebuilding:
    """Forgets at once and answers; `run` folds beside everything else."""

    def __init__(self, database: Database, feeds: Mapping[str, Feed]) -> None:
        self._database = database
        self._feeds = feeds
        self._asked = asyncio.Event()

    async def begin(self, command: RebuildReports) -> bytes:
        """Forget everything, once per command."""

        async def forget(connection: Connection) -> bytes:
            for feed in self._feeds.values():
                await feed.forget(connection)
            return Done().model_dump_json().encode()

        answer = await answer_once(
            self._database, command.message_id, forget, request=command.model_dump_json().encode()
        )
        self._asked.set()
        return answer

    async def progress(self, _question: ReportProgress) -> Progress:
        """Return how many of each producer's events are folded; fails while a producer is away."""
        producers = []
        for name, feed in self._feeds.items():
            total = await feed.head()
            _, done = await feed.position()
            producers.append(Followed(producer=name, done=min(done, total), total=total))
        return Progress(producers=tuple(producers))

    async def run(self) -> None:
        """Fold whatever is missing each time a rebuild was asked for."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                for feed in self._feeds.values():
                    await feed.catch_up()
            except Exception:
                self._asked.set()  # begun again after a while
                raise
