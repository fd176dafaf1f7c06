"""The events of posting: a count that is final, stock that moved, an entry of accounts, a session posted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from till_service.domain.accounts import Line
from till_service.domain.posting import Entry, PostedSession
from till_service.domain.posting_amounts import SessionMoney
from till_service.domain.stock import Pieces
from tillday_contracts.account_messages import EntryLine
from tillday_contracts.arithmetic import NO_TOTALS
from tillday_contracts.posting_messages import CountFinal, FinalTender, SessionPosted
from tillday_contracts.stock_messages import MOVES_A_MESSAGE, StockMove, StockMoved
from tillday_contracts.till_messages import TillSessionChanged


@dataclass(frozen=True, slots=True)
class Telling:
    """What every event of one round has: fresh ids, a common cause, the instant."""

    ids: Iterator[UUID]
    cause: UUID
    at: datetime

    def head(self) -> dict[str, Any]:
        """Return the fields that every event begins with."""
        ids = {"message_id": next(self.ids), "correlation_id": self.cause, "causation_id": self.cause}
        return {**ids, "occurred_at": self.at}


def of_session(session: PostedSession) -> dict[str, Any]:
    """Return what events and answers say of a session."""
    return {
        "store": session.store,
        "terminal": session.terminal,
        "till": session.till,
        "session_id": session.session_id,
        "business_date": session.business_date,
        "kind": "rescue" if session.rescue else "regular",
    }


def entry_lines(lines: tuple[Line, ...]) -> tuple[EntryLine, ...]:
    """Return the lines of an entry as messages carry them."""
    return tuple(
        EntryLine(
            account=line.account, role=line.role, key=line.key, currency=line.currency, amount=line.amount
        )
        for line in lines
    )


def count_final(session: PostedSession, money: SessionMoney, telling: Telling) -> CountFinal:
    """Tell that a session's count is final, tender by tender."""
    counted = {row.tender: row for row in money.counts if row.kind == "cash_up"}
    told = {told.tender: told for told in money.reported} if not counted else {}
    tenders = []
    for tender in sorted({*money.totals, *counted, *told}):
        count, report = counted.get(tender), told.get(tender)
        expected = money.totals.get(tender, NO_TOTALS).expected
        found = count or report
        tenders.append(
            FinalTender(
                tender=tender,
                expected=count.expected if count is not None else expected,
                counted=found.counted if found is not None else None,
                moved=found.moved if found is not None else 0,
            )
        )
    return CountFinal(**telling.head(), **of_session(session), tenders=tuple(tenders))


def stock_moved(
    session: PostedSession,
    picking: tuple[str, int, int | None],
    moves: Mapping[str, Pieces],
    telling: Telling,
) -> Iterator[StockMoved]:
    """Tell of a picking: `picking` is its location, document and revision; a long one in parts."""
    location, document, revision = picking
    about = {"store": session.store, "session_id": session.session_id, "revision": revision}
    yield from moved({**about, "location": location, "document": document, "kind": "picking"}, moves, telling)


def moved(about: dict[str, Any], moves: Mapping[str, Pieces], telling: Telling) -> Iterator[StockMoved]:
    """Tell of a stock document, in messages that fit the broker."""
    listed = [StockMove(sku=sku, name=p.name, quantity=p.quantity) for sku, p in sorted(moves.items())]
    parts = [listed[n : n + MOVES_A_MESSAGE] for n in range(0, len(listed), MOVES_A_MESSAGE)]
    for number, part in enumerate(parts, 1):
        yield StockMoved(**telling.head(), **about, part=number, parts=len(parts), moves=tuple(part))


def session_changed(session: PostedSession, telling: Telling) -> TillSessionChanged:
    """Tell readers that a session's status is posted; what it kept and its numbers stay as they were told."""
    about = of_session(session)
    return TillSessionChanged(
        **telling.head(),
        **{name: value for name, value in about.items() if name != "kind"},
        status="posted",
        late=session.late,
    )


def session_posted(
    session: PostedSession, entry: Entry, numbers: tuple[int, int], telling: Telling
) -> SessionPosted:
    """Tell of a session's entry; `numbers` are its revision and its number."""
    revision, number = numbers
    return SessionPosted(
        **telling.head(),
        **of_session(session),
        revision=revision,
        company=entry.company,
        entry=number,
        entry_date=entry.date.on,
        date_reason=entry.date.reason,
        lines=entry_lines(entry.lines),
    )
