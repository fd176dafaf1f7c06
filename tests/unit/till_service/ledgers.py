"""A ledger in memory for the rules: it stores sets and decides nothing, like the tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from till_service.domain.back_office import (
    Word,
    add_evidence,
    answers,
    close_in_back,
    evidence_in,
    refused_to_close,
    refused_to_say,
    say_no_close,
    wish_closed,
)
from till_service.domain.book import Book
from till_service.domain.closes import BackClose, Close
from till_service.domain.giving_up import give_up, named_by, refused_to_give_up
from till_service.domain.incoming import read_message
from till_service.domain.intake import take
from till_service.domain.ledger import GuestKey, JournalRow, Letter, Loaded, Moment, Taken
from till_service.domain.manifest import Manifest
from till_service.domain.money import AdjustmentRow, SafeRow, Task
from till_service.domain.outcome import outcome
from till_service.domain.routing import Placed, Rescue
from till_service.domain.sessions import Closed, ClosedInBack, ClosingCount, Open, OpeningCount, TillSession
from till_service.domain.streams import Held, Stamp, Stream, StreamId, Terminal
from tillday_contracts.arithmetic import ProductTotals, TenderTotals
from tillday_contracts.close_messages import CloseTill, SayNoClose
from tillday_contracts.link import Verdict
from tillday_contracts.messages import Event, Refused
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import NOON, WrittenJournal


def counting_ids() -> Iterator[UUID]:
    n = 0
    while True:
        n += 1
        yield UUID(int=n)


@dataclass
class Ledger:
    """What is committed, and the stamp of the next transaction."""

    terminals: dict[TerminalAddress, Terminal] = field(default_factory=dict)
    streams: dict[StreamId, Stream] = field(default_factory=dict)
    positions: dict[tuple[StreamId, int], Held] = field(default_factory=dict)
    rows: dict[str, Stamp] = field(default_factory=dict)
    journal: dict[str, JournalRow] = field(default_factory=dict)
    sealed: set[tuple[str, date]] = field(default_factory=set)
    sessions: dict[str, TillSession] = field(default_factory=dict)
    closes: dict[str, Close] = field(default_factory=dict)
    back_closes: dict[str, BackClose] = field(default_factory=dict)
    manifests: dict[tuple[str, str], Manifest] = field(default_factory=dict)
    rescues: dict[str, tuple[Rescue, ...]] = field(default_factory=dict)
    placed: dict[str, Placed] = field(default_factory=dict)
    safe: list[SafeRow] = field(default_factory=list)
    adjustments: list[AdjustmentRow] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    tenders: dict[tuple[str, str], TenderTotals] = field(default_factory=dict)
    products: dict[tuple[str, str], ProductTotals] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    gaps: dict[TerminalAddress, datetime] = field(default_factory=dict)
    guests: dict[GuestKey, int] = field(default_factory=dict)
    guest_tenders: dict[tuple[str, str, str], TenderTotals] = field(default_factory=dict)
    turns: dict[tuple[str, str], int] = field(default_factory=dict)
    timeline: str = "a" * 16
    c: int = 0
    numbers: int = 0
    now: datetime = NOON
    ids: Iterator[UUID] = field(default_factory=counting_ids)

    def register(self, journal: WrittenJournal) -> None:
        known = self.terminals.get(journal.address)
        keys = {**(known.keys if known else {}), journal.key_id: journal.key}
        self.terminals[journal.address] = Terminal(journal.address, journal.till, keys)

    def loaded(self) -> Loaded:
        return Loaded(
            terminals=self.terminals,
            streams=self.streams,
            positions=self.positions,
            rows=self.rows,
            sealed=frozenset(self.sealed),
            sessions=self.sessions,
            rescues=self.rescues,
            placed=tuple(self.placed.values()),
            awaited=frozenset(self.awaited()),
            tenders=self.tenders,
            guests=self.guests,
            turns=self.turns,
        )

    def awaited(self) -> Iterator[str]:
        """The closes that count more of a journal than has arrived."""
        for session_id, close in self.closes.items():
            store = self.sessions[session_id].facts.store
            streams = (StreamId(TerminalAddress(store, m.terminal), m.epoch) for m in close.manifest)
            reached = [self.streams[s].upto if s in self.streams else 0 for s in streams]
            if any(m.to_seq > upto for m, upto in zip(close.manifest, reached, strict=True)):
                yield session_id

    def decide(
        self,
        *messages: tuple[TerminalAddress, bytes],
        condemned: dict[str, str] | None = None,
        window: int = 256,
    ) -> Taken:
        """Decide a batch without committing it."""
        moment = Moment(
            now=self.now,
            stamp=Stamp(self.timeline, self.c + 1),
            new_id=lambda: next(self.ids),
            window=window,
            gaps=dict(self.gaps),
            condemned=condemned or {},
        )
        return take([read_message(address, data) for address, data in messages], self.loaded(), moment)

    def take(
        self, journal: WrittenJournal, *messages: bytes, condemned: dict[str, str] | None = None
    ) -> tuple[Verdict, ...]:
        """Take messages of one terminal and commit; returns the answers."""
        taken = self.decide(*((journal.address, message) for message in messages), condemned=condemned)
        self.commit(taken)
        return taken.answers.get(journal.address, ())

    def commit(self, taken: Taken) -> None:
        if taken.writes:
            self.c += 1
        stamp = Stamp(self.timeline, self.c)
        self.streams |= {stream.id: stream for stream in taken.streams}
        self.positions |= {(p.stream, p.seq): Held(p.hash, stamp) for p in taken.positions}
        for row in taken.rows:
            assert row.entry.hash not in self.journal, "an entry enters the ledger once"
            self.rows[row.entry.hash] = stamp
            self.journal[row.entry.hash] = row
        for session in (*taken.new_sessions, *taken.changed_sessions):
            self.sessions[session.facts.session_id] = session
        self._totals(taken)
        self.closes |= taken.closes
        self.back_closes |= taken.back_closes
        for key, told in taken.evidence.items():
            if told.manifest is not None:
                self.manifests[key, "evidence"] = told.manifest
        self.manifests |= {(key, "no_close"): n.manifest for key, n in taken.no_closes.items()}
        self.guests |= taken.guests
        for rescue in taken.rescues:
            self.rescues[rescue.original.session_id] = (rescue,)
        self.placed |= {placed.origin.hash: placed for placed in taken.placed}
        self.safe += taken.safe
        self.adjustments += taken.adjustments
        self.tasks += taken.tasks
        self.letters += taken.letters
        self.events += taken.events
        self.gaps = dict(taken.gaps)

    def _totals(self, taken: Taken) -> None:
        for key, totals in taken.tenders.items():
            self.tenders[key] = self.tenders.get(key, TenderTotals()).plus(totals)
        for own, totals in taken.guest_tenders.items():
            self.guest_tenders[own] = self.guest_tenders.get(own, TenderTotals()).plus(totals)
        for key, delta in taken.products.items():
            old = self.products.get(key, ProductTotals(delta.name, 0, 0))
            self.products[key] = ProductTotals(
                old.name, old.quantity + delta.quantity, old.gross + delta.gross
            )

    def totals_of(self, session_id: str) -> dict[str, TenderTotals]:
        return {tender: totals for (owner, tender), totals in self.tenders.items() if owner == session_id}

    def close_till(self, command: CloseTill, *, heard_at: datetime | None = None) -> str:
        """Let the back office close a till, or wish it closed where its terminal answers."""
        session = self.sessions[command.session_id]
        assert refused_to_close(session) is None
        assert isinstance(session, Open | ClosingCount | ClosedInBack)
        book, word = self._word(command)
        if not isinstance(session, ClosedInBack):
            session = self._ended(book, session, word, heard_at=heard_at)
        evidence = evidence_in(command, at=self.now)
        if evidence is not None:
            session = add_evidence(book, session, evidence, word)
        self.commit(outcome(book, answers={}, gaps=self.gaps))
        back = session.back if isinstance(session, ClosedInBack) else session.wish
        assert back is not None
        return back.number

    def _ended(
        self, book: Book, session: Open | ClosingCount, word: Word, *, heard_at: datetime | None
    ) -> Open | ClosingCount | ClosedInBack:
        self.numbers += session.wish is None
        number = f"B-{self.numbers}"
        if not answers(heard_at, self.now):
            return close_in_back(book, session, number, word)
        return session if session.wish is not None else wish_closed(book, session, number, word)

    def say_no_close(self, command: SayNoClose) -> None:
        """Let a supervisor say that the terminal's own close will never come."""
        session = self.sessions[command.session_id]
        assert refused_to_say(session) is None
        assert isinstance(session, Closed)
        book, word = self._word(command)
        host = TerminalAddress(session.facts.store, session.facts.terminal)
        joined = {stream for owner, stream in self.guests if owner == command.session_id}
        streams = [s for s in self.streams.values() if s.id.address == host or s.id in joined]
        say_no_close(book, session, streams, word)
        self.commit(outcome(book, answers={}, gaps=self.gaps))

    def give_up(self, command: SayNoClose, *, heard_at: datetime | None = None) -> Refused | None:
        """Let a supervisor say that not even an opening count will come."""
        known = self.sessions.get(command.session_id)
        named = [p for p in self.placed.values() if p.body.session_id == command.session_id]
        parked = [placed for placed in named if placed.placement == "parked"]
        session = known if known is not None else named_by(parked)
        assert isinstance(session, OpeningCount)
        refused = refused_to_give_up(session, heard_at=heard_at, now=self.now)
        if refused is None:
            book, word = self._word(command)
            give_up(book, session, word)
            self.commit(outcome(book, answers={}, gaps=self.gaps))
        return refused

    def _word(self, command: CloseTill | SayNoClose) -> tuple[Book, Word]:
        moment = Moment(now=self.now, stamp=Stamp(self.timeline, self.c + 1), new_id=lambda: next(self.ids))
        return Book(self.loaded(), moment), Word(command.message_id, command.by, command.reason, self.now)

    def expected(self, session_id: str, tender: str = "cash") -> int:
        """What the ledger thinks is in the drawer."""
        return self.tenders.get((session_id, tender), TenderTotals()).expected

    def events_of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]
