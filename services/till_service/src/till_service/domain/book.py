"""The working book of one batch: totals, sessions and sales as they change, entry by entry."""

from collections.abc import Iterable
from dataclasses import replace

from till_service.domain.incoming import JournalEntry
from till_service.domain.ledger import JournalRow, Letter, Loaded, Moment, PositionRow
from till_service.domain.sales import PlacedSale, Rescue, outstanding_rescue
from till_service.domain.sessions import Close, NotFinal, SessionFacts, TillSession
from till_service.domain.streams import Held, Stamp, Stream, StreamId
from tillday_contracts.arithmetic import ProductTotals, TenderTotals, fold_products, fold_tenders
from tillday_contracts.entries import Sale
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
        self.sales: dict[str, PlacedSale] = {}
        self.tenders: dict[tuple[str, str], TenderTotals] = {}
        self.products: dict[tuple[str, str], ProductTotals] = {}
        self.members: dict[tuple[str, str, str], int] = {}
        self.letters: list[Letter] = []
        self.events: dict[TerminalAddress, list[Event]] = {}

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
        self.streams[stream.id] = replace(stream, upto=entry.seq, head_hash=entry.hash)

    def position_rows(self) -> tuple[PositionRow, ...]:
        """Return the positions consumed, in order of arrival."""
        return tuple(PositionRow(stream, seq, hash_) for (stream, seq), hash_ in self.positions.items())

    def session(self, session_id: str, store: str) -> TillSession | None:
        """Return a session of this store as it stands now."""
        found = self.sessions.get(session_id) or self.loaded.sessions.get(session_id)
        return found if found is not None and found.facts.store == store else None

    def put_session(self, session: TillSession) -> None:
        """Keep a new or changed session."""
        self.sessions[session.facts.session_id] = session

    def not_final_of(self, store: str, till: str) -> list[TillSession]:
        """Return the regular sessions of a till that are not closed, late ones aside."""
        now = {**self.loaded.sessions, **self.sessions}.values()
        facts = ((session, session.facts) for session in now if isinstance(session, NotFinal))
        return [session for session, f in facts if (f.store, f.till) == (store, till) and not f.late]

    def rescue_of(self, original: SessionFacts) -> Rescue:
        """Return the outstanding rescue session of a session, made now if there is none."""
        known = self.rescues.get(original.session_id)
        if known is None:
            known = outstanding_rescue(original, self.loaded.rescues.get(original.session_id, ()))
            self.rescues[original.session_id] = known
        return known

    def sales_of(self, session_id: str, placement: str) -> list[PlacedSale]:
        """Return the sales in one place, as far as they are loaded or in this batch."""
        now = {sale.origin.hash: sale for sale in self.loaded.sales} | self.sales
        return [sale for sale in now.values() if (sale.session_id, sale.placement) == (session_id, placement)]

    def place(self, placed: PlacedSale, before: PlacedSale | None = None) -> None:
        """Put a sale into its place, out of the one it was in before, and keep the totals of both right."""
        if before is not None and before.placement != "parked":
            self._fold(before.session_id, before.sale, sign=-1)
        self.sales[placed.origin.hash] = placed
        if placed.placement != "parked":
            self._fold(placed.session_id, placed.sale, sign=1)
            member = (placed.session_id, placed.origin.terminal, placed.origin.epoch)
            self.members[member] = max(placed.origin.seq, self.members.get(member, 0))

    def moved_sales(self) -> dict[TerminalAddress, list[PlacedSale]]:
        """Return the sales that an earlier batch recorded and this one moved, by terminal."""
        moved: dict[TerminalAddress, list[PlacedSale]] = {}
        for hash_, placed in self.sales.items():
            if hash_ not in self.rows:
                address = TerminalAddress(placed.origin.store, placed.origin.terminal)
                moved.setdefault(address, []).append(placed)
        return moved

    def add_tenders(self, session_id: str, amounts: Iterable[tuple[str, TenderTotals]]) -> None:
        """Add amounts to a session's tenders."""
        for tender, delta in amounts:
            key = (session_id, tender)
            self.tenders[key] = self.tenders.get(key, TenderTotals()).plus(delta)

    def announce(self, address: TerminalAddress, event: Event) -> None:
        """Keep an event of a terminal, to follow the record of its entries."""
        self.events.setdefault(address, []).append(event)

    def _fold(self, session_id: str, sale: Sale, *, sign: int) -> None:
        tenders = fold_tenders(sale).items()
        self.add_tenders(session_id, ((name, _times(sign, totals)) for name, totals in tenders))
        for sku, delta in fold_products(sale).items():
            before = self.products.get((session_id, sku), ProductTotals(delta.name, 0, 0))
            quantity, gross = before.quantity + sign * delta.quantity, before.gross + sign * delta.gross
            self.products[(session_id, sku)] = ProductTotals(delta.name, quantity, gross)


def _times(sign: int, totals: TenderTotals) -> TenderTotals:
    return TenderTotals(sales=sign * totals.sales, refunds=sign * totals.refunds)
