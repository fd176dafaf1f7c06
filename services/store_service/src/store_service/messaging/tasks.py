"""Finishing tasks of a store."""

from store_service.domain import refusals
from store_service.domain.people import supervises
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from store_service.persistence.tasks import finish_task, is_task
from tillday_contracts.day_messages import FinishStoreTask, StoreTaskFinished
from tillday_contracts.messages import Done, Refused


class Tasks:
    """Takes people's word that they have looked at something."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def finish(self, command: FinishStoreTask) -> bytes:
        """Finish a task; one that is finished already stays as it is."""
        async with self._workshop.begin(command.store) as work:
            earlier = await work.earlier_reply(command)
            return earlier or await work.reply(command, await self._finish(work, command))

    async def _finish(self, work: StoreWork, command: FinishStoreTask) -> Done | Refused:
        if not supervises(await work.person(command.by)):
            return refusals.not_a_supervisor(command.by, work.settings.name)
        if not await is_task(work.connection, command.store, command.number):
            return refusals.unknown_task(work.settings.name, command.number)
        if await finish_task(work.connection, command, at=work.at):
            word = {"number": command.number, "by": command.by, "note": command.note}
            await work.announce(command, StoreTaskFinished, store=command.store, **word)
        return Done()
