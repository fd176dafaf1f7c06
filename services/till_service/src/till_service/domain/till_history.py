"""A till's history as the ledger holds it, put into the till's order: counts and money, tender by tender."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from till_service.domain.closes import ReportedTender
from till_service.domain.money import CountRow, LeftMoney
from till_service.domain.routing import Origin, Placed, TenderEvent
from till_service.domain.which_count import Money, Place, Standing, TillCount, settle_till
from tillday_contracts.arithmetic import fold_movement, fold_tenders
from tillday_contracts.entries import Sale


@dataclass(frozen=True, slots=True)
class PastSession:
    """A regular session of the till: who hosted it, after how many moves of the till, where it began."""

    session_id: str
    terminal: str
    epoch: str
    start_seq: int
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """An adjustment of a closed session."""

    hash: str
    corrects: str
    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class MoneyWord:
    """A reviewer's word on the money of a late entry: that none came, or the count in which it lay.

    `count` is its session and kind.
    """

    no_cash: bool = False
    count: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TillHistory:
    """Everything of one till that bears on its counts. `sessions` and `epochs` stand in their order.

    `flows` are what the events that a session holds add up to, `floats` what was brought before its opening
    count, `reported` the tenders of printed reports; each by session and tender. `words` by entry.
    """

    sessions: tuple[PastSession, ...]
    epochs: tuple[tuple[str, str], ...]
    counts: tuple[CountRow, ...]
    flows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    floats: Mapping[tuple[str, str], int] = field(default_factory=dict)
    reported: Mapping[str, tuple[ReportedTender, ...]] = field(default_factory=dict)
    rescued: tuple[Placed, ...] = ()
    left: tuple[LeftMoney, ...] = ()
    corrections: tuple[Correction, ...] = ()
    words: Mapping[str, MoneyWord] = field(default_factory=dict)


def standings(history: TillHistory) -> dict[str, Standing]:
    """Return per tender the settled counts of a till and its claims."""
    order = _Order(history)
    counts = [(tender, count) for tender, count in _counts(history, order)]
    known = {(tender, count.id) for tender, count in counts}
    money = [(tender, _as_said(event, tender, history, known)) for tender, event in _money(history, order)]
    tenders = sorted({tender for tender, _ in (*counts, *money)})
    return {
        tender: settle_till(
            (count for name, count in counts if name == tender),
            (event for name, event in money if name == tender),
        )
        for tender in tenders
    }


class _Order:
    """Where entries of the till's hosts stand."""

    def __init__(self, history: TillHistory) -> None:
        self.sessions = {session.session_id: session for session in history.sessions}
        self._ranks = {at: rank for rank, at in enumerate(history.epochs)}
        self._opened = {c.session_id: c.seq for c in history.counts if c.kind == "opening"}
        self._closed = {c.session_id: (c.epoch, c.seq) for c in history.counts if c.kind == "cash_up"}

    def place(self, session: PastSession, epoch: str, seq: int, *, left: bool = False) -> Place:
        rank = self._ranks.get((session.terminal, epoch), len(self._ranks))
        return (session.turn, rank, int(left), seq)

    def selling(self, session: PastSession) -> Place:
        """Return where what a session sold stands: directly after its opening count."""
        seq = self._opened.get(session.session_id, session.start_seq)
        return (*self.place(session, session.epoch, seq), 1)

    def after_count(self, session: PastSession) -> Place:
        """Return where a guest's event stands that the session's count does not cover: directly after it.

        A printed report stands directly after what was sold; a session without a count left nothing counted.
        """
        if session.session_id in self._closed:
            return (*self.place(session, *self._closed[session.session_id]), 1)
        return (*self.selling(session), 2)

    def hosted(self, origin: Origin, session: PastSession) -> bool:
        return origin.terminal == session.terminal and not origin.quarantine

    def late(self, origin: Origin, session: PastSession) -> Place:
        """Return where a late event stands."""
        if origin.terminal == session.terminal:
            return self.place(session, origin.epoch, origin.seq, left=origin.quarantine)
        return self.after_count(session)


def _counts(history: TillHistory, order: _Order) -> Iterator[tuple[str, TillCount]]:
    for row in history.counts:
        session = order.sessions[row.session_id]
        brought = history.floats.get((row.session_id, row.tender), 0) if row.kind == "opening" else 0
        place = order.place(session, row.epoch, row.seq)
        yield (
            row.tender,
            TillCount(
                count_id(row.session_id, row.kind),
                row.kind,
                row.session_id,
                place,
                row.expected,
                row.counted,
                row.moved,
                brought,
            ),
        )
    yield from _reported(history, order)


def _reported(history: TillHistory, order: _Order) -> Iterator[tuple[str, TillCount]]:
    """Yield the counts that only a printed report tells of; the terminal's own close stands above it."""
    closed = {row.session_id for row in history.counts if row.kind == "cash_up"}
    found = {(row.session_id, row.tender): row.counted for row in history.counts if row.kind == "opening"}
    for session_id, tenders in history.reported.items():
        for told in tenders if session_id not in closed else ():
            key = (session_id, told.tender)
            expected = found.get(key, 0) + history.flows.get(key, 0)
            place = (*order.selling(order.sessions[session_id]), 1)
            id_ = count_id(session_id, "cash_up")
            yield (
                told.tender,
                TillCount(id_, "cash_up", session_id, place, expected, told.counted, told.moved),
            )


def _as_said(event: Money, tender: str, history: TillHistory, known: set[tuple[str, str]]) -> Money:
    """Put the reviewer's word on late money; a count that counted no such tender cannot have it."""
    word = history.words.get(event.id)
    if word is None:
        return event
    named = count_id(*word.count) if word.count is not None else None
    return event._replace(no_cash=word.no_cash, named_count=named if (tender, named) in known else None)


def count_id(session_id: str, kind: str) -> str:
    """Return the name of a count within its till."""
    return f"{session_id} {kind}"


def _money(history: TillHistory, order: _Order) -> Iterator[tuple[str, Money]]:
    for (session_id, tender), amount in history.flows.items():
        session = order.sessions[session_id]
        yield tender, Money(session_id, session_id, order.selling(session), amount)
    for placed in history.rescued:
        session = order.sessions[placed.body.session_id]
        for tender, amount in amounts_of(placed.body).items():
            yield tender, _late(placed.origin, session, amount, order)
    for left in history.left:
        yield left.tender, _late(left.origin, order.sessions[left.session_id], left.amount, order)
    for word in history.corrections:
        place = order.selling(order.sessions[word.corrects])
        named = count_id(word.corrects, "cash_up")
        yield word.tender, Money(word.hash, word.corrects, place, word.amount, named_count=named)


def _late(origin: Origin, session: PastSession, amount: int, order: _Order) -> Money:
    return Money(
        origin.hash,
        session.session_id,
        order.late(origin, session),
        amount,
        held=False,
        by_host=order.hosted(origin, session),
    )


def amounts_of(body: TenderEvent) -> dict[str, int]:
    """Return what an event brings to the till, by tender, net of change."""
    folded = fold_tenders(body) if isinstance(body, Sale) else {body.tender: fold_movement(body)}
    return {tender: totals.expected for tender, totals in folded.items()}
