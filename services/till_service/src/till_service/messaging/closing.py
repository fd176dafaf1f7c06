"""Closing a till from the back office, saying that no close will come, placing guests: each answered once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from service_kit.database import Connection
from till_service.domain.back_office import (
    Word,
    add_evidence,
    answers,
    close_in_back,
    decided_now,
    evidence_in,
    refused_to_close,
    refused_to_say,
    say_no_close,
    wish_closed,
)
from till_service.domain.book import Book
from till_service.domain.closes import Evidence
from till_service.domain.giving_up import give_up, named_by, refused_to_give_up
from till_service.domain.guests import cover_guests, guest_words, refused_to_cover, with_words
from till_service.domain.ledger import Loaded, Moment
from till_service.domain.outcome import outcome
from till_service.domain.permission import CLOSE_TILL
from till_service.domain.sessions import (
    Closed,
    ClosedInBack,
    ClosingCount,
    Open,
    OpeningCount,
    TillSession,
    manifest_of,
    status_of,
)
from till_service.domain.streams import Stamp, Stream, StreamId
from till_service.messaging.allowed import Allowed
from till_service.messaging.journal import Surroundings
from till_service.persistence import guests, words
from till_service.persistence.storing import LedgerWrite, store
from tillday_contracts.close_evidence import UnreadableEvidence
from tillday_contracts.close_messages import CloseTill, SayNoClose, TillClosedInBack
from tillday_contracts.messages import Done, Refused
from tillday_contracts.sharing_messages import CoverGuests
from tillday_contracts.topics import TerminalAddress

log = structlog.get_logger()

_NO_STAMP = Stamp("", 0)
"""A person's word takes no position in any journal, so nothing asks for its stamp."""


