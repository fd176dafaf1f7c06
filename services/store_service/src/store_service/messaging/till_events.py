"""What the till service tells: sessions, claims, attestations, terminals that opened themselves."""

from collections.abc import Sequence
from typing import Final, assert_never, get_args

import structlog

from service_kit.database import Connection
from service_kit.feed import FeedEvent
from store_service.domain.people import may
from store_service.domain.tasks import task_of_session, task_of_till, tasks_of_opening
from store_service.domain.tills import newest, session_after
from store_service.domain.wishes import follow_own_opening
from store_service.messaging.work import Clockwork, StoreWork, locked_work
from store_service.persistence.commands import finish_command
from store_service.persistence.desired import wake
from store_service.persistence.guests import forget_guests, save_guest
from store_service.persistence.terminals import read_terminal
from store_service.persistence.tills import (
    add_attestation,
    forget_tills,
    is_first_told,
    read_session,
    read_sessions,
    save_claims,
    save_session,
)
from tillday_contracts.command_messages import CommandFinished
from tillday_contracts.sharing_messages import GuestChanged
from tillday_contracts.till_messages import (
    TaskRaised,
    TerminalAttested,
    TerminalOpenedItself,
    TillClaimsChanged,
    TillSessionChanged,
)

log = structlog.get_logger()

Heard = (
    TillSessionChanged
    | TillClaimsChanged
    | TerminalAttested
    | TerminalOpenedItself
    | GuestChanged
    | TaskRaised
    | CommandFinished
)
HEARD: Final[dict[str, type[Heard]]] = {kind.subject: kind for kind in get_args(Heard)}


class TillEvents:
    """Folds the till service's events into what terminals are wished to be."""

    def __init__(self, clockwork: Clockwork) -> None:
        self._clockwork = clockwork

    async def fold(self, connection: Connection, events: Sequence[FeedEvent]) -> None:
        """Fold events in their order. Stores are locked first, in the order of their codes."""
        heard = [HEARD[e.subject].model_validate_json(e.body) for e in events if e.subject in HEARD]
        works: dict[str, StoreWork] = {}
        for store in sorted({event.store for event in heard}):
            work = await locked_work(connection, self._clockwork, store)
            if work is not None:
                works[store] = work
        for event in heard:
            if event.store in works:
                await self._fold_one(works[event.store], event)
            else:
                log.warning("event of an unknown store", store=event.store, subject=event.subject)
        if works:
            await wake(connection)

    async def clear(self, connection: Connection) -> None:
        """Forget everything that was told; it is told again."""
        await forget_tills(connection)
        await forget_guests(connection)

    async def _fold_one(self, work: StoreWork, event: Heard) -> None:
        match event:
            case TillSessionChanged():
                await _session_changed(work, event)
            case TillClaimsChanged():
                await _claims_changed(work, event)
            case GuestChanged():
                await _guest_changed(work, event)
            case TerminalAttested():
                await add_attestation(work.connection, event, at=work.at)
            case TerminalOpenedItself():
                await _opened_itself(work, event)
            case TaskRaised():
                await work.raise_task(event, task_of_till(event))
            case CommandFinished():
                await _command_finished(work, event)
            case _:
                assert_never(event)


async def _session_changed(work: StoreWork, event: TillSessionChanged) -> None:
    known = await read_session(work.connection, event.session_id)
    previous = newest(event.till, await read_sessions(work.connection, event.store, event.till))
    await save_session(work.connection, event.store, session_after(event, known, previous))
    book = await work.book(event.business_date)
    task = task_of_session(event, book.day(event.business_date))
    if task is not None:
        await work.raise_task(event, task)
    await work.tell_of_till(book, event.till, event.terminal)


async def _command_finished(work: StoreWork, event: CommandFinished) -> None:
    await finish_command(work.connection, event)
    terminal = await read_terminal(work.connection, event.store, event.terminal)
    if terminal is not None:
        await work.save_desired(await work.book(), terminal)


async def _claims_changed(work: StoreWork, event: TillClaimsChanged) -> None:
    await save_claims(work.connection, event)
    await work.tell_of_till(await work.book(), event.till)


async def _guest_changed(work: StoreWork, event: GuestChanged) -> None:
    await save_guest(work.connection, event)
    await work.tell_of_till(await work.book(), event.till, event.terminal)


async def _opened_itself(work: StoreWork, event: TerminalOpenedItself) -> None:
    terminal = await read_terminal(work.connection, event.store, event.terminal)
    if terminal is None:
        log.warning("an unknown terminal opened itself", store=event.store, terminal=event.terminal)
        return
    if not await is_first_told(work.connection, event):
        return
    book = await work.book()
    allowed = may(None if event.by is None else await work.person(event.by), "open_terminal")
    for task in tasks_of_opening(event, allowed=allowed, last_closed=book.last_closed):
        await work.raise_task(event, task)
    after = follow_own_opening(terminal, event, book.last_closed)
    await work.save_wishes(event, book, [(terminal, after)])
