"""What is counted at a cash-up from the command line: every tender once, cash of any kind by its pieces."""

from typing import Any

from tillday_local.operator.counts import contents_of

TENDERS = [
    {"tender": "cash", "kind": "cash"},
    {"tender": "card", "kind": "card"},
    {"tender": "cash_usd", "kind": "foreign_cash"},
]
EXPECTED = [
    {"tender": "cash", "amount": 15_000},
    {"tender": "card", "amount": 1_250},
    {"tender": "cash_usd", "amount": 2_000},
]
FLOAT = [{"value": 5_000, "quantity": 3}]
NOTE = [{"value": 2_000, "quantity": 1}]


def counted(till: dict[str, Any], pieces: dict[str, Any], totals: dict[str, int]) -> dict[str, Any]:
    contents = contents_of(TENDERS, till, {"cash": FLOAT, **pieces}, totals)
    return {one["tender"]: one.get("denominations", one.get("counted")) for one in contents}


def test_foreign_cash_is_counted_by_its_own_pieces() -> None:
    till = {"expected": EXPECTED, "confirmed": []}

    assert counted(till, {"cash_usd": NOTE}, {}) == {"cash": FLOAT, "card": 1_250, "cash_usd": NOTE}


def test_foreign_cash_that_nobody_counted_is_not_there() -> None:
    assert counted({"expected": EXPECTED, "confirmed": []}, {}, {"card": 1_000}) == {
        "cash": FLOAT,
        "card": 1_000,
        "cash_usd": [],
    }


def test_what_is_confirmed_is_not_counted_again() -> None:
    till = {"expected": EXPECTED, "confirmed": ["cash", "card"]}

    assert counted(till, {"cash_usd": NOTE}, {}) == {"cash_usd": NOTE}


def test_a_blind_count_leaves_no_tender_out_and_guesses_no_total() -> None:
    till: dict[str, Any] = {"expected": None, "confirmed": []}

    assert counted(till, {}, {}) == {"cash": FLOAT, "card": None, "cash_usd": []}
