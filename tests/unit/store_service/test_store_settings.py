"""Which settings a store may have: everything wrong is named, at once."""

from datetime import date
from typing import Any

import pytest

from store_service.domain.refusals import wrong_settings
from store_service.domain.store_settings import problems_of, problems_of_change, problems_of_removal
from store_service.domain.tills import KnownSession
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD, Denomination
from tillday_contracts.entries import TenderAmount
from tillday_contracts.till_messages import SessionStatus
from tillday_contracts.wishes import SettingsContent, Tender

KEEP = KeepRule(mode="fixed", amount=15000)
CASH = Tender(tender="cash", name="Cash", kind="cash", currency="EUR", keep=KEEP)
CARD = Tender(tender="card", name="Card", kind="card", currency="EUR", keep=KeepRule(mode="move_all"))
DOLLARS = Tender(
    tender="cash_usd",
    name="Dollars",
    kind="foreign_cash",
    currency="USD",
    rate=920_000,
    denominations=STANDARD["USD"],
    keep=KeepRule(mode="variable"),
)
GOOD = SettingsContent(
    store="S1",
    name="Corner Shop",
    currency="EUR",
    time_zone="Europe/Berlin",
    denominations=STANDARD["EUR"],
    tenders=(CASH, CARD, DOLLARS),
)


def changed(**fields: object) -> SettingsContent:
    return GOOD.model_copy(update=fields)


def codes(settings: SettingsContent, *tills: str) -> list[str]:
    return [problem.code for problem in problems_of(settings, tills)]


def tender(which: Tender = CARD, **fields: object) -> SettingsContent:
    others = tuple(other for other in GOOD.tenders if other.tender != which.tender)
    return changed(tenders=(*others, which.model_copy(update=fields)))


def test_good_settings_have_no_problem() -> None:
    assert codes(GOOD) == []
    assert codes(changed(floats={"TILL1": 20000}), "TILL1") == []
    assert codes(tender(DOLLARS, keep=KeepRule(mode="fixed", amount=10000))) == []


def test_a_currency_without_a_table_takes_the_coins_and_notes_that_are_named() -> None:
    pieces = (Denomination(value=50, kind="coin"), Denomination(value=1000, kind="note"))
    cash = CASH.model_copy(update={"currency": "SEK"})
    assert codes(changed(currency="SEK", denominations=pieces, tenders=(cash,))) == []


@pytest.mark.parametrize(
    ("settings", "code", "text"),
    [
        (changed(time_zone="Mars/Olympus"), "unknown_time_zone", '"Mars/Olympus" is no time zone'),
        (changed(locale="xx_YY"), "unknown_locale", '"xx_YY" is no locale'),
        (
            changed(currency="EUX", tenders=(CASH.model_copy(update={"currency": "EUX"}),)),
            "unknown_currency",
            '"EUX"',
        ),
        (changed(denominations=()), "denominations_missing", "The store has no coins or notes of EUR"),
        (
            changed(denominations=(*STANDARD["EUR"], Denomination(value=3, kind="coin"))),
            "denomination_unknown",
            "0.03 is no coin or note of EUR, which has 0.01",
        ),
        (
            changed(denominations=(*STANDARD["EUR"], Denomination(value=500, kind="coin"))),
            "denomination_twice",
            "names the denomination 5.00 EUR twice",
        ),
        (changed(tenders=(CASH, CARD, CARD)), "tender_twice", 'two tenders "card"'),
        (changed(tenders=(CARD,)), "one_cash_tender", "here there are 0"),
        (
            changed(tenders=(CASH, CASH.model_copy(update={"tender": "cash2"}))),
            "one_cash_tender",
            "cash, cash2",
        ),
        (tender(currency="USD"), "tender_currency", '"card" is in USD, the store in EUR'),
        (tender(rate=920_000), "not_foreign_cash", '"card" has a rate'),
        (tender(denominations=STANDARD["EUR"]), "not_foreign_cash", '"card" has a rate or coins'),
        (
            tender(DOLLARS, rate=None),
            "rate_missing",
            '"cash_usd" is foreign cash and needs an exchange rate: EUR per USD',
        ),
        (
            tender(DOLLARS, denominations=()),
            "denominations_missing",
            '"cash_usd" has no coins or notes of USD',
        ),
        (tender(DOLLARS, denominations=STANDARD["GBP"]), "denomination_unknown", "no coin or note of USD"),
        (
            tender(DOLLARS, currency="EUR", denominations=STANDARD["EUR"]),
            "not_foreign",
            "the store's own currency",
        ),
        (tender(DOLLARS, currency="USX"), "unknown_currency", 'The tender "cash_usd": "USX" is no currency'),
        (tender(keep=KeepRule(mode="keep_all", amount=5)), "keep_amount", 'its mode is "keep_all"'),
        (
            changed(
                denominations=tuple(p for p in STANDARD["EUR"] if p.value >= 500),
                tenders=(CASH.model_copy(update={"keep": KeepRule(mode="fixed", amount=15001)}),),
            ),
            "keep_not_payable",
            '"cash" keeps 150.01 EUR',
        ),
        (
            changed(floats={"TILL9": 100}),
            "unknown_till",
            'the till "TILL9", which the store does not have; its tills: TILL1',
        ),
        (
            changed(floats={"TILL1": 1}, denominations=tuple(p for p in STANDARD["EUR"] if p.value >= 5)),
            "float_not_payable",
            'The float of the till "TILL1" is 0.01',
        ),
    ],
)
def test_what_is_wrong_is_named(settings: SettingsContent, code: str, text: str) -> None:
    problems = {problem.code: problem.text for problem in problems_of(settings, ("TILL1",))}
    assert text in problems[code]


