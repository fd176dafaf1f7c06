"""Tills that change hands: the till service is asked whether one is open, then terminals exchange them."""

from store_service.domain.moving import Exchange, decide_move, moved_answer
from store_service.messaging.till_service import Tills
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from store_service.persistence.people import read_person
from store_service.persistence.terminals import read_terminals, save_terminals
from tillday_contracts.messages import Refused
from tillday_contracts.sharing_messages import MoveTill, TillMoved
from tillday_contracts.store_messages import TerminalAdded


class Movings:
    """Gives tills to other terminals."""

    def __init__(self, workshop: Workshop, tills: Tills) -> None:
        self._workshop = workshop
        self._tills = tills

    async def move_till(self, command: MoveTill) -> TillMoved | Refused:
        """Let two terminals exchange their tills between sessions. A repeat finds it done."""
        async with self._workshop.carry(command.store) as carrier:
            # Nothing but this changes a terminal's till, and one transaction alone carries a store on.
            terminals = await read_terminals(carrier.connection, command.store)
            person = await read_person(carrier.connection, command.store, command.by)
            decision = decide_move(terminals, person, command)
            if not isinstance(decision, Exchange):
                return decision
            refused = await self._tills.move_host(command, decision.moved, decision.in_return)
            if refused is not None:
                return refused
            return await _exchange(await carrier.decide(), command, decision)


async def _exchange(work: StoreWork, command: MoveTill, exchange: Exchange) -> TillMoved:
    await save_terminals(work.connection, exchange.after, at=work.at)
    for terminal in exchange.after:
        names = {"terminal": terminal.terminal, "till": terminal.till, "name": terminal.name}
        await work.announce(command, TerminalAdded, store=command.store, **names)
    await work.tell_terminals(await work.book())
    return moved_answer(*exchange.after)
