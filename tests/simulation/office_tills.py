"""What people of the back office do about tills: closing them from there, and deciding what is undecided."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from simulation.around import Around
from simulation.memory_ledger import Database, guest_journals
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
from till_service.domain.guests import cover_guests, guest_words, refused_to_cover
from till_service.domain.ledger import Moment
from till_service.domain.outcome import outcome
from till_service.domain.sessions import (
    Closed,
    ClosedInBack,
    ClosingCount,
    Open,
    TillSession,
    close_of,
    manifest_of,
    wish_of,
)
from till_service.domain.streams import Stamp
from tillday_contracts.close_evidence import close_code, short_form
from tillday_contracts.close_messages import (
    CloseTill,
    NoEvidence,
    ScannedReport,
    TypedMember,
    TypedReport,
    TypedTender,
)
from tillday_contracts.entries import TillClosed
from tillday_contracts.ids import epoch_code
from tillday_contracts.sharing_messages import CoverGuests, GuestReach
from tillday_contracts.topics import TerminalAddress

WHO: Any = {"by": "MANAGER-1"}


class OfficeTills:
    """Somebody who closes tills from the back office and says what nobody else knows of them."""

    def __init__(self, database: Database, around: Around) -> None:
        self._database = database
        self._around = around

    def close_one(self, running: Iterable[TillSession], now: datetime) -> None:
        """Close the first till that can be: at once where its terminal is silent, else by a wish."""
        for session in running:
            if refused_to_close(session) is not None:
                continue
            assert isinstance(session, Open | ClosingCount)
            heard = self._database.tables.heard.get(TerminalAddress("S1", session.facts.terminal))
            if not answers(heard, now):
                self._close(session, now)
                return
            if wish_of(session) is None and self._chance.random() < 0.05:
                self._wish(session, now)
                return

    def _wish(self, session: Open | ClosingCount, now: datetime) -> None:
        book, word = self._book(now), self._word("somebody else takes over", now)
        wish_closed(book, session, self._number(), word)
        self._keep(book, now)
        self._say(f"wishes till session {session.facts.session_id[:8]} closed", "till wished closed")

    def _close(self, session: Open | ClosingCount, now: datetime) -> None:
        told = self._evidence(session.facts.session_id)
        command = CloseTill.model_construct(
            store="S1", session_id=session.facts.session_id, reason="silent", evidence=told, **WHO
        )
        book, word = self._book(now), self._word(command.reason, now)
        number = self._number() if session.wish is None else session.wish.number
        closed = close_in_back(book, session, number, word)
        evidence = evidence_in(command, at=now)
        if evidence is not None:
            add_evidence(book, closed, evidence, word)
        self._keep(book, now)
        kind = command.evidence.kind
        self._say(f"closes till session {command.session_id[:8]} ({kind})", f"till closed ({kind})")

    def _evidence(self, session_id: str) -> NoEvidence | ScannedReport | TypedReport:
        """The printed report, where the terminal made one and somebody has it at hand: scanned or typed."""
        closes = (body for body in self._around.bodies.values() if isinstance(body, TillClosed))
        own = next((body for body in closes if body.session_id == session_id), None)
        if own is None or self._chance.random() < 0.5:
            return NoEvidence()
        if self._around.office_chance.random() < 0.5:
            return ScannedReport(payload=close_code(own))
        return self._typed(own)

    def _typed(self, own: TillClosed) -> TypedReport:
        """Type the report. Who saves the short forms leaves open what the count covers."""
        tells_members = self._around.office_chance.random() < 0.7 and not own.not_counted
        members = (
            TypedMember(
                terminal=member.terminal,
                code=epoch_code(member.epoch),
                short_form=short_form(member.to_seq, member.to_hash),
            )
            for member in own.manifest
        )
        tenders = (TypedTender(tender=t.tender, counted=t.counted, kept=t.kept) for t in own.tenders)
        return TypedReport(tenders=tuple(tenders), members=tuple(members) if tells_members else ())

    def decide_undecided(self, now: datetime) -> None:
        """Say of one undecided session that no close of its own will come, or what its guests brought."""
        for session in self._database.tables.sessions.values():
            if isinstance(session, ClosedInBack) and close_of(session) is None and session.no_close is None:
                self._say_no_close(session, now)
                return
            known = manifest_of(session)
            if isinstance(session, Closed) and known is not None and known.undecided:
                self._cover(session, sorted(known.undecided), now)
                return

    def _say_no_close(self, session: Closed, now: datetime) -> None:
        if refused_to_say(session) is None:
            book, tables = self._book(now), self._database.tables
            involved = {session.facts.terminal, *self._guests_of(session)}
            streams = [s for s in tables.streams.values() if s.id.address.terminal in involved]
            say_no_close(book, session, [s for s in streams if s.upto], self._word("lost", now))
            self._keep(book, now)
            session_id = session.facts.session_id[:8]
            self._say(f"says that no close of session {session_id} will come", "no close will come")

    def _cover(self, session: Closed, terminals: list[str], now: datetime) -> None:
        """Take what the ledger holds of these guests now as counted."""
        told = tuple(GuestReach(terminal=terminal) for terminal in terminals)
        command = CoverGuests.model_construct(
            store="S1",
            session_id=session.facts.session_id,
            reason="looked into the drawer",
            guests=told,
            **WHO,
        )
        if refused_to_cover(command, session, {}) is None:
            book, word = self._book(now), self._word(command.reason, now)
            journals = guest_journals(self._database.tables, command.session_id)
            cover_guests(book, session, guest_words(command, word, journals, {}), word)
            self._keep(book, now)
            self._say(f"says what guests brought into session {command.session_id[:8]}", "guests covered")

    def _guests_of(self, session: TillSession) -> set[str]:
        return {one.terminal for one in guest_journals(self._database.tables, session.facts.session_id)}

    def _number(self) -> str:
        self._database.tables.back_closes += 1
        return f"B-{self._database.tables.back_closes}"

    def _book(self, now: datetime) -> Book:
        return Book(self._database.tables.loaded(), Moment(now=now, stamp=Stamp("", 0), new_id=self._new_id))

    def _word(self, reason: str, now: datetime) -> Word:
        return Word(self._new_id(), "MANAGER-1", reason, now)

    def _keep(self, book: Book, now: datetime) -> None:
        self._database.tables.keep(outcome(book, answers={}, gaps={}), None, now)

    @property
    def _chance(self) -> random.Random:
        return self._around.chance

    def _new_id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128))

    def _say(self, what: str, briefly: str) -> None:
        self._around.say("back office", what)
        self._around.happened[f"back office: {briefly}"] += 1
