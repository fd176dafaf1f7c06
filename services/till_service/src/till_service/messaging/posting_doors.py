"""The requests about posting, stock and accounts, each bound to whoever answers it."""

from service_kit.service import Service
from service_kit.subscriptions import answer
from till_service.messaging.accounts import LedgerOfAccounts
from till_service.messaging.posting_requests import PostingRequests
from till_service.messaging.stock import Stock
from till_service.settings import TillSettings
from tillday_contracts import account_messages, posting_messages, stock_messages


def answer_postings(service: Service[TillSettings], postings: PostingRequests) -> None:
    """Answer how far sessions are posted, and people's words on them."""
    answer(service, posting_messages.Postings, postings.postings)
    answer(service, posting_messages.ShowPosting, postings.show)
    answer(service, posting_messages.RetryPosting, postings.retry)
    answer(service, posting_messages.WaivePosting, postings.waive)


def answer_stock(service: Service[TillSettings], stock: Stock) -> None:
    """Answer what moves stock, and what is on hand."""
    answer(service, stock_messages.SetLocation, stock.set_location)
    answer(service, stock_messages.SetStockRules, stock.set_rules)
    answer(service, stock_messages.ReceiveGoods, stock.receive)
    answer(service, stock_messages.AdjustStock, stock.adjust)
    answer(service, stock_messages.StockOnHand, stock.on_hand)
    answer(service, stock_messages.Pickings, stock.pickings)


def answer_accounts(service: Service[TillSettings], ledger: LedgerOfAccounts) -> None:
    """Answer everything about accounts."""
    answer(service, account_messages.Accounts, ledger.chart)
    answer(service, account_messages.SetAccounts, ledger.set_accounts)
    answer(service, account_messages.LockPeriod, ledger.lock_period)
    answer(service, account_messages.DepositToBank, ledger.deposit)
    answer(service, account_messages.TrialBalance, ledger.trial_balance)
    answer(service, account_messages.LedgerEntries, ledger.entries)
