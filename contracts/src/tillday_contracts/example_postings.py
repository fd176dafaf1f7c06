"""Example messages of postings, stock and accounts, all of one store day."""

from pydantic import BaseModel

from tillday_contracts import account_messages as accounts
from tillday_contracts import posting_messages as postings
from tillday_contracts import stock_messages as stock
from tillday_contracts.example_entries import DAY, MORNING, SESSION, STORE, SUPERVISOR, TERMINAL, TILL
from tillday_contracts.example_messages import CAUSATION_ID, CORRELATION_ID, MESSAGE_ID

_HEAD = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "occurred_at": MORNING,
    "by": SUPERVISOR,
    "store": STORE,
}
_EVENT = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "causation_id": CAUSATION_ID,
    "occurred_at": MORNING,
    "store": STORE,
}
_SESSION = {
    "session_id": SESSION,
    "terminal": TERMINAL,
    "till": TILL,
    "business_date": DAY,
    "kind": "regular",
}
_LINES = (
    accounts.EntryLine(account="1000", role="tender", key="cash", currency="EUR", amount=320),
    accounts.EntryLine(account="4000", role="sales", key="1900", currency="EUR", amount=-269),
    accounts.EntryLine(account="2200", role="tax", key="1900", currency="EUR", amount=-51),
)
_MOVE = stock.StockMove(sku="4001", name="Coffee", quantity=-1)
_PICKING = stock.Picking(
    document=7, location="SHOP", session_id=SESSION, revision=1, at=MORNING, moves=(_MOVE,)
)
_POSTING = postings.Posting.model_validate({**_SESSION, "state": "posted", "revision": 1})


def posting_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    return {**_postings(), **_stock(), **_accounts()}


def _postings() -> dict[str, BaseModel]:
    step = postings.PostingStep(revision=1, step="ledger", state="done", owner="till_service-1", at=MORNING)
    entry = postings.PostedEntry(entry=3, revision=1, business_date=DAY, entry_date=DAY, lines=_LINES)
    final = postings.FinalTender(tender="cash", expected=320, counted=320, moved=20)
    posted = {"revision": 1, "company": "MAIN", "entry": 3, "entry_date": DAY, "lines": _LINES}
    return {
        "request.postings": postings.Postings(store=STORE, state="failed"),
        "request.show_posting": postings.ShowPosting(store=STORE, session_id=SESSION),
        "request.retry_posting": postings.RetryPosting.model_validate({**_HEAD, "session_id": SESSION}),
        "request.waive_posting": postings.WaivePosting.model_validate(
            {**_HEAD, "session_id": SESSION, "reason": "The disk is lost"}
        ),
        "reply.posting_list": postings.PostingList(store=STORE, postings=(_POSTING,), waiting=0, failed=0),
        "reply.posting_shown": postings.PostingShown(
            posting=_POSTING, steps=(step,), pickings=(_PICKING,), entries=(entry,)
        ),
        "event.count_final": postings.CountFinal.model_validate({**_EVENT, **_SESSION, "tenders": (final,)}),
        "event.session_posted": postings.SessionPosted.model_validate({**_EVENT, **_SESSION, **posted}),
    }


def _stock() -> dict[str, BaseModel]:
    line = stock.GoodsLine(sku="4001", quantity=24, name="Coffee")
    shop = stock.StockLocation(location="SHOP", name="Shop floor")
    on_hand = stock.OnHand(location="SHOP", sku="4001", name="Coffee", quantity=23)
    broken = {"sku": "4001", "quantity": -1, "reason": "Broken"}
    failed = stock.FailedPicking(
        session_id=SESSION, revision=1, reason="The location SHOP is closed.", attempts=2
    )
    moved = {"location": "SHOP", "document": 7, "kind": "picking", "session_id": SESSION, "revision": 1}
    return {
        "request.set_location": stock.SetLocation.model_validate(
            {**_HEAD, "location": "SHOP", "name": "Shop floor"}
        ),
        "request.set_stock_rules": stock.SetStockRules.model_validate({**_HEAD, "pickings": "sale"}),
        "request.receive_goods": stock.ReceiveGoods.model_validate(
            {**_HEAD, "reference": "Delivery 17", "lines": (line,)}
        ),
        "request.adjust_stock": stock.AdjustStock.model_validate({**_HEAD, **broken}),
        "request.stock_on_hand": stock.StockOnHand(store=STORE),
        "request.pickings": stock.Pickings(store=STORE, business_date=DAY),
        "reply.stock_changed": stock.StockChanged(document=7),
        "reply.on_hand_list": stock.OnHandList(
            store=STORE, pickings="session", locations=(shop,), products=(on_hand,)
        ),
        "reply.picking_list": stock.PickingList(store=STORE, pickings=(_PICKING,), failed=(failed,)),
        "event.stock_moved": stock.StockMoved.model_validate({**_EVENT, **moved, "moves": (_MOVE,)}),
    }


def _accounts() -> dict[str, BaseModel]:
    cash = accounts.Account(account="1000", name="Cash in tills", roles=("tender_kind:cash",))
    balance = accounts.Balance(account="1000", name="Cash in tills", currency="EUR", debit=320, credit=0)
    entry = accounts.AccountEntry(
        entry=3,
        company="MAIN",
        kind="session",
        session_id=SESSION,
        revision=1,
        business_date=DAY,
        entry_date=DAY,
        text="Till T1",
        posted_at=MORNING,
        lines=_LINES,
    )
    lines = (
        accounts.EntryLine(account="1200", role="bank", key="cash", currency="EUR", amount=4000),
        accounts.EntryLine(account="1100", role="safe", key="cash", currency="EUR", amount=-4000),
    )
    deposit = {"tender": "cash", "amount": 4000, "reference": "Bag 12"}
    booked = {"deposit": MESSAGE_ID, "by": SUPERVISOR, "company": "MAIN", "entry": 4, "entry_date": DAY}
    return {
        "request.accounts": accounts.Accounts(store=STORE),
        "request.set_accounts": accounts.SetAccounts.model_validate(
            {**_HEAD, "accounts": {"1310": "Meal vouchers"}, "roles": {"tender:meal": "1310"}}
        ),
        "request.lock_period": accounts.LockPeriod.model_validate(
            {**_HEAD, "through": DAY, "reason": "The month is closed"}
        ),
        "request.deposit_to_bank": accounts.DepositToBank.model_validate({**_HEAD, **deposit}),
        "request.trial_balance": accounts.TrialBalance(store=STORE),
        "request.ledger_entries": accounts.LedgerEntries(store=STORE, business_date=DAY),
        "reply.chart": accounts.Chart(company="MAIN", accounts=(cash,)),
        "reply.deposited": accounts.Deposited(entry=4, left=0),
        "reply.balances": accounts.Balances(company="MAIN", balances=(balance,)),
        "reply.account_entry_list": accounts.AccountEntryList(store=STORE, entries=(entry,)),
        "event.bank_deposited": accounts.BankDeposited.model_validate(
            {**_EVENT, **deposit, **booked, "lines": lines}
        ),
    }
