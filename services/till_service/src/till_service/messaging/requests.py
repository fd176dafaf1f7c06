"""Requests of other services: journal keys, seals of days and the safe. A repeat gets the same answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service_kit.database import Database
from till_service.domain.balance import balance_of
from till_service.domain.seal import decide, seals
from till_service.domain.settled import settlement
from till_service.domain.turns import moves_of, refused_to_move
from till_service.persistence import balance, registry
from till_service.persistence.safe import read_safe
from till_service.persistence.settled import read_open_matters
from tillday_contracts.balance_messages import Balance, StoreBalance
from tillday_contracts.messages import Done, Refused
from tillday_contracts.sharing_messages import MoveHost
from tillday_contracts.till_messages import (
    DaySettled,
    DaySettlement,
    NotSealed,
    RegisterJournalKey,
    ReleaseDay,
    Safe,
    SafeBalance,
    SealDay,
    Sealed,
)


@dataclass
class Requests:
    """Answers RegisterJournalKey, SealDay, ReleaseDay, MoveHost, DaySettled, StoreBalance and SafeBalance."""

    database: Database
    now: Callable[[], datetime]

    async def register_journal_key(self, command: RegisterJournalKey) -> Done | Refused:
        """Keep a terminal's key beside those it has: during a rotation two are valid."""
        async with self.database.transaction() as connection:
            if await registry.register_key(connection, command):
                return Done()
        return Refused(code="key_in_use", text=f"The key id {command.key_id} stands for another key already.")

    async def seal_day(self, command: SealDay) -> Sealed | NotSealed:
        """Seal a date, or look at the others. Nothing is remembered but the seal, so a repeat looks again."""
        async with self.database.transaction() as connection:
            await registry.lock_seal(connection, command)
            answer = decide(command, await registry.read_asked(connection, command))
            if seals(command, answer):
                await registry.seal(connection, command, at=self.now())
            return answer

    async def release_day(self, command: ReleaseDay) -> Done:
        """Lift the seal of a date that was cancelled and is opened again."""
        async with self.database.transaction() as connection:
            await registry.release(connection, command)
        return Done()

    async def move_host(self, command: MoveHost) -> Done | Refused:
        """Let another terminal host a till between two sessions; a repeat has no second effect."""
        async with self.database.transaction() as connection:
            wanted = moves_of(command)
            known = await registry.lock_turns(connection, command.store, [move.till for move in wanted])
            running = await registry.read_not_final(connection, command.store)
            refused = refused_to_move(wanted, known, running)
            if refused is None:
                await registry.save_turns(connection, command.store, wanted)
        return refused or Done()

    async def day_settled(self, question: DaySettled) -> DaySettlement:
        """Tell whether everything of a closed date is decided, as far as the journals have arrived."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            return settlement(await read_open_matters(connection, question))

    async def store_balance(self, question: StoreBalance) -> Balance | Refused:
        """Tell what a store took on a date, as far as the journals have arrived."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            day = question.business_date or await balance.read_newest_date(connection, question.store)
            found = await balance.read_sessions(connection, question.store, day) if day is not None else []
        return balance_of(question.store, day, found)

    async def safe_balance(self, question: SafeBalance) -> Safe | Refused:
        """Tell what lies in a store's safe, as far as the journals have arrived."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            safe = await read_safe(connection, question.store)
        if safe is None:
            text = f'No terminal of a store "{question.store}" is registered, so there is no safe to show.'
            return Refused(code="unknown_store", text=text)
        return safe
