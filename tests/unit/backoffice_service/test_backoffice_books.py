"""Stock, postings and ledger at the back office: what the pages show, and which commands leave them."""

import pytest

from backoffice_service.pages.books import UnreadableGoods, goods_lines, sums_of
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.account_messages import (
    Accounts,
    Balance,
    DepositToBank,
    LedgerEntries,
    LockPeriod,
    SetAccounts,
    TrialBalance,
)
from tillday_contracts.balance_messages import StoreBalance
from tillday_contracts.messages import Done, Refused
from tillday_contracts.posting_messages import Postings, RetryPosting, ShowPosting, WaivePosting
from tillday_contracts.stock_messages import (
    AdjustStock,
    Pickings,
    ReceiveGoods,
    SetLocation,
    SetStockRules,
    StockOnHand,
)
from tillday_contracts.store_messages import People, StoreSettings
from tillday_contracts.till_messages import SafeBalance
from unit.backoffice_service.office_room import OfficeRoom, example

SHOWN = example("reply.posting_shown")
SESSION = SHOWN.posting.session_id
POSTING = f"/stores/S1/ledger/postings/{SESSION}"
PAGES = (
    *("stock", "stock/pickings", "stock/locations", "ledger", "ledger/entries", "ledger/trial-balance"),
    *("ledger/safe", "ledger/accounts", "ledger/postings", f"ledger/postings/{SESSION}"),
)


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor before the books of a store day."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        Postings: example("reply.posting_list"),
        ShowPosting: SHOWN,
        StockOnHand: example("reply.on_hand_list"),
        Pickings: example("reply.picking_list"),
        StoreBalance: example("reply.balance"),
        SafeBalance: example("reply.safe"),
        Accounts: example("reply.chart"),
        TrialBalance: example("reply.balances"),
        LedgerEntries: example("reply.account_entry_list"),
        ReceiveGoods: example("reply.stock_changed"),
        AdjustStock: example("reply.stock_changed"),
        DepositToBank: example("reply.deposited"),
        **dict.fromkeys(
            (SetLocation, SetStockRules, SetAccounts, LockPeriod, RetryPosting, WaivePosting), Done()
        ),
    }
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_books_can_be_read(room: OfficeRoom, language: str) -> None:
    browser = room.browser(language)
    for page in PAGES:
        answer = browser.get(f"/stores/S1/{page}")
        assert answer.status_code == 200, page
        assert 'aria-current="page"' in answer.text, page


def test_an_entry_shows_its_accounts_tenders_and_rates(room: OfficeRoom) -> None:
    page = room.browser().get(POSTING).text

    assert "1000 Cash in tills" in page
    assert "19 %" in page
    assert "3.20" in page


def test_a_picking_that_failed_says_why_and_leads_to_its_session(room: OfficeRoom) -> None:
    page = room.browser().get("/stores/S1/stock/pickings").text

    assert "The location SHOP is closed." in page
    assert f'href="{POSTING}"' in page


def test_what_failed_is_tried_again_and_what_waits_is_posted_all_the_same(room: OfficeRoom) -> None:
    failed = SHOWN.posting.model_copy(update={"state": "failed", "reason": "The location SHOP is closed."})
    room.services.answers[ShowPosting] = SHOWN.model_copy(update={"posting": failed})
    browser = room.browser()
    assert "The location SHOP is closed." in browser.get(POSTING).text
    assert browser.post(f"{POSTING}/retry", data={"key": "1"}).headers["location"] == f"{POSTING}?done=retry"

    assert browser.post(f"{POSTING}/waive", data={"key": "2"}).status_code == 422
    browser.post(f"{POSTING}/waive", data={"key": "2", "reason": "The disk is lost"})

    assert [one.session_id for one in room.services.commands(RetryPosting)] == [SESSION]
    assert [one.reason for one in room.services.commands(WaivePosting)] == ["The disk is lost"]
    assert browser.post(f"{POSTING}/forget").status_code == 404


def test_goods_are_taken_in_once_under_the_names_that_the_store_knows(room: OfficeRoom) -> None:
    browser = room.browser()
    form = {"key": "k", "reference": "Delivery 17", "location": "SHOP", "lines": "4001 24\n\n 4002 = 3 "}

    for _ in range(2):
        browser.post("/stores/S1/stock/receive", data=form)

    first, second = room.services.commands(ReceiveGoods)
    assert first.message_id == second.message_id
    assert [(one.sku, one.quantity, one.name) for one in first.lines] == [
        ("4001", 24, "Coffee"),
        ("4002", 3, ""),
    ]
    assert room.trail.acts[0][-1] == "document 7"


