"""Two writers over one ledger in memory: till_service between its messages and PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from simulation.settings import SETTINGS
from simulation.tables import Tables
from store_service.domain.admission import JournalKey
from till_service.domain import incoming
from till_service.domain.asked import NOTHING_ASKED, Asked, asked_by
from till_service.domain.guests import GuestJournal, hosts_part, refused_to_tell, totals_answer
from till_service.domain.intake import take
from till_service.domain.ledger import Moment, Taken
from till_service.domain.sessions import Closed, OpeningCount, TillSession
from till_service.domain.streams import Stream, StreamId, Terminal
from till_service.domain.timeline import Timeline, renewed
from till_service.domain.verdicts import View, answer, proves, till_state
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.asks import Ask, Reply
from tillday_contracts.entries import TillState
from tillday_contracts.journal import strict_json
from tillday_contracts.link import Fork, Hello, Sealed, Verdict
from tillday_contracts.topics import TerminalAddress

Said = Mapping[TerminalAddress, Sequence[Verdict]]
Crash = Callable[[], str]
"""Asked at each commit: "" or how it ends: before or after it, aborted, or unknown: kept or lost."""

# The same bytes come often in a run, and reading them is a function of them alone.
read_bytes = lru_cache(maxsize=2**13)(incoming._read)
incoming._read = read_bytes
read_message = lru_cache(maxsize=2**12)(incoming.read_message)
TENDERS = tuple(tender.tender for tender in SETTINGS.tenders)
LOST = ("before commit", "aborted", "unknown: lost")


@lru_cache(maxsize=2**10)
def read_hello(data: bytes) -> tuple[Sealed, Hello]:
    """Read a HELLO in its seal."""
    sealed = Sealed.model_validate_json(data)
    return sealed, Hello.model_validate(strict_json(sealed.data))


def forget_what_was_read() -> None:
    """Let go of what was read in a run: no bytes of it ever come again."""
    read_bytes.cache_clear()
    read_message.cache_clear()
    read_hello.cache_clear()


class Database:
    """The one database. Its `generation` rises whenever every connection to it breaks."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.generation = 0

    def register(self, address: TerminalAddress, *, till: str, key_id: str, key: bytes) -> None:
        """Make a terminal and its key known."""
        self.tables.terminals[address] = Terminal(address, till, {key_id: key})
        self.tables.keys[address] = (JournalKey(key_id, key),)

    def restore(self, backup: Tables) -> None:
        """Put the database back."""
        self.tables = backup.copied()
        self.generation += 1


