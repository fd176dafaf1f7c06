"""`tillday day` from outside: one JSON object on standard output, everything else beside it, to the penny."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

SHOP = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "bread-basket"
TICKETS, PRODUCTS = SHOP / "tickets.csv", SHOP / "products.csv"

# The first day, the largest, the one with Adjustment, days with and without NONE, the last but one, quiet
# ones, and one ticket on New Year's Day (stamped before the rollover).
CI_DATES = (
    "2016-10-30",
    "2016-11-05",
    "2016-11-09",
    "2016-12-08",
    "2016-12-27",
    "2017-01-01",
    "2017-01-04",
    "2017-01-18",
    "2017-01-25",
    "2017-01-30",
)


def run_day(*arguments: str) -> tuple[int, dict[str, Any], str]:
    command = [sys.executable, "-m", "tillday_local", "day", "--json", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=480, env=dict(os.environ), check=False
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stdout + done.stderr
    return done.returncode, json.loads(lines[0]), done.stderr


def test_a_day_with_a_cut_link_ends_with_all_invariants_and_one_planted_shortage() -> None:
    code, day, told = run_day("--offline", "--terminals", "2", "--sales", "15")

    assert code == 0, told
    assert "all invariants hold" in told
    assert "a guest of T1 now" in told
    assert "what T2 sold into this till is counted with it" in told
    assert day["sales"] == 30
    assert day["refunds"] == 2
    assert day["offline_sales"] > 0
    assert day["terminals"] == 2
    assert day["tenders"]["cash"]["difference"] == -100
    assert day["invariants"]["violated"] == []
    assert day["invariants"]["checked"] >= 20
    assert day["total_minor"] == sum(product["total_minor"] for product in day["products"].values())
    assert day["products"]["WAT-02"]["total_minor"] == 0
    flash = {day["business_date"]: day["total_minor"]}
    assert day["paper"] == {"receipts": 32, "total_minor": day["total_minor"], "flash": flash}


real_shop = pytest.mark.skipif(
    not TICKETS.exists(), reason="the tickets of the real shop are not beside this checkout"
)


@real_shop
def test_the_tickets_of_real_days_reach_the_reports_to_the_penny() -> None:
    code, days, told = replay(",".join(CI_DATES))

    assert code == 0, told
    assert [day["business_date"] for day in days["days"]] == list(CI_DATES)
    for day in days["days"]:
        assert_as_in_the_files(day, day["business_date"])
    before_the_rollover = days["days"][CI_DATES.index("2017-01-01")]
    assert before_the_rollover["sales"] == before_the_rollover["offline_sales"] == 1
    assert_paper_as_in_the_files(days, CI_DATES)
    assert days["invariants"]["violated"] == []


def replay(dates: str) -> tuple[int, dict[str, Any], str]:
    files = ("--tickets", str(TICKETS), "--products", str(PRODUCTS))
    return run_day(*files, "--date", dates, "--terminals", "2")


def assert_as_in_the_files(day: dict[str, Any], on: str) -> None:
    expected = _from_the_files(on)
    assert day["business_date"] == on
    assert day["sales"] == expected["tickets"]
    assert day["total_minor"] == expected["total"]
    assert day["products"] == expected["products"]
    assert day["offline_sales"] >= 1


def assert_paper_as_in_the_files(told: dict[str, Any], dates: Sequence[str]) -> None:
    """What the receipts and the flash reports show, added up from the tapes, is what the tickets cost."""
    expected = {on: _from_the_files(on) for on in dates}
    assert told["paper"] == {
        "receipts": sum(day["tickets"] for day in expected.values()),
        "total_minor": sum(day["total"] for day in expected.values()),
        "flash": {on: day["total"] for on, day in expected.items()},
    }


def _from_the_files(on: str) -> dict[str, Any]:
    """Sum a day from the two files alone."""
    with PRODUCTS.open(encoding="utf-8") as text:
        products = {row["name"].strip(): row for row in csv.DictReader(text)}
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"quantity": 0, "total_minor": 0})
    tickets, total = set[str](), 0
    with TICKETS.open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            if row["date"] != on:
                continue
            product = products[row["item"].strip()]
            tickets.add(row["ticket"])
            total += int(product["price_minor"])
            sums[product["sku"]]["quantity"] += 1
            sums[product["sku"]]["total_minor"] += int(product["price_minor"])
    return {"tickets": len(tickets), "total": total, "products": dict(sums)}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--tickets", "nowhere.csv"), "belong together"),
        (("--tickets", "no.csv", "--products", "no.csv", "--date", "tomorrow"), "is no date"),
        (("--tickets", "no.csv", "--products", "no.csv", "--date", "2016-11-05"), "cannot be read"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_a_sentence(arguments: tuple[str, ...], says: str) -> None:
    command = [sys.executable, "-m", "tillday_local", "day", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
