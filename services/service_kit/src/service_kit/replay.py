"""Replay of a producer's events, page by page, over request and reply: how a follower fills a gap."""

from typing import Final
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from service_kit.database import Database

PAGE_EVENTS: Final = 500
PAGE_BYTES: Final = 256 * 1024

READ_HEAD: Final = "SELECT timeline, position FROM outbox_producer"
READ_PAGE: Final = """
    SELECT position, subject, message_id, body
      FROM (
            SELECT position, subject, message_id, body,
                   sum(octet_length(body) + 200) OVER (ORDER BY position) AS size,
                   row_number() OVER (ORDER BY position) AS nth
              FROM (
                    SELECT position, subject, message_id, body
                      FROM outbox
                     WHERE position > $1
                     ORDER BY position
                     LIMIT $2
                   ) AS candidates
           ) AS sized
     WHERE size <= $3 OR nth = 1
     ORDER BY position
"""


class ReplayAsked(BaseModel):
    """Events after this position, please."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    after: int = Field(ge=0)
    limit: int = Field(default=PAGE_EVENTS, ge=1, le=PAGE_EVENTS)


class ReplayedEvent(BaseModel):
    """One event as it was published."""

    model_config = ConfigDict(frozen=True)

    position: int
    subject: str
    message_id: UUID
    body: Base64Bytes


class ReplayPage(BaseModel):
    """Some events, and where the producer stands: its life (None: none yet) and the last position given."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    timeline: int | None
    head: int
    events: tuple[ReplayedEvent, ...]


async def read_page(database: Database, asked: ReplayAsked) -> bytes:
    """The producer's answer, small enough for one message: a page as JSON."""
    async with database.transaction(isolation="repeatable_read") as connection:
        head = await connection.fetchrow(READ_HEAD)
        rows = await connection.fetch(READ_PAGE, asked.after, asked.limit, PAGE_BYTES)
    events = tuple(
        ReplayedEvent.model_construct(
            position=row["position"],
            subject=row["subject"],
            message_id=row["message_id"],
            body=row["body"],
        )
        for row in rows
    )
    page = ReplayPage.model_construct(
        timeline=None if head is None else head["timeline"],
        head=0 if head is None else head["position"],
        events=events,
    )
    return page.model_dump_json().encode()
