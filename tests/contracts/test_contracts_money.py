"""Money: rounding, tax shares, ranges, and what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tillday_contracts.money import (
    LARGEST_AMOUNT,
    InvalidAmount,
    Minor,
    Quantity,
    divide_half_away,
    format_minor,
    largest_remainder,
    parse_minor,
    plain_minor,
    tax_in,
)

AMOUNTS = st.integers(-(10**9), 10**9)
RATES = st.integers(0, 100_00)


def test_the_tax_of_three_equal_lines_is_split_to_the_unit() -> None:
    assert tax_in(3 * 199, 1900) == 95
    assert largest_remainder(95, [199, 199, 199]) == (32, 32, 31)


def test_a_negative_line_gets_a_negative_share() -> None:
    assert tax_in(250 + 250 - 100, 2000) == 67
    assert largest_remainder(67, [250, 250, -100]) == (42, 42, -17)


@pytest.mark.parametrize(
    ("numerator", "rounded"), [(5, 3), (-5, -3), (4, 2), (3, 2), (-3, -2), (1, 1), (0, 0)]
)
def test_a_half_is_rounded_away_from_zero(numerator: int, rounded: int) -> None:
    assert divide_half_away(numerator, 2) == rounded


@given(AMOUNTS, st.integers(1, 10**6))
def test_rounding_is_off_by_at_most_a_half(numerator: int, denominator: int) -> None:
    assert abs(divide_half_away(numerator, denominator) * denominator - numerator) * 2 <= denominator


@given(AMOUNTS, RATES)
def test_the_tax_of_a_full_refund_mirrors_its_receipt(gross: int, rate: int) -> None:
    assert tax_in(-gross, rate) == -tax_in(gross, rate)


@given(st.lists(AMOUNTS, min_size=1, max_size=30), RATES)
def test_tax_shares_add_up_and_mirror_a_refund(weights: list[int], rate: int) -> None:
    tax = tax_in(sum(weights), rate)

    shares = largest_remainder(tax, weights)

    assert sum(shares) == tax
    assert largest_remainder(-tax, [-weight for weight in weights]) == tuple(-share for share in shares)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30), st.integers(0, 10**6))
def test_no_share_is_off_by_a_whole_unit(weights: list[int], total: int) -> None:
    whole = sum(weights)

    for share, weight in zip(largest_remainder(total, weights), weights, strict=True):
        assert abs(share * whole - total * weight) < whole


def test_an_amount_cannot_be_split_over_nothing() -> None:
    assert largest_remainder(0, [100, -100]) == (0, 0)
    with pytest.raises(ValueError, match="sum to zero"):
        largest_remainder(1, [100, -100])


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.3", "EUR", 1230),
        (" -0.05 ", "EUR", -5),
        ("150", "EUR", 15000),
        ("150", "JPY", 150),
        ("1.234", "KWD", 1234),
    ],
)
def test_an_amount_is_read_in_its_currency(text: str, currency: str, minor: int) -> None:
    assert parse_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "NaN",
        "Infinity",
        "1e3",
        "1e400",
        "1e999999",
        "12,30",
        "1.001",
        "0x10",
        "１２",
        "9" * 16,
        "1." + "0" * 40,
    ],
)
def test_what_is_no_amount_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidAmount, match="is not an amount"):
        parse_minor(text, "EUR")


def test_a_currency_without_minor_units_has_no_decimals() -> None:
    with pytest.raises(InvalidAmount, match="at most 0 decimals"):
        parse_minor("1.5", "JPY")


@given(st.integers(-LARGEST_AMOUNT, LARGEST_AMOUNT), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_a_printed_amount_reads_back(amount: int, currency: str) -> None:
    assert parse_minor(plain_minor(amount, currency), currency) == amount


def test_an_amount_for_people_shows_its_currency() -> None:
    assert format_minor(123456, "EUR", "en_GB") == "€1,234.56"
    assert format_minor(-5, "EUR", "en_GB") == "-€0.05"


@pytest.mark.parametrize("value", [1.0, "1", True, None, LARGEST_AMOUNT + 1, -LARGEST_AMOUNT - 1, 2**63])
def test_money_is_an_integer_in_range_and_nothing_else(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Minor).validate_python(value)


@pytest.mark.parametrize("value", [1.5, 10**6 + 1])
def test_a_quantity_is_an_integer_in_range(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Quantity).validate_python(value)
