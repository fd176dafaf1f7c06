"""The ledger: what a day took, entries, trial balance, the safe and its deposits, chart and periods."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from backoffice_service.http.board_routes import date_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.exports import csv_file
from backoffice_service.http.office import Office, see_other
from backoffice_service.http.posting_routes import books_of
from backoffice_service.pages.books import ENTRY_COLUMNS, entry_rows, sums_of
from backoffice_service.pages.rescues import Amounts
from tillday_contracts.account_messages import (
    AccountEntryList,
    Accounts,
    Balances,
    Chart,
    Deposited,
    DepositToBank,
    LedgerEntries,
    LockPeriod,
    SetAccounts,
    TrialBalance,
)
from tillday_contracts.balance_messages import Balance, StoreBalance
from tillday_contracts.messages import Done
from tillday_contracts.money import InvalidAmount, parse_minor
from tillday_contracts.till_messages import Safe, SafeBalance

NO_AMOUNT: Final = "Write the amount like 1200.00, more than nothing, and what the bag or slip is called."
NO_ACCOUNT: Final = "An account has a number (digits and capitals) and a name; a role looks like tender:meal."
NO_PERIOD: Final = "Say up to which date, and why in 1 to 120 characters."
BALANCE_COLUMNS: Final = ("account", "name", "currency", "debit_minor", "credit_minor")


def ledger_routes(office: Office) -> APIRouter:
    """Return the routes of the ledger's pages."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_books")

    @router.get("/stores/{store}/ledger")
    async def day(desk: Desk = see) -> Response:
        return await _day(desk)

    @router.get("/stores/{store}/ledger/entries")
    async def entries(desk: Desk = see) -> Response:
        answer, books = await asyncio.gather(_entries(desk), books_of(desk))
        values = {"answer": answer, "books": books, "on": date_of(desk.asked("date"))}
        return desk.draw("ledger-entries.html", "ledger", values)

    @router.get("/stores/{store}/ledger/trial-balance")
    async def trial_balance(desk: Desk = see) -> Response:
        answer = await desk.ask(TrialBalance(store=desk.store), Balances)
        values = {"answer": answer, "sums": sums_of(answer.balances)}
        return desk.draw("trial-balance.html", "ledger", values)

    @router.get("/stores/{store}/ledger/safe")
    async def safe(desk: Desk = see) -> Response:
        return await _safe(desk)

    @router.get("/stores/{store}/ledger/accounts")
    async def accounts(desk: Desk = see) -> Response:
        return await _accounts(desk)

    _add_files(router, see)
    _add_changes(router, office)
    return router


def _add_files(router: APIRouter, see: Desk) -> None:
    @router.get("/stores/{store}/ledger/entries.csv")
    async def entries(desk: Desk = see) -> Response:
        page = await _entries(desk)
        found = list(page.entries)
        while page.more:
            page = await desk.ask(_asked(desk, found[-1].entry), AccountEntryList)
            found += page.entries
        return csv_file("entries", ENTRY_COLUMNS, entry_rows(found))

    @router.get("/stores/{store}/ledger/trial-balance.csv")
    async def trial_balance(desk: Desk = see) -> Response:
        answer = await desk.ask(TrialBalance(store=desk.store), Balances)
        rows = ((one.account, one.name, one.currency, one.debit, one.credit) for one in answer.balances)
        return csv_file("trial-balance", BALANCE_COLUMNS, rows)


def _add_changes(router: APIRouter, office: Office) -> None:
    """Deposits are for whoever leads a store; chart and periods for its managers."""
    deposit, accounts = desk_of(office, "keep_ledger"), desk_of(office, "keep_accounts")

    @router.post("/stores/{store}/ledger/safe/deposit")
    async def deposited(desk: Desk = deposit) -> Response:
        return await _changed(desk, _deposit, _safe, "safe")

    @router.post("/stores/{store}/ledger/accounts/change")
    async def changed(desk: Desk = accounts) -> Response:
        return await _changed(desk, _set_accounts, _accounts, "accounts")

    @router.post("/stores/{store}/ledger/accounts/lock")
    async def locked(desk: Desk = accounts) -> Response:
        return await _changed(desk, _lock, _accounts, "accounts")


Page = Callable[[Desk, Declined | None], Awaitable[Response]]


async def _changed(desk: Desk, act: Callable[[Desk], Awaitable[None]], page: Page, place: str) -> Response:
    try:
        await act(desk)
    except Declined as declined:
        return await page(desk, declined)
    return see_other(f"/stores/{desk.store}/ledger/{place}?done=yes")


async def _day(desk: Desk) -> Response:
    on = date_of(desk.asked("date"))
    answer = await desk.ask(StoreBalance(store=desk.store, business_date=on), Balance)
    amounts = Amounts(speech=desk.speech, settings=desk.facts.settings)
    return desk.draw("ledger.html", "ledger", {"answer": answer, "amounts": amounts})


def _asked(desk: Desk, before: int | None) -> LedgerEntries:
    return LedgerEntries(store=desk.store, business_date=date_of(desk.asked("date")), before=before)


async def _entries(desk: Desk) -> AccountEntryList:
    before = desk.asked("before")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    return await desk.ask(_asked(desk, number), AccountEntryList)


async def _safe(desk: Desk, declined: Declined | None = None) -> Response:
    safe = await desk.ask(SafeBalance(store=desk.store), Safe)
    values = {"safe": safe, "tenders": {one.tender: one for one in desk.facts.settings.tenders}}
    return desk.draw("safe.html", "ledger", values, declined=declined)


async def _deposit(desk: Desk) -> None:
    tender = next((one for one in desk.facts.settings.tenders if one.tender == desk.field("tender")), None)
    try:
        amount = parse_minor(desk.field("amount"), tender.currency if tender else desk.speech.currency)
    except InvalidAmount:
        raise desk.wrong(NO_AMOUNT) from None
    known = {"tender": desk.field("tender"), "amount": amount, "reference": desk.field("reference")}
    wish = desk.wish(DepositToBank, wrong=NO_AMOUNT, **known)
    await desk.order(
        wish, Deposited, lambda answer: f"entry {answer.entry}", action="keep_ledger", details=known
    )


async def _accounts(desk: Desk, declined: Declined | None = None) -> Response:
    chart = await desk.ask(Accounts(store=desk.store), Chart)
    return desk.draw("accounts.html", "ledger", {"chart": chart}, declined=declined)


async def _set_accounts(desk: Desk) -> None:
    number, name, role = desk.field("account"), desk.field("name"), desk.field("role")
    if not number or not (name or role):
        raise desk.wrong(NO_ACCOUNT)
    known: dict[str, object] = {"accounts": {number: name} if name else {}}
    known["roles"] = {role: number} if role else {}
    wish = desk.wish(SetAccounts, wrong=NO_ACCOUNT, **known)
    details = {"account": number, "name": name, "role": role}
    await desk.order(wish, Done, lambda _: "done", action="keep_accounts", details=details)


async def _lock(desk: Desk) -> None:
    known = {"through": date_of(desk.field("through")), "reason": desk.field("reason")}
    wish = desk.wish(LockPeriod, wrong=NO_PERIOD, **known)
    details = {"through": str(wish.through), "reason": wish.reason}
    await desk.order(wish, Done, lambda _: "done", action="keep_accounts", details=details)
