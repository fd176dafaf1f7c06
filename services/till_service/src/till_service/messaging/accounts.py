"""The ledger of accounts: chart, trial balance, entries, locked periods, deposits to the bank."""

from dataclasses import dataclass
from functools import partial

from service_kit.database import Connection, Database
from service_kit.outbox import announce_events
from till_service.domain.accounts import Lock, NoAccount, entry_date, in_accounts
from till_service.domain.permission import CLOSE_TILL, MANAGE
from till_service.domain.posting import Entry
from till_service.domain.posting_amounts import Amount, TenderTerms
from till_service.domain.posting_told import entry_lines
from till_service.messaging.allowed import Allowed, Decide
from till_service.messaging.journal import Surroundings
from till_service.messaging.store_terms import StoreTerms
from till_service.persistence import accounts, posting_books, posting_rows, posting_sums
from till_service.persistence.posting_rows import EntryHead
from tillday_contracts.account_messages import (
    Account,
    AccountEntryList,
    Accounts,
    Balance,
    Balances,
    BankDeposited,
    Chart,
    Deposited,
    DepositToBank,
    LedgerEntries,
    LockPeriod,
    SetAccounts,
    TrialBalance,
)
from tillday_contracts.messages import Done, Refused
from tillday_contracts.wishes import Tender


@dataclass(frozen=True)
class LedgerOfAccounts:
    """Answers everything about accounts. The chart and its periods need the right to manage."""

    database: Database
    around: Surroundings
    allowed: Allowed
    terms: StoreTerms

    async def chart(self, question: Accounts) -> Chart:
        """Tell the chart of a store's company."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            chart = await posting_books.read_chart(connection, question.store)
            lock = await posting_books.read_lock(connection, chart.company)
        roles = chart.all_roles
        names = {**{account: account for account in roles.values()}, **chart.all_names}
        return Chart(
            company=chart.company,
            accounts=tuple(
                Account(
                    account=account,
                    name=name,
                    roles=tuple(sorted(role for role, its in roles.items() if its == account)),
                )
                for account, name in sorted(names.items())
            ),
            locked_through=lock.through if lock is not None else None,
        )

    async def set_accounts(self, command: SetAccounts) -> bytes:
        """Change the chart; what failed for want of an account is tried again."""

        async def decide(connection: Connection) -> Done:
            chart = await posting_books.read_chart(connection, command.store)
            await accounts.set_accounts(connection, command.company or chart.company, command)
            await posting_sums.mark(connection, await accounts.read_stalled(connection, command.store))
            return Done()

        return await self.allowed.once(command, MANAGE, decide)

    async def lock_period(self, command: LockPeriod) -> bytes:
        """Lock periods through a date; what is locked stays so."""

        async def decide(connection: Connection) -> Done | Refused:
            chart = await posting_books.read_chart(connection, command.store)
            lock = await posting_books.read_lock(connection, chart.company)
            if lock is not None and lock.through > command.through:
                text = f"The periods of {chart.company} are locked through {lock.through} already."
                return Refused(code="locked_already", text=text)
            await accounts.lock_period(connection, chart.company, command, at=self.around.now())
            return Done()

        return await self.allowed.once(command, MANAGE, decide)

    async def trial_balance(self, question: TrialBalance) -> Balances:
        """Tell the balances of all accounts."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            chart = await posting_books.read_chart(connection, question.store)
            found = await accounts.read_balances(connection, chart.company)
        names = chart.all_names
        return Balances(
            company=chart.company,
            balances=tuple(
                Balance(
                    account=account,
                    name=names.get(account, account),
                    currency=currency,
                    debit=debit,
                    credit=credit,
                )
                for account, currency, debit, credit in found
            ),
        )

    async def entries(self, question: LedgerEntries) -> AccountEntryList:
        """Tell a page of entries."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            found, more = await accounts.read_page(connection, question)
        return AccountEntryList(store=question.store, entries=tuple(found), more=more)

    async def deposit(self, command: DepositToBank) -> bytes:
        """Book money that went from the safe to the bank."""

        async def prepare() -> Decide:
            settings = await self.terms.settings(command.store)
            tender = next((one for one in settings.tenders if one.tender == command.tender), None)
            return partial(self._deposit, command, tender)

        return await self.allowed.prepared(command, CLOSE_TILL, prepare)

    async def _deposit(
        self, command: DepositToBank, tender: Tender | None, connection: Connection
    ) -> Deposited | Refused:
        if tender is None:
            text = f"The settings of the store {command.store} name no tender {command.tender}."
            return Refused(code="unknown_tender", text=text)
        held = await accounts.in_safe(connection, command.store, command.tender)
        if held < command.amount:
            text = (
                f"The safe of {command.store} holds {held} in {command.tender} (minor units), as far "
                f"as the journals have arrived; {command.amount} cannot leave it."
            )
            return Refused(code="not_in_safe", text=text)
        try:
            return await self._book(connection, command, tender, held)
        except NoAccount as error:
            return Refused(code="no_account", text=str(error))

    async def _book(
        self, connection: Connection, command: DepositToBank, tender: Tender, held: int
    ) -> Deposited:
        kind, currency = tender.kind, tender.currency
        now, chart = self.around.now(), await posting_books.read_chart(connection, command.store)
        lock: Lock | None = await posting_books.read_lock(connection, chart.company)
        parts = (
            Amount("bank", command.tender, currency, command.amount),
            Amount("safe", command.tender, currency, -command.amount),
        )
        today = now.date()
        lines = in_accounts(parts, chart, {command.tender: TenderTerms(kind, currency)})
        entry = Entry(lines, entry_date(today, lock), chart.company)
        text = f"Deposit to the bank, {command.reference}"
        head = EntryHead(command.store, chart.company, "deposit", text, command.by, now)
        number = await posting_rows.write_entry(connection, head, today, entry)
        await accounts.store_deposit(connection, command, number, at=now)
        event = BankDeposited.follow(
            command,
            message_id=self.around.new_id(),
            at=now,
            store=command.store,
            deposit=command.message_id,
            tender=command.tender,
            amount=command.amount,
            reference=command.reference,
            by=command.by,
            company=chart.company,
            entry=number,
            entry_date=entry.date.on,
            lines=entry_lines(entry.lines),
        )
        await announce_events(connection, event)
        return Deposited(entry=number, left=held - command.amount)