@dataclass(frozen=True)
class Closing:
    """Answers CloseTill, SayNoClose and CoverGuests."""

    around: Surroundings
    allowed: Allowed

    async def close_till(self, command: CloseTill) -> bytes:
        """Close a till, or add evidence to a close from here; a repeat gets the same answer."""
        return await self.allowed.once(command, CLOSE_TILL, partial(self._close, command))

    async def say_no_close(self, command: SayNoClose) -> bytes:
        """Decide what an undecided session holds; a repeat gets the same answer."""
        return await self.allowed.once(command, CLOSE_TILL, partial(self._say, command))

    async def cover_guests(self, command: CoverGuests) -> bytes:
        """Decide which sales of guests a count covered; a repeat gets the same answer."""
        return await self.allowed.once(command, CLOSE_TILL, partial(self._cover, command))

    async def _close(self, command: CloseTill, connection: Connection) -> Done | Refused:
        now = self.around.now()
        try:
            evidence = evidence_in(command, at=now)
        except UnreadableEvidence as error:
            return Refused(code="unreadable_evidence", text=str(error))
        loaded = await words.lock_session(connection, command.store, command.session_id)
        session = loaded.sessions.get(command.session_id) if loaded is not None else None
        refused = refused_to_close(session)
        if (
            refused is not None
            or loaded is None
            or not isinstance(session, Open | ClosingCount | ClosedInBack)
        ):
            return refused or Refused(code="closed", text="This till is closed already.")
        word = _word(command, loaded, session, now)
        return await self._closed(connection, loaded, session, (evidence, word))

    async def _ended(
        self, connection: Connection, book: Book, session: Open | ClosingCount, word: Word
    ) -> Open | ClosingCount | ClosedInBack:
        """Close a till whose terminal is silent; wish it closed where the terminal hears of it first."""
        facts = session.facts
        heard = answers(await self._heard_at(connection, session), word.at)
        told = "is wished closed" if heard else "was closed"
        log.warning(f"a till {told} from the back office", session=facts.session_id, by=word.by)
        if heard and session.wish is not None:
            return session
        number = (
            await words.next_number(connection, facts.store) if session.wish is None else session.wish.number
        )
        ended = wish_closed if heard else close_in_back
        return ended(book, session, number, word)

    async def _closed(
        self,
        connection: Connection,
        loaded: Loaded,
        session: Open | ClosingCount | ClosedInBack,
        told: tuple[Evidence | None, Word],
    ) -> TillClosedInBack:
        evidence, word = told
        if evidence is not None and evidence.manifest is not None and manifest_of(session) is None:
            loaded = await words.load_covered(connection, loaded, session, evidence.manifest)
        book = Book(loaded, self._moment(word.at))
        if not isinstance(session, ClosedInBack):
            session = await self._ended(connection, book, session, word)
        if evidence is not None:
            session = add_evidence(book, session, evidence, word)
        await self._store(connection, book)
        back = session.back if isinstance(session, ClosedInBack) else session.wish
        assert back is not None
        return TillClosedInBack(number=back.number, status=status_of(session))

    async def _say(self, command: SayNoClose, connection: Connection) -> Done | Refused:
        now = self.around.now()
        loaded = await words.lock_session(connection, command.store, command.session_id)
        session = loaded.sessions.get(command.session_id) if loaded is not None else None
        if session is None or isinstance(session, OpeningCount):
            return await self._give_up(connection, command, now)
        refused = refused_to_say(session)
        if refused is not None:
            return refused
        assert loaded is not None
        assert isinstance(session, Closed)
        streams = _streams(loaded.streams)
        loaded = await words.load_covered(connection, loaded, session, decided_now(session, streams))
        book = Book(loaded, self._moment(now))
        say_no_close(book, session, streams, _word(command, loaded, session, now))
        await self._store(connection, book)
        return Done()

    async def _give_up(self, connection: Connection, command: SayNoClose, now: datetime) -> Done | Refused:
        loaded = await words.lock_parked(connection, command.store, command.session_id)
        session = loaded.sessions.get(command.session_id)
        if session is None and loaded.placed:
            session = named_by(loaded.placed)
        if not isinstance(session, OpeningCount):
            return refused_to_say(session) or Refused(code="counted", text="The till was counted meanwhile.")
        heard_at = await self._heard_at(connection, session)
        refused = refused_to_give_up(session, heard_at=heard_at, now=now)
        if refused is not None:
            return refused
        book = Book(loaded, self._moment(now))
        give_up(book, session, _word(command, loaded, session, now))
        await self._store(connection, book)
        log.warning("a session was given up before its count", session=command.session_id, by=command.by)
        return Done()

    async def _heard_at(self, connection: Connection, session: TillSession) -> datetime | None:
        return await words.heard_at(connection, TerminalAddress(session.facts.store, session.facts.terminal))

    async def _cover(self, command: CoverGuests, connection: Connection) -> Done | Refused:
        loaded = await words.lock_session(connection, command.store, command.session_id)
        session = loaded.sessions.get(command.session_id) if loaded is not None else None
        numbers = [guest.through for guest in command.guests if guest.through is not None]
        receipts = await guests.read_receipts(connection, command.session_id, numbers)
        refused = refused_to_cover(command, session, receipts)
        if refused is not None:
            return refused
        assert loaded is not None
        assert isinstance(session, Closed)
        journals = await guests.read_journals(connection, command.session_id)
        word = _word(command, loaded, session, self.around.now())
        said = guest_words(command, word, journals, receipts)
        covered = manifest_of(with_words(session, said))
        assert covered is not None
        loaded = await words.load_covered(connection, loaded, session, covered)
        book = Book(loaded, self._moment(word.at))
        cover_guests(book, session, said, word)
        await self._store(connection, book)
        return Done()

    def _moment(self, now: datetime) -> Moment:
        return Moment(now=now, stamp=_NO_STAMP, new_id=self.around.new_id)

    async def _store(self, connection: Connection, book: Book) -> None:
        taken = outcome(book, answers={}, gaps={})
        await store(connection, taken, LedgerWrite(0, book.moment))


def _streams(streams: Mapping[StreamId, Stream]) -> list[Stream]:
    return [stream for stream in streams.values() if stream.upto]


def _word(
    command: CloseTill | SayNoClose | CoverGuests, loaded: Loaded, session: TillSession, now: datetime
) -> Word:
    terminal = loaded.terminals.get(TerminalAddress(session.facts.store, session.facts.terminal))
    epoch = terminal.current_epoch if terminal is not None else None
    present = next((s for s in loaded.streams.values() if s.id.epoch == epoch), None)
    return Word(command.message_id, command.by, command.reason, now, present)