def test_everything_wrong_is_in_one_refusal_with_the_code_of_the_first() -> None:
    refusal = wrong_settings(problems_of(changed(time_zone="Mars", denominations=(), tenders=()), ()))
    assert refusal.code == "unknown_time_zone"
    named: Any = refusal.details["problems"]
    assert [problem["code"] for problem in named] == [
        "unknown_time_zone",
        "denominations_missing",
        "one_cash_tender",
    ]
    assert all(problem["text"] in refusal.text for problem in named)


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (changed(currency="GBP"), "currency_stays"),
        (tender(CARD, kind="voucher"), "tender_stays"),
        (tender(DOLLARS, currency="GBP"), "tender_stays"),
    ],
)
def test_a_store_that_has_traded_keeps_its_money(after: SettingsContent, code: str) -> None:
    assert [problem.code for problem in problems_of_change(GOOD, after)] == [code]


def test_a_store_that_has_traded_changes_everything_else() -> None:
    rate = tender(DOLLARS, rate=930_000, keep=KeepRule(mode="move_all"))
    gone = changed(tenders=(CASH,), time_zone="Europe/Madrid", floats={"TILL1": 100})
    added = changed(tenders=(*GOOD.tenders, CARD.model_copy(update={"tender": "card_2"})))
    assert [problems_of_change(GOOD, after) for after in (GOOD, rate, gone, added)] == [()] * 4


def session(status: SessionStatus, **kept: int) -> KnownSession:
    amounts = tuple(TenderAmount(tender=name, amount=amount) for name, amount in kept.items())
    return KnownSession("1" * 32, "T1", "TILL1", date(2026, 3, 2), status, 0, kept=amounts)


@pytest.mark.parametrize(
    ("known", "codes_", "text"),
    [
        (session("open"), ["tender_in_use"], 'The till "TILL1" is open and counts the tender "cash_usd"'),
        (session("closed_front", cash_usd=2000), ["tender_kept"], '"TILL1" keeps 20.00 USD'),
        (session("closed_front", cash=15000, cash_usd=0), [], ""),
        (session("posted"), [], ""),
    ],
)
def test_cash_that_lies_in_a_drawer_is_not_taken_out_of_the_settings(
    known: KnownSession, codes_: list[str], text: str
) -> None:
    problems = problems_of_removal(GOOD, changed(tenders=(CASH, CARD)), (known,))
    assert [problem.code for problem in problems] == codes_
    assert all(text in problem.text for problem in problems)


def test_a_card_is_taken_out_at_any_time() -> None:
    assert problems_of_removal(GOOD, changed(tenders=(CASH, DOLLARS)), (session("open"),)) == ()
