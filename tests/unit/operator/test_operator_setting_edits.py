"""A setting as a person writes it: what it makes of the settings, or how to write it."""

import pytest
from pydantic import ValidationError

from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.setting_edits import SETTINGS, edit_settings, rate_of
from tillday_contracts.setting_values import BadSetting
from tillday_contracts.setting_words import differences, rate_text
from tillday_contracts.wishes import SettingsContent, Tender

CASH = Tender(
    tender="cash", name="Cash", kind="cash", currency="EUR", keep=KeepRule(mode="fixed", amount=15000)
)
DOLLARS = Tender(
    tender="cash_usd",
    name="Dollars",
    kind="foreign_cash",
    currency="USD",
    rate=920_000,
    denominations=STANDARD["USD"],
    keep=KeepRule(mode="move_all"),
)
NOW = SettingsContent(
    store="S1",
    name="Corner Shop",
    currency="EUR",
    time_zone="Europe/Berlin",
    denominations=STANDARD["EUR"],
    tenders=(CASH, DOLLARS),
)


def after(text: str, settings: SettingsContent = NOW) -> SettingsContent:
    name, *values = text.split(" ")
    return edit_settings(settings, name, values)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("name Café", "name: Corner Shop → Café"),
        ("locale de_DE", "locale: en_GB → de_DE"),
        ("time-zone Europe/Madrid", "time-zone: Europe/Berlin → Europe/Madrid"),
        ("rollover 05:30", "rollover: 04:00 → 05:30"),
        ("cash-rounding 5", "cash-rounding: none → 5"),
        ("blind-count on", "blind-count: off → on"),
        ("blind-recounts 0", "blind-recounts: 1 → 0"),
        ("initial-count taken-over", "initial-count: required → taken-over"),
        ("initial-count taken_over", "initial-count: required → taken-over"),
        ("own-count-approval never", "own-count-approval: with-reason → never"),
        ("max-offline-days 3", "max-offline-days: 7 → 3"),
        ("people-max-age-days 3", "people-max-age-days: 7 → 3"),
        ("receipt-head Harbour 2", "receipt-head: none → Harbour / 2"),
        ("piece-colour 50 pink", "piece-colour: standard → 50.00 pink"),
        ("piece-colour cash_usd 0.25 gold", "piece-colour cash_usd: standard → 0.25 gold"),
        ("tolerance cash initial 1.50", "tolerance cash initial: 0.00 → 1.50"),
        ("tolerance cash cash-up 5", "tolerance cash cash-up: 0.00 → 5.00"),
        ("float TILL1 200", "float TILL1: none → 200.00"),
        ("keep cash fixed 99.99", "keep cash: fixed 150.00 → fixed 99.99"),
        ("keep cash keep-all", "keep cash: fixed 150.00 → keep-all"),
        ("keep cash_usd variable", "keep cash_usd: move-all → variable"),
        ("rate cash_usd 0.9312", "rate cash_usd: 0.92 → 0.9312"),
        ("add-tender card card Card", "tender card: none → Card, card in EUR"),
        (
            "add-tender cash_gbp foreign-cash Pounds GBP 1.17",
            "tender cash_gbp: none → Pounds, foreign cash in GBP",
        ),
        ("remove-tender cash_usd", "tender cash_usd: Dollars, foreign cash in USD → none"),
    ],
)
def test_one_setting_is_set_and_nothing_else_changes(written: str, told: str) -> None:
    assert [str(one) for one in differences(NOW, after(written))] == [told]


def test_coins_and_notes_are_named_or_the_usual_ones() -> None:
    named = after("denominations coins 0.10,0.05 notes 10,5")
    assert [(piece.value, piece.kind) for piece in named.denominations] == [
        (5, "coin"),
        (10, "coin"),
        (500, "note"),
        (1000, "note"),
    ]
    assert after("denominations standard", named) == NOW
    dollars = after("denominations cash_usd notes 1,5")
    assert [piece.value for piece in dollars.tenders[1].denominations] == [100, 500]
    assert dollars.denominations == NOW.denominations


def test_a_float_is_taken_back() -> None:
    assert after("float TILL1 none", after("float TILL1 200")) == NOW


@pytest.mark.parametrize(
    ("written", "help_"),
    [
        ("colour red", 'no setting "colour"; there are:\n  name NAME'),
        ("keep cash", "write: keep TENDER fixed|variable|keep-all|move-all [AMOUNT]"),
        ("keep cash fixed", "an amount belongs to fixed"),
        ("keep cash variable 5.00", "an amount belongs to fixed"),
        ("keep cash most", '"most" is none of fixed, variable, keep-all, move-all'),
        ("keep cheque variable", 'no tender "cheque"; there are cash, cash_usd'),
        ("tolerance cash initial 1.505", "at most 2 decimals"),
        ("tolerance cash initial lots", "'lots' is not an amount"),
        ("tolerance cash initial -1", "less than nothing"),
        ("tolerance cash often 1", '"often" is none of initial, cash-up'),
        ("rollover 24:00", "write it like 04:00"),
        ("blind-count yes", '"yes" is none of on, off'),
        ("cash-rounding 3", '"3" is none of none, 0, 5, 10'),
        ("rate cash_usd 0", '"0" is no rate: how much EUR for one USD, like 0.92'),
        ("rate cash_usd 0,92", "is no rate"),
        ("rate cash_usd 0.1234567", "with at most 6 decimals"),
        ("piece-order 3", "3.00 is no coin or note of EUR"),
        ("piece-colour 50 mauve", '"mauve" is none of standard, slate'),
        ("piece-colour 50 copper", '"copper" is none of standard, slate'),
        ("piece-colour cash_usd 50", "write: piece-colour 50 pink"),
        ("piece-order cash_usd", 'write the amounts after "cash_usd"'),
        ("denominations coins 0.05,x", "'x' is not an amount"),
        ("denominations coins 0", "worth more than nothing"),
        ("denominations pieces 1", "write: coins"),
        ("denominations coins", "write: coins"),
        ("add-tender cash card Cash", 'a tender "cash" already'),
        ("add-tender cash_gbp foreign-cash Pounds", "write: add-tender cash_usd"),
        ("add-tender card card Card EUR 1", "belong to foreign cash alone"),
        ("max-offline-days many", "no number of days"),
        ("blind-recounts often", "no number of times"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(written: str, help_: str) -> None:
    with pytest.raises(BadSetting) as caught:
        after(written)
    assert help_ in str(caught.value)


def test_what_no_store_may_have_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValidationError):
        after("max-offline-days 99")


def test_a_rate_is_for_whole_units_of_both_currencies_whatever_their_decimals() -> None:
    for text, own, foreign, millionths in (
        ("0.92", "EUR", "USD", 920_000),
        ("0.0061", "EUR", "JPY", 610_000),
        ("164.5", "JPY", "EUR", 1_645_000),
    ):
        assert rate_of(text, own=own, foreign=foreign) == millionths
        assert rate_text(millionths, own=own, foreign=foreign) == text


def test_every_setting_says_how_it_is_written_and_when_it_takes_effect() -> None:
    assert all(setting.usage and setting.effect for setting in SETTINGS.values())
