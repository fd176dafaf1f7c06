"""What `tillday ledger` does: trial balance, entries, chart of accounts, locked periods, deposits."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from tillday_contracts.account_messages import (
    AccountEntry,
    AccountEntryList,
    Balances,
    Chart,
    Deposited,
    DepositToBank,
    LedgerEntries,
    TrialBalance,
)
from tillday_contracts.messages import Done
from tillday_contracts.money import InvalidAmount, parse_minor, plain_minor
from tillday_contracts.store_messages import SettingsAnswer, StoreSettings
from tillday_local.operator.asked import ask, write_csv
from tillday_local.operator.asking import Asking, NothingToAsk
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.postings import LINES, line_rows
from tillday_local.operator.tables import headed_table, rows_table


async def show_balance(asking: Asking, question: TrialBalance, *, as_csv: bool) -> int:
    """Show the trial balance."""
    if not as_csv:
        return await ask(asking, question, Balances, balance)
    async with find_broker_login(asking.where).connect() as client:
        answer = await client.ask(question, Balances)
    rows = [(b.account, b.name, b.currency, b.debit, b.credit) for b in answer.balances]
    write_csv(("account", "name", "currency", "debit_minor", "credit_minor"), rows)
    return 0


def balance(answer: Balances) -> list[RenderableType]:
    """Return the trial balance; per currency the two sides are equal, and it says so."""
    columns = ("Account", "Name", "Debit", "Credit", "Currency")
    table = headed_table(f"Trial balance of {answer.company}", *columns)
    sums: dict[str, list[int]] = {}
    for one in answer.balances:
        sides = (plain_minor(one.debit, one.currency), plain_minor(one.credit, one.currency))
        table.add_row(one.account, one.name, *sides, one.currency)
        total = sums.setdefault(one.currency, [0, 0])
        total[0] += one.debit
        total[1] += one.credit
    said = [
        f"{currency}: {plain_minor(debit, currency)} on both sides."
        if debit == credit
        else f"{currency}: OUT OF BALANCE by {plain_minor(debit - credit, currency)}; run the checker."
        for currency, (debit, credit) in sums.items()
    ]
    return [table, Text("\n".join(said) or "Nothing is posted yet.")]


async def show_entries(asking: Asking, question: LedgerEntries, *, as_csv: bool) -> int:
    """Show entries, newest first, page after page."""
    entries: list[AccountEntry] = []
    async with find_broker_login(asking.where).connect() as client:
        page = await client.ask(question, AccountEntryList)
        entries += page.entries
        while page.more:
            question = question.model_copy(update={"before": page.entries[-1].entry})
            page = await client.ask(question, AccountEntryList)
            entries += page.entries
    if as_csv:
        _write_entries(entries)
    else:
        answer = AccountEntryList(store=asking.store, entries=tuple(entries))
        asking.show(answer, *([] if asking.as_json else listed(answer)))
    return 0


def listed(answer: AccountEntryList) -> list[RenderableType]:
    """Return entries with their lines."""
    parts: list[RenderableType] = []
    for one in answer.entries:
        moved = f" ({one.date_reason})" if one.date_reason else ""
        title = f"{one.entry}  {one.entry_date}  {one.text}{moved}"
        parts.append(rows_table(title, LINES, list(line_rows(one.lines))))
    return parts or [Text("Nothing is posted yet.")]


def _write_entries(entries: list[AccountEntry]) -> None:
    heading = (
        *("entry", "company", "kind", "session", "revision", "business_date", "entry_date", "date_reason"),
        *("text", "account", "role", "key", "currency", "debit_minor", "credit_minor"),
    )
    rows = [
        (
            *(one.entry, one.company, one.kind, one.session_id or "", one.revision or ""),
            *(one.business_date, one.entry_date, one.date_reason or "", one.text),
            *(line.account, line.role, line.key, line.currency, max(line.amount, 0), max(-line.amount, 0)),
        )
        for one in entries
        for line in one.lines
    ]
    write_csv(heading, rows)


def chart(answer: Chart) -> list[RenderableType]:
    """Return the chart of accounts with what each account is used for."""
    table = headed_table(f"Accounts of {answer.company}", "Account", "Name", "Used for")
    for one in answer.accounts:
        table.add_row(one.account, one.name, ", ".join(one.roles))
    if answer.locked_through is None:
        return [table]
    return [table, Text(f"Periods through {answer.locked_through} are locked.")]


def changed(_: Done) -> list[RenderableType]:
    """Say that the chart or its periods changed."""
    return [Text("Done; what failed for want of an account is tried again.")]


async def deposit(asking: Asking, *, tender: str, amount: str, reference: str) -> int:
    """Book money that went from the safe to the bank; raises NothingToAsk for what is no amount."""
    async with find_broker_login(asking.where).connect() as client:
        settings = (await client.ask(StoreSettings(store=asking.store), SettingsAnswer)).settings
    currency = next((one.currency for one in settings.tenders if one.tender == tender), settings.currency)
    try:
        minor = parse_minor(amount, currency)
    except InvalidAmount as error:
        raise NothingToAsk(str(error)) from None
    if minor < 1:
        raise NothingToAsk(f"{amount} is nothing to deposit: name an amount above zero")
    fields = {"tender": tender, "amount": minor, "reference": reference}
    command = DepositToBank.model_validate({**asking.command(), **fields})

    def booked(answer: Deposited) -> list[RenderableType]:
        left = plain_minor(answer.left, currency)
        return [Text(f"Entry {answer.entry}; {left} {currency} are left in the safe.")]

    return await ask(asking, command, Deposited, booked)
