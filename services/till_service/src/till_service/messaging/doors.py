"""Every request and every word of a terminal that this service hears, each bound to whoever answers it."""

from dataclasses import dataclass

from service_kit.service import Service
from service_kit.subscriptions import answer, hear
from till_service.messaging.accounts import LedgerOfAccounts
from till_service.messaging.closing import Closing
from till_service.messaging.desk import Desk
from till_service.messaging.explaining import Explaining
from till_service.messaging.hello import Greeter
from till_service.messaging.posting_requests import PostingRequests
from till_service.messaging.requests import Requests
from till_service.messaging.rescue import Reviewing
from till_service.messaging.stock import Stock
from till_service.messaging.totals import Totals
from till_service.settings import TillSettings
from tillday_contracts import (
    account_messages,
    desk_messages,
    posting_messages,
    rescue_messages,
    stock_messages,
    till_messages,
)
from tillday_contracts.balance_messages import StoreBalance
from tillday_contracts.close_messages import CloseTill, SayNoClose
from tillday_contracts.explain_messages import ExplainTill
from tillday_contracts.sharing_messages import CoverGuests, MoveHost
from tillday_contracts.topics import HELLO_SUBJECT, ask_subject

Till = Service[TillSettings]


@dataclass(frozen=True, kw_only=True)
class Answerers:
    """Who answers what services and people ask."""

    requests: Requests
    closing: Closing
    reviewing: Reviewing
    explaining: Explaining
    desk: Desk
    postings: PostingRequests
    stock: Stock
    accounts: LedgerOfAccounts


def hear_terminals(service: Till, greeter: Greeter, totals: Totals) -> None:
    """Hear what terminals say beside their journals."""
    hear(service, HELLO_SUBJECT, greeter.greet)
    hear(service, ask_subject("till_totals"), totals.answer)


def answer_requests(service: Till, who: Answerers) -> None:
    """Answer every request."""
    _answer_services(service, who.requests)
    _answer_closes(service, who.closing)
    _answer_reviews(service, who.reviewing)
    answer(service, ExplainTill, who.explaining.till)
    _answer_desk(service, who.desk)
    _answer_postings(service, who.postings)
    _answer_stock(service, who.stock)
    _answer_accounts(service, who.accounts)


def _answer_services(service: Till, requests: Requests) -> None:
    answer(service, till_messages.RegisterJournalKey, requests.register_journal_key)
    answer(service, till_messages.SealDay, requests.seal_day)
    answer(service, till_messages.ReleaseDay, requests.release_day)
    answer(service, till_messages.DaySettled, requests.day_settled)
    answer(service, StoreBalance, requests.store_balance)
    answer(service, till_messages.SafeBalance, requests.safe_balance)
    answer(service, MoveHost, requests.move_host)


def _answer_closes(service: Till, closing: Closing) -> None:
    answer(service, CloseTill, closing.close_till)
    answer(service, SayNoClose, closing.say_no_close)
    answer(service, CoverGuests, closing.cover_guests)


def _answer_reviews(service: Till, reviewing: Reviewing) -> None:
    answer(service, rescue_messages.RescueSessions, reviewing.sessions)
    answer(service, rescue_messages.ShowRescue, reviewing.show)
    answer(service, rescue_messages.RescueJournals, reviewing.journals)
    answer(service, rescue_messages.AcceptRescued, reviewing.accept)
    answer(service, rescue_messages.RejectRescued, reviewing.reject)
    answer(service, rescue_messages.RepairRescued, reviewing.repair)
    answer(service, rescue_messages.CloseRescue, reviewing.close)


def _answer_desk(service: Till, desk: Desk) -> None:
    answer(service, desk_messages.DeadLetters, desk.dead_letters)
    answer(service, desk_messages.ShowDeadLetter, desk.show)
    answer(service, desk_messages.RetryDeadLetter, desk.retry)
    answer(service, desk_messages.RepairDeadLetter, desk.repair)
    answer(service, desk_messages.DiscardDeadLetter, desk.discard)


def _answer_postings(service: Till, postings: PostingRequests) -> None:
    answer(service, posting_messages.Postings, postings.postings)
    answer(service, posting_messages.ShowPosting, postings.show)
    answer(service, posting_messages.RetryPosting, postings.retry)
    answer(service, posting_messages.WaivePosting, postings.waive)


def _answer_stock(service: Till, stock: Stock) -> None:
    answer(service, stock_messages.SetLocation, stock.set_location)
    answer(service, stock_messages.SetStockRules, stock.set_rules)
    answer(service, stock_messages.ReceiveGoods, stock.receive)
    answer(service, stock_messages.AdjustStock, stock.adjust)
    answer(service, stock_messages.StockOnHand, stock.on_hand)
    answer(service, stock_messages.Pickings, stock.pickings)


def _answer_accounts(service: Till, ledger: LedgerOfAccounts) -> None:
    answer(service, account_messages.Accounts, ledger.chart)
    answer(service, account_messages.SetAccounts, ledger.set_accounts)
    answer(service, account_messages.LockPeriod, ledger.lock_period)
    answer(service, account_messages.DepositToBank, ledger.deposit)
    answer(service, account_messages.TrialBalance, ledger.trial_balance)
    answer(service, account_messages.LedgerEntries, ledger.entries)
