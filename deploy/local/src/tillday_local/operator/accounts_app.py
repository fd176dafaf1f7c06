"""The commands of whoever keeps the accounts: `tillday ledger`."""

from __future__ import annotations

from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Day, Work, asks, read_date

ledger_app = typer.Typer(help="Accounts: trial balance, entries, chart, deposits.", no_args_is_help=True)

Csv = Annotated[bool, typer.Option("--csv", help="Write CSV to standard output, amounts in minor units.")]


@asks(ledger_app, "trial-balance")
def ledger_trial_balance(asking: Asking, *, as_csv: Csv = False) -> Work:
    """Show what every account was debited and credited; both sides are equal."""
    from tillday_contracts.account_messages import TrialBalance
    from tillday_local.operator.accounts import show_balance

    return show_balance(asking, TrialBalance(store=asking.store), as_csv=as_csv)


@asks(ledger_app, "entries")
def ledger_entries(asking: Asking, *, day: Day = None, as_csv: Csv = False) -> Work:
    """Show the entries of a store, newest first."""
    from tillday_contracts.account_messages import LedgerEntries
    from tillday_local.operator.accounts import show_entries

    return show_entries(asking, LedgerEntries(store=asking.store, business_date=day), as_csv=as_csv)


@asks(ledger_app, "deposit", by="SUPERVISOR-1")
def ledger_deposit(
    asking: Asking,
    amount: Annotated[str, typer.Argument(help="How much: 1200.00.")],
    *,
    reference: Annotated[str, typer.Option(help="The bag's or the slip's number.")],
    tender: Annotated[str, typer.Option(help="Which tender.")] = "cash",
) -> Work:
    """Book money that went from the safe to the bank."""
    from tillday_local.operator.accounts import deposit

    return deposit(asking, tender=tender, amount=amount, reference=reference)


@asks(ledger_app, "lock", by="SUPERVISOR-1")
def ledger_lock(
    asking: Asking,
    through: Annotated[str, typer.Argument(help="The last date of the locked period, YYYY-MM-DD.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands in entries that come later.")],
) -> Work:
    """Lock periods: what is posted later for them bears the first open date, with the reason."""
    from tillday_contracts.account_messages import LockPeriod
    from tillday_contracts.messages import Done
    from tillday_local.operator.accounts import changed
    from tillday_local.operator.asked import ask

    fields = {"through": read_date(through), "reason": reason}
    return ask(asking, LockPeriod.model_validate({**asking.command(), **fields}), Done, changed)


@asks(ledger_app, "accounts", by="SUPERVISOR-1")
def ledger_accounts(
    asking: Asking,
    *,
    account: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER=NAME", help="Add or rename an account.")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE=NUMBER", help="Which account a role has: tender:meal=1310."),
    ] = None,
    company: Annotated[str | None, typer.Option(help="Move the store to this company.")] = None,
) -> Work:
    """Show the chart of accounts, or change it."""
    from tillday_contracts.account_messages import Accounts, Chart, SetAccounts
    from tillday_contracts.messages import Done
    from tillday_local.operator.accounts import changed, chart
    from tillday_local.operator.asked import ask

    if not (account or role or company):
        return ask(asking, Accounts(store=asking.store), Chart, chart)
    fields = {"accounts": _pairs(account), "roles": _pairs(role), "company": company}
    return ask(asking, SetAccounts.model_validate({**asking.command(), **fields}), Done, changed)


def _pairs(texts: list[str] | None) -> dict[str, str]:
    wrong = [text for text in texts or () if "=" not in text]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r} has no '=': write 1310=Meal vouchers, or tender:meal=1310")
    return dict(text.split("=", 1) for text in texts or ())
