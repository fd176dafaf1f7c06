"""The ledger's own rules over a store in memory: till_service between its messages and PostgreSQL."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from till_service.domain.incoming import read_message
from till_service.domain.intake import take
from till_service.domain.ledger import Loaded, Moment, Taken
from till_service.domain.money import AdjustmentRow
from till_service.domain.routing import Placed, Rescue
from till_service.domain.sessions import TillSession, close_of
from till_service.domain.streams import Held, Stamp, Stream, StreamId, Terminal
from till_service.domain.timeline import Timeline
from till_service.domain.verdicts import View, answer, proves
from tillday_contracts.arithmetic import ProductTotals, TenderTotals
from tillday_contracts.journal import strict_json
from tillday_contracts.link import Answers, Hello, Sealed
from tillday_contracts.topics import TerminalAddress


@dataclass(slots=True)
class Tables:
    """What is committed."""

    terminals: dict[TerminalAddress, Terminal] = field(default_factory=dict)
    streams: dict[StreamId, Stream] = field(default_factory=dict)
    positions: dict[tuple[StreamId, int], Held] = field(default_factory=dict)
    rows: dict[str, Stamp] = field(default_factory=dict)
    effects: list[str] = field(default_factory=list)
    """The hash of every entry that had an effect, once per effect: a double shows here."""
    sessions: dict[str, TillSession] = field(default_factory=dict)
    rescues: dict[str, tuple[Rescue, ...]] = field(default_factory=dict)
    placed: dict[str, Placed] = field(default_factory=dict)
    tenders: dict[tuple[str, str], TenderTotals] = field(default_factory=dict)
    products: dict[tuple[str, str], ProductTotals] = field(default_factory=dict)
    safe: Counter[str] = field(default_factory=Counter)
    adjustments: list[AdjustmentRow] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)


class MemoryLedger:
    """One writer. `crash` is asked at each commit which side of it the writer dies on, if any."""

    def __init__(self, chance: random.Random, *, crash: Callable[[], str] = lambda: "") -> None:
        self.tables = Tables()
        self._chance = chance
        self._crash = crash
        self._timeline = Timeline(f"{chance.getrandbits(64):016x}")
        self._gaps: Mapping[TerminalAddress, datetime] = {}

    def register(self, address: TerminalAddress, *, key_id: str, key: bytes) -> None:
        """Make a terminal and its key known."""
        self.tables.terminals[address] = Terminal(address, address.terminal, {key_id: key})

    def journal(self, address: TerminalAddress, data: bytes, *, now: datetime) -> bytes | None:
        """Take one message and return the answer; None where the writer died before it could answer."""
        tables, moment = self.tables, self._moment(now)
        taken = take([read_message(address, data)], self._loaded(), moment)
        died = self._crash()
        if died == "before commit":
            return None
        self._timeline = self._timeline.trying(moment.stamp)
        _store(tables, taken, moment.stamp)
        self._gaps = taken.gaps
        if died == "after commit":
            return None
        items = taken.answers.get(address, ())
        return Answers(items=items).model_dump_json().encode() if items else None

    def hello(self, address: TerminalAddress, data: bytes) -> bytes | None:
        """Answer a HELLO from what is committed; None where its MAC does not hold."""
        sealed = Sealed.model_validate_json(data)
        hello = Hello.model_validate(strict_json(sealed.data))
        stream_id = StreamId(address, hello.epoch)
        terminal, stream = self.tables.terminals[address], self.tables.streams.get(stream_id)
        if not proves(terminal, stream, sealed.data, sealed.mac):
            return None
        seqs = {hello.low_seq - 1, hello.low_seq, hello.head_seq}
        held = {seq: at for seq in seqs if (at := self.tables.positions.get((stream_id, seq))) is not None}
        counts = {self._timeline.name: self._timeline.tried}
        # The view of the tills is told as the terminal tells it: that comparison has schedules of its own.
        view = View(terminal, stream, held, counts, hello.state)
        return Answers(items=answer(hello, view)).model_dump_json().encode()

    def _moment(self, now: datetime) -> Moment:
        return Moment(now=now, stamp=self._timeline.next(), new_id=self._new_id, gaps=self._gaps)

    def _new_id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128))

    def _loaded(self) -> Loaded:
        tables = self.tables
        return Loaded(
            terminals=tables.terminals,
            streams=tables.streams,
            positions=tables.positions,
            rows=tables.rows,
            sessions=tables.sessions,
            rescues=tables.rescues,
            placed=tuple(tables.placed.values()),
            awaited=frozenset(_awaited(tables)),
            tenders=tables.tenders,
        )


def _awaited(tables: Tables) -> Iterator[str]:
    for session_id, session in tables.sessions.items():
        close, store = close_of(session), session.facts.store
        for member in close.manifest if close is not None else ():
            stream = tables.streams.get(StreamId(TerminalAddress(store, member.terminal), member.epoch))
            if stream is None or stream.upto < member.to_seq:
                yield session_id


def _store(tables: Tables, taken: Taken, stamp: Stamp) -> None:
    for stream in taken.streams:
        tables.streams[stream.id] = stream
    for position in taken.positions:
        tables.positions[(position.stream, position.seq)] = Held(position.hash, stamp)
    for row in taken.rows:
        tables.rows[row.entry.hash] = stamp
        tables.effects.append(row.entry.hash)
    for session in (*taken.new_sessions, *taken.changed_sessions):
        tables.sessions[session.facts.session_id] = session
    for rescue in taken.rescues:
        original = rescue.original.session_id
        tables.rescues[original] = (*tables.rescues.get(original, ()), rescue)
    for placed in taken.placed:
        tables.placed[placed.origin.hash] = placed
    for tender_key, totals in taken.tenders.items():
        tables.tenders[tender_key] = tables.tenders.get(tender_key, TenderTotals()).plus(totals)
    for product_key, product in taken.products.items():
        before = tables.products.get(product_key, ProductTotals(product.name, 0, 0))
        tables.products[product_key] = ProductTotals(
            product.name, before.quantity + product.quantity, before.gross + product.gross
        )
    for moved in taken.safe:
        tables.safe[moved.tender] += moved.amount
    tables.adjustments.extend(taken.adjustments)
    tables.tasks.extend(task.text for task in taken.tasks)
    tables.letters.extend(letter.entry.hash for letter in taken.letters)