class Writer:
    """One till_service process: from its birth to its death it has one timeline, or a new one after a
    restore.
    """

    def __init__(self, name: str, database: Database, chance: random.Random, crash: Crash) -> None:
        self.name = name
        self._database = database
        self._chance = chance
        self._crash = crash
        self._timeline: Timeline | None = None
        self._generation = -1
        self._gaps: Mapping[TerminalAddress, datetime] = {}

    def reborn(self) -> None:
        """The process ended and another one began."""
        self._timeline, self._generation, self._gaps = None, -1, {}

    def journal(self, batch: Sequence[tuple[TerminalAddress, bytes]], *, now: datetime) -> Said | None:
        """Take a batch and return the answers; None where nobody is left, or able, to answer."""
        timeline = self._connected()
        moment = Moment(now=now, stamp=timeline.next(), new_id=self._new_id, gaps=self._gaps)
        messages = [read_message(address, data) for address, data in batch]
        taken = take(messages, self._database.tables.loaded(), moment)
        if not self._commit(taken, moment, timeline):
            return None
        self._gaps = taken.gaps
        return {address: self._complete(address, items) for address, items in taken.answers.items()}

    def _commit(self, taken: Taken, moment: Moment, timeline: Timeline) -> bool:
        """Commit, and say whether this process knows that it did: then, and only then, it answers."""
        end = self._crash()
        if taken.writes:
            self._timeline = timeline.trying(moment.stamp)
            if end not in LOST:
                self._database.tables.keep(taken, moment.stamp, moment.now)
        if end:
            self._end(end)
        return not end

    def _end(self, end: str) -> None:
        if end == "aborted":
            return  # another transaction was in the way: process and connection live on
        if end.startswith("unknown"):
            self._generation = -1  # the process lives; its connection broke while it committed
        else:
            self.reborn()

    def _connected(self) -> Timeline:
        """Read the own row on each new connection, and begin a new timeline where it is missing or low."""
        tables = self._database.tables
        if self._timeline is None or self._generation != self._database.generation:
            row = tables.timelines.get(self._timeline.name) if self._timeline is not None else None
            self._timeline = renewed(self._timeline, row=row, fresh=f"{self._chance.getrandbits(64):016x}")
            tables.timelines.setdefault(self._timeline.name, 0)
            self._generation = self._database.generation
        return self._timeline

    def _complete(self, address: TerminalAddress, items: Sequence[Verdict]) -> list[Verdict]:
        return [
            item.model_copy(update={"state": self._state(address, StreamId(address, item.epoch))})
            if isinstance(item, Fork) and not item.state
            else item
            for item in items
        ]

    def hello(self, address: TerminalAddress, data: bytes) -> tuple[Verdict, ...]:
        """Answer a HELLO from what is committed; nothing where its MAC does not hold."""
        tables = self._database.tables
        sealed, hello = read_hello(data)
        stream_id = StreamId(address, hello.epoch)
        terminal, stream = tables.terminals[address], tables.streams.get(stream_id)
        if not proves(terminal, stream, sealed.data, sealed.mac):
            return ()
        seqs = {hello.low_seq - 1, hello.low_seq, hello.head_seq}
        held = {seq: at for seq in seqs if (at := tables.positions.get((stream_id, seq))) is not None}
        counts = {name: tables.timelines[name] for name in hello.acked if name in tables.timelines}
        return answer(hello, View(terminal, stream, held, counts, self._state(address, stream_id)))

    def totals(self, address: TerminalAddress, data: bytes) -> Reply:
        """Tell a host what its guests brought."""
        tables, ask = self._database.tables, Ask.model_validate_json(data)
        session_id = ask.session_id or ""
        refused = refused_to_tell(ask.request_id, tables.sessions.get(session_id), address.terminal)
        if refused is not None:
            return Reply(content=refused)
        journals, brought = guest_journals(tables, session_id), brought_by_guests(tables, session_id)
        return Reply(content=totals_answer(ask.request_id, session_id, journals=journals, totals=brought))

    def _state(self, address: TerminalAddress, stream_id: StreamId) -> tuple[TillState, ...]:
        tables = self._database.tables
        session = newest_session(tables, address)
        if session is None:
            return ()
        stream: Stream | None = tables.streams.get(stream_id)
        session_id = session.facts.session_id
        held = ((tender, tables.tenders.get((session_id, tender))) for tender in TENDERS)
        own = {tender: totals for tender, totals in held if totals is not None}
        if not isinstance(session, Closed):  # a host knows its own part, and that of guests when it counts
            own = hosts_part(own, brought_by_guests(tables, session_id))
        numbers = (stream.last_receipt, stream.last_cash_up) if stream is not None else (0, 0)
        asked = self._asked(session)
        return (
            till_state(session, totals=own, last_receipt=numbers[0], last_cash_up=numbers[1], asked=asked),
        )

    def _asked(self, session: TillSession) -> Asked:
        tables, facts = self._database.tables, session.facts
        stream = StreamId(TerminalAddress(facts.store, facts.terminal), facts.epoch)
        start = tables.positions.get((stream, facts.start_seq))
        if start is None or not isinstance(session, OpeningCount):
            return NOTHING_ASKED
        body = tables.journal[start.hash][0].entry.body
        return asked_by(body) if body is not None else NOTHING_ASKED

    def _new_id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128))


def brought_by_guests(tables: Tables, session_id: str) -> dict[tuple[str, str], TenderTotals]:
    """Return what each guest brought into a session, by terminal and tender."""
    brought = tables.guest_tenders.items()
    return {(guest, tender): totals for (session, guest, tender), totals in brought if session == session_id}


def guest_journals(tables: Tables, session_id: str) -> list[GuestJournal]:
    """Return the journals of a session's guests, each guest's oldest first."""
    joined = {stream for session, stream in tables.guests if session == session_id}
    streams = (stream for stream in tables.streams.values() if stream.id in joined)
    return [GuestJournal(s.id.address.terminal, s.id.epoch, s.upto, s.head_hash) for s in streams]


def newest_session(tables: Tables, address: TerminalAddress) -> TillSession | None:
    """Return the session of a terminal that became known last."""
    own = (s for s in reversed(tables.sessions.values()) if s.facts.terminal == address.terminal)
    return next(own, None)
