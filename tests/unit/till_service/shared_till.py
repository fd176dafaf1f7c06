"""A shared till for tests: T1 hosts it, T2 sells into it; what each journal says, and what a person says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from till_service.domain.back_office import Word
from till_service.domain.book import Book
from till_service.domain.guests import GuestJournal, cover_guests, guest_words, refused_to_cover
from till_service.domain.ledger import Moment
from till_service.domain.outcome import outcome
from till_service.domain.sessions import Closed
from till_service.domain.streams import Stamp
from tillday_contracts.entries import CashUpStarted, ManifestMember, Sale, TillClosed, TillJoined
from tillday_contracts.messages import Refused
from tillday_contracts.sharing_messages import CoverGuests, GuestReach
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import CASHIER, DAY, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger

TILL = "T1-A"
GUEST_EPOCH = "a1b2c3d4e5f60718"


def host() -> WrittenJournal:
    """The host's journal with its till open at 15000."""
    journal = WrittenJournal()
    journal.begin()
    journal.open_till()
    return journal


def guest(terminal: str = "T2", epoch: str = GUEST_EPOCH) -> WrittenJournal:
    """The journal of a terminal that joined the session."""
    journal = WrittenJournal(
        TerminalAddress("S1", terminal), epoch, key=bytes(range(1, 33)), key_id=epoch, session=SESSION
    )
    journal.begin()
    return journal


def joined(terminal: str = "T2", epoch: str = GUEST_EPOCH) -> WrittenJournal:
    """The journal of a guest."""
    journal = guest(terminal, epoch)
    journal.write(TillJoined(session_id=SESSION, till=TILL, host="T1", business_date=DAY, by="C2"))
    return journal


def sell(journal: WrittenJournal, amount: int) -> Sale:
    """A guest's receipt in the shared session."""
    sale = journal.sale(amount, till=TILL, cashier="C2")
    journal.write(sale)
    return sale


def member(journal: WrittenJournal, to_seq: int | None = None) -> ManifestMember:
    """How far a count goes in a journal: to here, or to a position."""
    at = journal.position(to_seq)
    return ManifestMember(
        terminal=journal.address.terminal, epoch=journal.epoch, to_seq=at.seq, to_hash=at.hash
    )


def close(
    journal: WrittenJournal, expected: int, *members: ManifestMember, not_counted: tuple[str, ...] = ()
) -> TillClosed:
    """The host's cash-up, with the guests that it counted and those that it could not ask."""
    journal.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    closed = journal.closing(expected)
    told = closed.model_copy(update={"manifest": (*closed.manifest, *members), "not_counted": not_counted})
    journal.write(told)
    return told


@dataclass
class Shop:
    """A ledger that knows both terminals."""

    journals: tuple[WrittenJournal, ...]
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        for journal in self.journals:
            self.ledger.register(journal)

    def arrive(self, *journals: WrittenJournal) -> Ledger:
        """Let whole journals arrive, one after the other."""
        for journal in journals:
            self.ledger.take(journal, journal.message())
        return self.ledger

    def places(self) -> dict[int, str]:
        """Where each amount is."""
        return {p.body.total: p.placement for p in self.ledger.placed.values() if isinstance(p.body, Sale)}

    def said(self, *guests: GuestReach) -> Refused | None:
        """What comes of a supervisor's word on guests."""
        command = CoverGuests(
            message_id=UUID(int=7),
            correlation_id=UUID(int=7),
            occurred_at=datetime(2026, 3, 14, 20, tzinfo=UTC),
            by="SV1",
            store="S1",
            session_id=SESSION,
            reason="Read from the tablet",
            guests=guests,
        )
        return self._decide(command)

    def _decide(self, command: CoverGuests) -> Refused | None:
        session = self.ledger.sessions.get(SESSION)
        receipts = {
            (p.origin.terminal, p.body.number): (p.origin.epoch, p.origin.seq, p.origin.hash)
            for p in self.ledger.placed.values()
            if isinstance(p.body, Sale)
        }
        refused = refused_to_cover(command, session, receipts)
        if refused is not None:
            return refused
        assert isinstance(session, Closed)
        streams = [self.ledger.streams[stream] for owner, stream in self.ledger.guests if owner == SESSION]
        journals = [GuestJournal(s.id.address.terminal, s.id.epoch, s.upto, s.head_hash) for s in streams]
        moment = Moment(self.ledger.now, Stamp("a" * 16, 99), lambda: next(self.ledger.ids))
        word = Word(command.message_id, command.by, command.reason, command.occurred_at)
        book = Book(self.ledger.loaded(), moment)
        cover_guests(book, session, guest_words(command, word, journals, receipts), word)
        self.ledger.commit(outcome(book, answers={}, gaps={}))
        return None
