"""Stock and accounts of the checker's small world, posted with the product's own rules."""

from collections.abc import Iterator

from checker_journal import STORE, TILL, Journal
from till_service.domain.accounts import Chart, Line, in_accounts
from till_service.domain.money import CountRow
from till_service.domain.posting_amounts import SessionMoney, TenderTerms, amounts
from till_service.domain.posting_sums import PostingSums
from tillday_checker.posted_rows import BalanceRow, Books, EntryRow, LineRow, MoveRow, OnHandRow
from tillday_checker.world import Ledger, LedgerSession
from tillday_contracts import entries as e
from tillday_contracts.arithmetic import TenderTotals

TENDERS = {
    "cash": TenderTerms("cash", "EUR"),
    "card": TenderTerms("card", "EUR"),
    "voucher": TenderTerms("voucher", "EUR"),
    "cash_usd": TenderTerms("foreign_cash", "USD"),
}


def books_of(journal: Journal, ledger: Ledger) -> Books:
    """Return what is posted of the closed sessions: an entry and a picking each.

    All of them are still to be posted anew, so that what is planted elsewhere breaks no rule of posting too.
    """
    posted = [session for session in ledger.sessions if session.status == "posted"]
    lines: list[LineRow] = []
    moves: list[MoveRow] = []
    for number, session in enumerate(posted, 1):
        for line in posted_lines(journal, ledger, session):
            lines.append(LineRow(number, line.account, line.role, line.key, line.currency, line.amount))
        for row in ledger.products:
            if row.session_id == session.session_id and row.quantity:
                moves.append(MoveRow(number, STORE, "SHOP", row.session_id, row.sku, -row.quantity))
    entries = [
        EntryRow(number, "MAIN", session.session_id, 1, session.business_date, session.business_date)
        for number, session in enumerate(posted, 1)
    ]
    balances = tuple(balances_of(lines))
    unfinished = frozenset(session.session_id for session in posted)
    return Books(tuple(entries), tuple(lines), balances, tuple(moves), tuple(on_hand_of(moves)), unfinished)


def posted_lines(journal: Journal, ledger: Ledger, session: LedgerSession) -> tuple[Line, ...]:
    """Return the entry of one session."""
    sums, counts = PostingSums(), []
    for body in journal.bodies:
        if getattr(body, "session_id", None) != session.session_id:
            continue
        match body:
            case e.Sale():
                sums.fold(session.session_id, body, sign=1)
            case e.InitialCountConfirmed():
                opened = ((t.tender, t.expected, t.counted, 0) for t in body.tenders)
                counts += [CountRow(session.session_id, "opening", n, TILL, 1, *rest) for n, *rest in opened]
            case e.TillClosed():
                closed = ((t.tender, t.expected, t.counted, t.moved) for t in body.tenders)
                counts += [CountRow(session.session_id, "cash_up", n, TILL, 1, *rest) for n, *rest in closed]
    safe: dict[str, int] = {}
    floats: dict[str, int] = {}
    for row in ledger.safe:
        if row.session_id == session.session_id:
            safe[row.tender] = safe.get(row.tender, 0) + row.amount
            floats[row.tender] = floats.get(row.tender, 0) - (row.amount if row.kind == "float" else 0)
    totals = {
        row.tender: TenderTotals(
            row.opening, row.sales, row.refunds, row.paid_in, row.paid_out, row.loans, row.pickups
        )
        for row in ledger.tenders
        if row.session_id == session.session_id
    }
    money = SessionMoney(
        currency="EUR",
        tenders=TENDERS,
        totals=totals,
        taxes={rate: tax for (_, rate), tax in sums.taxes.items()},
        rounding=sums.rounding.get(session.session_id, 0),
        worths={tender: worth for (_, tender), worth in sums.worths.items()},
        counts=tuple(counts),
        safe=safe,
        floats=floats,
    )
    return in_accounts(amounts(money), Chart(), TENDERS)


def balances_of(lines: list[LineRow]) -> Iterator[BalanceRow]:
    """Return the trial balance of lines."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for line in lines:
        debit, credit = sums.get((line.account, line.currency), (0, 0))
        sums[(line.account, line.currency)] = (
            debit + max(line.amount, 0),
            credit + max(-line.amount, 0),
        )
    return (BalanceRow("MAIN", *key, *sides) for key, sides in sums.items())


def on_hand_of(moves: list[MoveRow]) -> Iterator[OnHandRow]:
    """Return what the moves leave."""
    pieces: dict[str, int] = {}
    for row in moves:
        pieces[row.sku] = pieces.get(row.sku, 0) + row.quantity
    return (OnHandRow(STORE, "SHOP", sku, quantity) for sku, quantity in pieces.items())
