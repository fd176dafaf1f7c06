"""What has to be loaded and locked before a batch can be decided."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from till_service.domain.incoming import JournalMessage
from till_service.domain.streams import StreamId
from tillday_contracts.entries import (
    Adjustment,
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
    CountAttempted,
    EntryBody,
    FloatMoved,
    Genesis,
    InitialCountConfirmed,
    Movement,
    Sale,
    TenderConfirmed,
    TillClosed,
    TillStarted,
)
from tillday_contracts.topics import TerminalAddress


@dataclass(frozen=True, slots=True)
class Covered:
    """One member of the manifest of a close in the batch."""

    session_id: str
    stream: StreamId
    to_seq: int


@dataclass(frozen=True, slots=True)
class Needs:
    """Keys of everything a batch may touch, each list sorted and without doubles.

    `streams` are those that entries came in, not those that a close in the batch covers.
    """

    addresses: tuple[TerminalAddress, ...]
    streams: tuple[StreamId, ...]
    positions: tuple[tuple[StreamId, int], ...]
    hashes: tuple[str, ...]
    starting_days: tuple[tuple[str, date], ...]
    starting_tills: tuple[tuple[str, str], ...]
    sessions: tuple[str, ...]
    releasing: tuple[str, ...]
    covered: tuple[Covered, ...]


def needs_of(messages: Sequence[JournalMessage]) -> Needs:
    """Return what a batch of messages needs; nothing in it has been proven yet."""
    bodies = [(m.address.store, e.body) for m in messages for e in m.entries if e.body is not None]
    live = [(StreamId(m.address, m.epoch), e.seq) for m in messages if not m.quarantine for e in m.entries]
    starting = [(store, start) for store, body in bodies for start in _starts(body)]
    return Needs(
        addresses=tuple(sorted({m.address for m in messages}, key=_address_key)),
        streams=tuple(sorted({StreamId(m.address, m.epoch) for m in messages}, key=_stream_key)),
        positions=tuple(sorted(set(live), key=lambda at: (*_stream_key(at[0]), at[1]))),
        hashes=_sorted(entry.hash for m in messages for entry in m.entries),
        starting_days=tuple(sorted({(store, day) for store, (_, day) in starting})),
        starting_tills=tuple(sorted({(store, till) for store, (till, _) in starting})),
        sessions=_sorted(session for _, body in bodies for session in _sessions(body)),
        releasing=_sorted(session for _, body in bodies for session in _releases(body)),
        covered=tuple(member for store, body in bodies for member in _covers(store, body)),
    )


def _sorted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


def _address_key(address: TerminalAddress) -> tuple[str, str]:
    return address.store, address.terminal


def _stream_key(stream: StreamId) -> tuple[str, str, str]:
    return stream.address.store, stream.address.terminal, stream.epoch


def _sessions(body: EntryBody) -> Iterator[str]:
    match body:
        case (
            TillStarted()
            | CountAttempted()
            | InitialCountConfirmed()
            | Sale()
            | Movement()
            | FloatMoved()
            | CashUpStarted()
            | CashUpCancelled()
            | CloseHeard()
            | TenderConfirmed()
            | TillClosed()
        ):
            yield body.session_id
        case Adjustment():  # what it corrects may be of another till: tills change hands
            yield from (body.session_id, body.corrects)
        case Genesis(till_state=state) if state is not None and state.session_id is not None:
            yield state.session_id


def _starts(body: EntryBody) -> Iterator[tuple[str, date]]:
    match body:
        case TillStarted():
            yield body.till, body.business_date
        case Genesis(till_state=state) if state is not None and state.business_date is not None:
            yield state.till, state.business_date


def _releases(body: EntryBody) -> Iterator[str]:
    if isinstance(body, InitialCountConfirmed | TillClosed | Genesis):
        yield from _sessions(body)


def _covers(store: str, body: EntryBody) -> Iterator[Covered]:
    if isinstance(body, TillClosed):
        for member in body.manifest:
            stream = StreamId(TerminalAddress(store, member.terminal), member.epoch)
            yield Covered(body.session_id, stream, member.to_seq)
