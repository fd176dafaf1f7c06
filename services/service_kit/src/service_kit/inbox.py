"""The duplicate check: a message is taken once, and a repeated command gets the answer of the first time."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from service_kit.crash import crash_point
from service_kit.database import Connection, Database
from service_kit.failures import PermanentError, RefusedError, TransientError

TAKE: Final = """
    INSERT INTO inbox (message_id, digest) VALUES ($1, $2)
        ON CONFLICT (message_id) DO NOTHING
 RETURNING message_id
"""
REMEMBER_REPLY: Final = "UPDATE inbox SET reply = $2 WHERE message_id = $1"
FIND_REPLY: Final = "SELECT digest, reply FROM inbox WHERE message_id = $1"

FORGET: Final = """
    DELETE FROM inbox
     WHERE message_id IN (
            SELECT message_id
              FROM inbox
             WHERE received_at < clock_timestamp() - make_interval(days => $1)
               AND substr(message_id::text, 15, 1) = '4'
             ORDER BY received_at
             LIMIT 1000
           )
 RETURNING message_id
"""

USED: Final = "This request has the name of another one, which was answered before: give it a new name."

Decide = Callable[[Connection], Awaitable[bytes]]


async def is_new(connection: Connection, message_id: UUID, *, request: bytes | None = None) -> bool:
    """Take the message. False when it was taken before; a twin in another transaction is waited for."""
    digest = None if request is None else hashlib.sha256(request).digest()
    return await connection.fetchval(TAKE, message_id, digest) is not None


async def remember_reply(connection: Connection, message_id: UUID, reply: bytes) -> None:
    """Keep the answer, in the transaction that made it true."""
    await connection.execute(REMEMBER_REPLY, message_id, reply)


async def reply_of(connection: Connection, message_id: UUID) -> bytes | None:
    """The answer given the first time, if the message is known and had one."""
    row = await connection.fetchrow(FIND_REPLY, message_id)
    return None if row is None else row["reply"]


async def forget_old(connection: Connection, *, days: int) -> int:
    """Forget messages older than so many days, at most a thousand; returns how many.

    Only those with a random id: whoever made the id of the content may send it again in years.
    """
    return len(await connection.fetch(FORGET, days))


async def answer_once(
    database: Database, message_id: UUID, decide: Decide, *, request: bytes | None = None
) -> bytes:
    """Decide in one transaction and keep the answer; a repeat gets that answer and `decide` is not run.

    `request` (its canonical bytes, without what a repeat has anew) guards against one message id used for
    two different requests: RefusedError.
    """
    async with database.transaction() as connection:
        if not await is_new(connection, message_id, request=request):
            return await _earlier_answer(connection, message_id, request)
        reply = await decide(connection)
        await remember_reply(connection, message_id, reply)
        crash_point("answer_before_commit")
    crash_point("answer_after_commit")
    return reply


async def earlier_answer(
    database: Database, message_id: UUID, *, request: bytes | None = None
) -> bytes | None:
    """Return the answer that was given before, None for a message that is new; nothing is taken.

    For what has to be found out before the transaction of `answer_once`, which stays the one that decides.
    """
    async with database.connection() as connection:
        row = await connection.fetchrow(FIND_REPLY, message_id)
    return None if row is None else _answer_in(row, message_id, request)


async def _earlier_answer(connection: Connection, message_id: UUID, request: bytes | None) -> bytes:
    row = await connection.fetchrow(FIND_REPLY, message_id)
    if row is None:
        raise TransientError("the message disappeared from the inbox while it was read")
    return _answer_in(row, message_id, request)


def _answer_in(row: Any, message_id: UUID, request: bytes | None) -> bytes:
    if request is not None and row["digest"] not in (None, hashlib.sha256(request).digest()):
        raise RefusedError(USED, code="used_before")
    if row["reply"] is None:
        raise PermanentError(f"message_id {message_id} was taken before as a message without an answer")
    return bytes(row["reply"])