def test_stock_is_adjusted_by_a_number_of_pieces_with_either_minus(room: OfficeRoom) -> None:
    browser = room.browser()
    form = {"sku": "4001", "location": "SHOP", "reason": "Broken"}

    for pieces in ("−2", "-2", "+3"):
        browser.post("/stores/S1/stock/adjust", data={**form, "pieces": pieces})

    assert [one.quantity for one in room.services.commands(AdjustStock)] == [-2, -2, 3]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("stock/receive", {"reference": "x", "location": "SHOP", "lines": "COF-01"}),
        ("stock/receive", {"reference": "x", "location": "SHOP", "lines": "COF-01 ²"}),
        ("stock/receive", {"reference": "", "location": "SHOP", "lines": "COF-01 2"}),
        ("stock/adjust", {"sku": "1", "location": "SHOP", "reason": "x", "pieces": "--1"}),
        ("stock/adjust", {"sku": "1", "location": "SHOP", "reason": "x", "pieces": "1.5"}),
        ("stock/adjust", {"sku": "1", "location": "<b>", "reason": "x", "pieces": "1"}),
        ("stock/location", {"location": "cellar door", "name": "x"}),
        ("stock/rules", {"pickings": "sometimes"}),
        ("ledger/safe/deposit", {"tender": "cash", "amount": "much", "reference": "Bag"}),
        ("ledger/safe/deposit", {"tender": "cash", "amount": "-5", "reference": "Bag"}),
        ("ledger/accounts/change", {"account": "1310"}),
        ("ledger/accounts/change", {"account": "a b", "name": "x"}),
        ("ledger/accounts/lock", {"through": "tomorrow", "reason": "x"}),
    ],
)
def test_a_form_that_cannot_be_read_changes_nothing(
    room: OfficeRoom, path: str, form: dict[str, str]
) -> None:
    room.role = "manager"

    answer = room.browser().post(f"/stores/S1/{path}", data=form)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert room.trail.acts == []


def test_a_refusal_stands_above_what_was_typed(room: OfficeRoom) -> None:
    room.services.answers[DepositToBank] = Refused(code="not_in_safe", text="Only 40.00 are in the safe.")
    form = {"tender": "cash", "amount": "50", "reference": "Bag 12"}

    english = room.browser().post("/stores/S1/ledger/safe/deposit", data=form)
    spanish = room.browser("es").post("/stores/S1/ledger/safe/deposit", data=form)

    assert (english.status_code, spanish.status_code) == (409, 409)
    assert "Only 40.00 are in the safe." in english.text
    assert "En la caja fuerte hay menos" in spanish.text
    assert 'value="Bag 12"' in english.text


def test_a_deposit_is_booked_in_the_tenders_own_minor_units(room: OfficeRoom) -> None:
    form = {"tender": "cash", "amount": "1200.5", "reference": "Bag 12"}

    answer = room.browser().post("/stores/S1/ledger/safe/deposit", data=form)

    assert answer.headers["location"] == "/stores/S1/ledger/safe?done=yes"
    assert [(one.tender, one.amount) for one in room.services.commands(DepositToBank)] == [("cash", 120_050)]


def test_only_a_manager_changes_the_chart_and_locks_periods(room: OfficeRoom) -> None:
    change = {"account": "1310", "name": "Meal vouchers", "role": "tender:meal"}
    lock = {"through": "2026-03-31", "reason": "The quarter is closed"}
    assert room.browser().post("/stores/S1/ledger/accounts/change", data=change).status_code == 403
    assert "Change the chart" not in room.browser().get("/stores/S1/ledger/accounts").text
    room.role = "manager"

    room.browser().post("/stores/S1/ledger/accounts/change", data=change)
    room.browser().post("/stores/S1/ledger/accounts/lock", data=lock)

    (chart,) = room.services.commands(SetAccounts)
    assert (chart.accounts, chart.roles) == ({"1310": "Meal vouchers"}, {"tender:meal": "1310"})
    assert room.services.commands(LockPeriod)[0].through.isoformat() == "2026-03-31"


def test_an_operator_reads_the_books_and_changes_nothing(room: OfficeRoom) -> None:
    room.role = "operator"
    browser = room.browser()

    for page in PAGES:
        assert 'name="reason"' not in browser.get(f"/stores/S1/{page}").text
    for path in ("stock/receive", "stock/rules", "ledger/safe/deposit", f"ledger/postings/{SESSION}/retry"):
        assert browser.post(f"/stores/S1/{path}").status_code == 403


def test_files_hold_what_the_pages_show_and_no_formula(room: OfficeRoom) -> None:
    held = example("reply.on_hand_list")
    strange = held.products[0].model_copy(update={"name": "=1+1", "quantity": -3})
    room.services.answers[StockOnHand] = held.model_copy(update={"products": (strange,)})
    browser = room.browser()

    assert browser.get("/stores/S1/stock/on-hand.csv").text.splitlines()[1] == "SHOP,4001,'=1+1,-3"
    assert "SHOP" in browser.get("/stores/S1/stock/pickings.csv").text
    assert "MAIN,1000" not in browser.get("/stores/S1/ledger/trial-balance.csv").text
    assert browser.get("/stores/S1/ledger/trial-balance.csv").text.splitlines()[1].endswith("EUR,320,0")
    assert len(browser.get("/stores/S1/ledger/entries.csv").text.splitlines()) > 1
    assert browser.get("/stores/S1/stock/everything.csv").status_code == 404


def test_books_out_of_balance_would_be_seen() -> None:
    one = example("reply.balances").balances[0]
    other = Balance(account="4000", name="Sales", currency="EUR", debit=0, credit=319)

    assert sums_of([one, other]) == {"EUR": (320, 319)}


@pytest.mark.parametrize("text", ["", "COF-01", "COF-01 0", "24 COF 01", "COF-01 -2", "COF-01 1.5"])
def test_goods_are_products_with_whole_pieces(text: str) -> None:
    with pytest.raises(UnreadableGoods):
        goods_lines(text)
