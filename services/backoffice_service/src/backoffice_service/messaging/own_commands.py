"""Commands that the back office carries out itself: each once, whoever repeats it gets the same answer."""

from collections.abc import Awaitable, Callable
from typing import Final

from pydantic import TypeAdapter

from service_kit.database import Connection, Database
from service_kit.inbox import answer_once
from tillday_contracts.messages import Command, Done, Refused

ANSWER: Final[TypeAdapter[Done | Refused]] = TypeAdapter(Done | Refused)
Decide = Callable[[Connection], Awaitable[Done | Refused]]


async def once(database: Database, command: Command, decide: Decide) -> Done | Refused:
    """Have a command decided in one transaction, which keeps the answer; a repeat is not decided again."""

    async def decided(connection: Connection) -> bytes:
        return (await decide(connection)).model_dump_json().encode()

    return ANSWER.validate_json(await answer_once(database, command.message_id, decided))
