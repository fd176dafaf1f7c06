"""A status board for tests: a till that is open, one that was counted short, a terminal that is silent."""

from datetime import UTC, date, datetime, timedelta

from tillday_contracts.entries import TenderCount
from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DAY = date(2026, 3, 14)


def till(terminal: str, status: str, *, difference: int = 0, total: int = 1000) -> BoardTill:
    counted = TenderCount(
        tender="cash",
        opening=0,
        expected=1000,
        counted=1000 + difference,
        difference=difference,
        kept=0,
        moved=0,
    )
    return BoardTill(
        session_id="0" * 32,
        till=f"TILL{terminal}",
        business_date=DAY,
        status=status,
        opened_by="CASHIER-1",
        total=total,
        tenders=(counted,) if difference else (),
    )


def terminal(code: str, *sessions: BoardTill, seen: int = 5, waiting: int = 0) -> BoardTerminal:
    return BoardTerminal(
        terminal=code,
        name=f"Counter {code}",
        status="Opened in back-office",
        business_date=DAY,
        last_seen=NOON - timedelta(seconds=seen),
        presence="heard" if seen < 150 else "silent",
        waiting=waiting,
        sessions=sessions,
    )


BOARD = Board(
    store="S1",
    name="A store",
    currency="EUR",
    terminals=(
        terminal("T1", till("T1", "Open in Front-office")),
        terminal("T2", till("T2", "Closed in Front-office", difference=-500)),
        terminal("T3", seen=900, waiting=37),
    ),
)
