"""The events that follow from journal entries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from till_service.domain.incoming import JournalEntry
from till_service.domain.ledger import JournalRow, Moment
from till_service.domain.money import Task
from till_service.domain.routing import Placed
from till_service.domain.sessions import TillSession, status_of, wish_of
from till_service.domain.streams import Stream
from tillday_contracts.entries import TYPE_OF, TenderAmount
from tillday_contracts.messages import Event
from tillday_contracts.till_messages import EntriesRecorded, LedgerEntry, TaskRaised, TillSessionChanged
from tillday_contracts.topics import TerminalAddress

MOST_BYTES: Final = 160 * 1024
MOST_ENTRIES: Final = 256
MOST_MOVED: Final = 10
"""Entries told again in one message: each may be as long as an entry can be."""

E = TypeVar("E", bound=Event)


def from_entry(kind: type[E], entry: JournalEntry, moment: Moment, **fields: object) -> E:
    """Build an event that an entry causes: its hash is the correlation, its time is the terminal's word."""
    at = entry.envelope.at if entry.envelope is not None else moment.now
    return _event(kind, entry, moment, at, fields)


def _event(kind: type[E], entry: JournalEntry, moment: Moment, at: datetime, fields: dict[str, object]) -> E:
    cause = UUID(entry.hash[:32])
    # Every field was validated when the entry was read; validating it anew would cost a third of the batch.
    head: dict[str, Any] = {"message_id": moment.new_id(), "correlation_id": cause, "causation_id": cause}
    return kind.model_construct(None, **head, occurred_at=at, **fields)


@dataclass(frozen=True, slots=True)
class Change:
    """What a session's change is told with: what caused it, by whom, the last numbers, the kept amounts."""

    cause: UUID
    at: datetime
    stream: Stream | None
    by: str | None
    kept: tuple[TenderAmount, ...] = ()


def session_changed(session: TillSession, change: Change, moment: Moment) -> TillSessionChanged:
    """Tell that a session began, changed its status, or is known to have kept something else."""
    facts, stream = session.facts, change.stream
    return TillSessionChanged.model_construct(
        None,
        message_id=moment.new_id(),
        correlation_id=change.cause,
        causation_id=change.cause,
        occurred_at=change.at,
        store=facts.store,
        terminal=facts.terminal,
        till=facts.till,
        session_id=facts.session_id,
        business_date=facts.business_date,
        status=status_of(session),
        late=facts.late,
        close_wished=wish_of(session) is not None,
        by=change.by,
        kept=change.kept,
        last_receipt=stream.last_receipt if stream is not None else 0,
        last_cash_up=stream.last_cash_up if stream is not None else 0,
    )


def entries_recorded(
    address: TerminalAddress, rows: Iterable[JournalRow], moment: Moment
) -> Iterator[EntriesRecorded]:
    """Tell what entered the ledger from one terminal, in messages that fit the broker."""
    for part in _parts(rows):
        entries = tuple(_told(row, moment.now) for row in part)
        fields: dict[str, object] = {"store": address.store, "terminal": address.terminal, "entries": entries}
        yield _event(EntriesRecorded, part[0].entry, moment, moment.now, fields)


def _parts(rows: Iterable[JournalRow]) -> Iterator[list[JournalRow]]:
    part: list[JournalRow] = []
    size = 0
    for row in rows:
        if len(part) == MOST_ENTRIES or (part and size + len(row.entry.data) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(row)
        size += len(row.entry.data)
    if part:
        yield part


def entries_moved(
    address: TerminalAddress, placed: Sequence[Placed], moment: Moment
) -> Iterator[EntriesRecorded]:
    """Tell again of entries that were recorded earlier and found another place now."""
    for first in range(0, len(placed), MOST_MOVED):
        part = placed[first : first + MOST_MOVED]
        entries = tuple(_moved(one, moment.now) for one in part)
        cause = UUID(part[0].origin.hash[:32])
        yield EntriesRecorded(
            message_id=moment.new_id(),
            correlation_id=cause,
            causation_id=cause,
            occurred_at=moment.now,
            store=address.store,
            terminal=address.terminal,
            entries=entries,
        )


def _moved(placed: Placed, now: datetime) -> LedgerEntry:
    origin = placed.origin
    return LedgerEntry(
        epoch=origin.epoch,
        seq=origin.seq,
        hash=origin.hash,
        type=TYPE_OF[type(placed.body)],
        at=origin.at,
        recorded_at=now,
        body=placed.body.model_dump(mode="json"),
        placement=placed.placement,
        session_id=placed.session_id,
        reason=placed.reason,
        quarantine=origin.quarantine,
    )


def task_raised(task: Task, moment: Moment) -> TaskRaised:
    """Tell of a task."""
    cause = UUID(task.entry[:32])
    return TaskRaised(
        message_id=moment.new_id(),
        correlation_id=cause,
        causation_id=cause,
        occurred_at=moment.now,
        store=task.facts.store,
        terminal=task.facts.terminal,
        till=task.facts.till,
        session_id=task.facts.session_id,
        business_date=task.facts.business_date,
        kind=task.kind,
        text=task.text,
    )


def _told(row: JournalRow, now: datetime) -> LedgerEntry:
    envelope = row.entry.envelope
    return LedgerEntry.model_construct(
        epoch=row.entry.epoch,
        seq=row.entry.seq,
        hash=row.entry.hash,
        type=row.entry.type,
        at=envelope.at if envelope is not None else now,
        recorded_at=now,
        body=envelope.body if envelope is not None else {},
        placement=row.placement,
        session_id=row.session_id,
        reason=row.reason,
        quarantine=row.entry.quarantine,
    )
