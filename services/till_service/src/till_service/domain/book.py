"""The working book of one batch: totals, sessions and placed entries as they change, entry by entry."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from till_service.domain.closes import BackClose, Close, Evidence, GuestWord, NoClose
from till_service.domain.incoming import JournalEntry
from till_service.domain.ledger import (
    CloseMember,
    GuestKey,
    JournalRow,
    Letter,
    Loaded,
    Moment,
    PositionRow,
)
from till_service.domain.money import (
    AdjustmentRow,
    CountRow,
    LeftMoney,
    SafeRow,
    Unidentified,
    loan_or_pickup,
    moved_at_close,
    moved_by_report,
)
from till_service.domain.posting_sums import PostingSums
from till_service.domain.routing import Origin, Placed, Rescue, outstanding_rescue
from till_service.domain.sessions import NotFinal, SessionFacts, TillSession, close_of, evidence_of
from till_service.domain.streams import Held, Stamp, Stream, StreamId
from tillday_contracts.arithmetic import (
    NO_TOTALS,
    ProductTotals,
    TenderTotals,
    fold_movement,
    fold_products,
    fold_tenders,
)
from tillday_contracts.entries import Movement, Sale
from tillday_contracts.messages import Event
from tillday_contracts.topics import TerminalAddress


class Book:
    """Starts as what was loaded; every change is kept apart from it, to be stored as sets."""

    def __init__(self, loaded: Loaded, moment: Moment) -> None:
        self.loaded = loaded
        self.moment = moment
        self.streams: dict[StreamId, Stream] = {}
        self.current_epochs: dict[TerminalAddress, str] = {}
        self.positions: dict[tuple[StreamId, int], str] = {}
        self.rows: dict[str, JournalRow] = {}
        self.sessions: dict[str, TillSession] = {}
        self.rescues: dict[str, Rescue] = {}
        self.closes: dict[str, Close] = {}
        self.back_closes: dict[str, BackClose] = {}
        self.evidence: dict[str, Evidence] = {}
        self.no_closes: dict[str, NoClose] = {}
        self.guest_words: dict[str, tuple[GuestWord, ...]] = {}
        self.guests: dict[GuestKey, int] = {}
        self.close_members: dict[tuple[str, StreamId], CloseMember] = {}
        self.placed: dict[str, Placed] = {}
        self.withdrawn: list[Placed] = []
        self.tenders: dict[tuple[str, str], TenderTotals] = {}
        self.guest_tenders: dict[tuple[str, str, str], TenderTotals] = {}
        self.products: dict[tuple[str, str], ProductTotals] = {}
        self.sums = PostingSums()
        self.members: dict[tuple[str, str, str], int] = {}
        self.safe: dict[tuple[str, str], SafeRow] = {}
        self.adjustments: list[AdjustmentRow] = []
        self.counts: list[CountRow] = []
        self.left_money: list[LeftMoney] = []
        self.unidentified: list[Unidentified] = []
        self.reviewed: set[str] = set()
        self.touched_rescues: set[str] = set()
        self.letters: list[Letter] = []
        self.events: dict[TerminalAddress, list[Event]] = {}

    @property
    def is_untouched(self) -> bool:
        """Say whether no entry took a position, had an effect or went to the desk: then nothing else did."""
        return not (self.positions or self.rows or self.letters)

    def stream(self, stream_id: StreamId) -> Stream | None:
        """Return a stream as it stands now."""
        return self.streams.get(stream_id) or self.loaded.streams.get(stream_id)

    def held(self, stream_id: StreamId, seq: int) -> Held | None:
        """Return what stands at a position now, this batch's own positions included."""
        own = self.positions.get((stream_id, seq))
        if own is not None:
            return Held(own, self.moment.stamp)
        return self.loaded.positions.get((stream_id, seq))

    def row_stamp(self, hash_: str) -> Stamp | None:
        """Return the stamp of the journal row with this hash, if there is one."""
        return self.moment.stamp if hash_ in self.rows else self.loaded.rows.get(hash_)

    def consume(self, stream: Stream, entry: JournalEntry) -> None:
        """Take the position of an entry in its stream."""
        self.positions[(stream.id, entry.seq)] = entry.hash
        self.streams[stream.id] = stream.upto_entry(entry.seq, entry.hash)

    def position_rows(self) -> tuple[PositionRow, ...]:
        """Return the positions consumed, in order of arrival."""
        return tuple(PositionRow(stream, seq, hash_) for (stream, seq), hash_ in self.positions.items())

    def session(self, session_id: str, store: str) -> TillSession | None:
        """Return a session of this store as it stands now."""
        found = self.sessions.get(session_id) or self.loaded.sessions.get(session_id)
        return found if found is not None and found.facts.store == store else None

    def put_session(self, session: TillSession) -> None:
        """Keep a new or changed session; its printed report takes effect on the safe when it begins to count.

        A report that the terminal's own close stands above never does.
        """
        before = self.session(session.facts.session_id, session.facts.store)
        self.sessions[session.facts.session_id] = session
        told = evidence_of(session) if close_of(session) is None else None
        if told is not None and (before is None or evidence_of(before) is None):
            for row in moved_by_report(session.facts, told, sign=1):
                self.add_safe(row)

    def not_final_of(self, store: str, till: str) -> list[TillSession]:
        """Return the regular sessions of a till that are not closed, late ones aside."""
        now = {**self.loaded.sessions, **self.sessions}.values()
        facts = ((session, session.facts) for session in now if isinstance(session, NotFinal))
        return [session for session, f in facts if (f.store, f.till) == (store, till) and not f.late]

    def join(self, session_id: str, stream: StreamId, seq: int) -> None:
        """Let a terminal sell into a session from a position of its journal on; the first word counts."""
        if (session_id, stream) not in self.loaded.guests:
            self.guests.setdefault((session_id, stream), seq)

    def is_guest(self, origin: Origin, session_id: str) -> bool:
        """Say whether an entry's terminal had joined a session when it wrote the entry."""
        key = (session_id, StreamId(TerminalAddress(origin.store, origin.terminal), origin.epoch))
        joined = self.loaded.guests.get(key, self.guests.get(key))
        return joined is not None and joined < origin.seq

    def rescue_of(self, original: SessionFacts) -> Rescue:
        """Return the outstanding rescue session of a session, made now if there is none."""
        known = self.rescues.get(original.session_id)
        if known is None:
            known = outstanding_rescue(original, self.loaded.rescues.get(original.session_id, ()))
            self.rescues[original.session_id] = known
        self.touched_rescues.add(known.session_id)
        return known

    def close(self, session: TillSession, close: Close) -> None:
        """Keep a close, how far it counts in each journal, and what it moved to the safe.

        What a printed report of this close put into the safe is taken back: the close itself says it now.
        """
        facts, reported = session.facts, evidence_of(session)
        self.closes[facts.session_id] = close
        for member in close.manifest:
            stream = StreamId(TerminalAddress(facts.store, member.terminal), member.epoch)
            known = self.close_members.get((facts.session_id, stream))
            to_seq = max(member.to_seq, known.to_seq if known is not None else 0)
            self.close_members[(facts.session_id, stream)] = CloseMember(facts.session_id, stream, to_seq)
        for row in moved_at_close(facts, close):
            self.add_safe(row)
        for row in moved_by_report(facts, reported, sign=-1) if reported is not None else ():
            self.add_safe(row)

    def placed_in(self, session_id: str, placement: str) -> list[Placed]:
        """Return the entries in one place, as far as they are loaded or in this batch."""
        now = self._placed_now().values()
        return [one for one in now if (one.session_id, one.placement) == (session_id, placement)]

    def rescued_from(self, facts: SessionFacts) -> list[Placed]:
        """Return what names a session and is in its rescue session, as far as it is loaded."""
        found = (one for one in self._placed_now().values() if one.body.session_id == facts.session_id)
        return [one for one in found if (one.placement, one.origin.store) == ("rescue", facts.store)]

    def _placed_now(self) -> dict[str, Placed]:
        return {placed.origin.hash: placed for placed in self.loaded.placed} | self.placed

    def place(self, placed: Placed, before: Placed | None = None) -> None:
        """Put an entry into its place, out of the one it was in before, and keep all totals right."""
        if before is not None and before.counts:
            self._fold(before, sign=-1)
            if before.body != placed.body:
                self.withdrawn.append(before)
        self.touched_rescues |= {one.session_id for one in (placed, before) if one and one.came_late}
        self.placed[placed.origin.hash] = placed
        if placed.counts:
            self._fold(placed, sign=1)
            member = (placed.session_id, placed.origin.terminal, placed.origin.epoch)
            self.members[member] = max(placed.origin.seq, self.members.get(member, 0))

    def moved(self) -> dict[TerminalAddress, list[Placed]]:
        """Return the entries that an earlier batch recorded and this one moved, by terminal.

        One that counts with another body now is told twice: withdrawn as it was, then as it is.
        """
        moved: dict[TerminalAddress, list[Placed]] = {}
        told = [replace(was, placement="rejected") for was in self.withdrawn]
        for placed in (*told, *self.placed.values()):
            if placed.origin.hash not in self.rows:
                address = TerminalAddress(placed.origin.store, placed.origin.terminal)
                moved.setdefault(address, []).append(placed)
        return moved

    def add_tenders(self, session_id: str, amounts: Iterable[tuple[str, TenderTotals]]) -> None:
        """Add amounts to a session's tenders."""
        for tender, delta in amounts:
            key = (session_id, tender)
            self.tenders[key] = self.tenders.get(key, NO_TOTALS).plus(delta)

    def totals_of(self, session_id: str) -> dict[str, TenderTotals]:
        """Return a session's totals by tender; those of earlier batches only where they were loaded."""
        totals = {tender: own for (owner, tender), own in self.loaded.tenders.items() if owner == session_id}
        for (owner, tender), delta in self.tenders.items():
            if owner == session_id:
                totals[tender] = totals.get(tender, NO_TOTALS).plus(delta)
        return totals

    def add_safe(self, row: SafeRow) -> None:
        """Add money to the safe; what an entry brought and took back in one batch never moved."""
        key = (row.entry, row.tender)
        known = self.safe.pop(key, None)
        amount = row.amount + (known.amount if known is not None else 0)
        if amount:
            self.safe[key] = replace(row, amount=amount)

    def announce(self, address: TerminalAddress, event: Event) -> None:
        """Keep an event of a terminal, to follow the record of its entries."""
        self.events.setdefault(address, []).append(event)

    def _fold(self, placed: Placed, *, sign: int) -> None:
        body = placed.body
        match body:
            case Sale():
                self._fold_products(placed.session_id, body, sign=sign)
                self.sums.fold(placed.session_id, body, sign=sign)
                tenders = fold_tenders(body)
            case Movement():
                tenders = {body.tender: fold_movement(body)}
                for row in loan_or_pickup(placed, body, sign=sign):
                    self.add_safe(row)
        signed = {name: totals if sign > 0 else _reversed(totals) for name, totals in tenders.items()}
        self.add_tenders(placed.session_id, signed.items())
        self._fold_guest(placed, signed)

    def _fold_guest(self, placed: Placed, tenders: Mapping[str, TenderTotals]) -> None:
        session = self.session(placed.session_id, placed.origin.store)
        if session is None or session.facts.terminal == placed.origin.terminal:
            return
        for tender, delta in tenders.items():
            key = (placed.session_id, placed.origin.terminal, tender)
            self.guest_tenders[key] = self.guest_tenders.get(key, NO_TOTALS).plus(delta)

    def _fold_products(self, session_id: str, sale: Sale, *, sign: int) -> None:
        for sku, delta in fold_products(sale).items():
            before = self.products.get((session_id, sku), ProductTotals(delta.name, 0, 0))
            quantity, gross = before.quantity + sign * delta.quantity, before.gross + sign * delta.gross
            self.products[(session_id, sku)] = ProductTotals(delta.name, quantity, gross)


def _reversed(totals: TenderTotals) -> TenderTotals:
    return NO_TOTALS.minus(totals)
