"""The figures of a day, from the back office's reports, and what the people at the counters say to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tillday_contracts.report_messages import CashUp
from tillday_local.day.tally import Tally


def figures(business_date: str, reports: Sequence[CashUp], tally: Tally, *, terminals: int) -> dict[str, Any]:
    """Return the day as `--json` prints it, without the checker's verdict; amounts in minor units."""
    return {
        "business_date": business_date,
        "sales": sum(report.receipts - report.refunds for report in reports),
        "refunds": sum(report.refunds for report in reports),
        "total_minor": sum(report.total for report in reports),
        "tenders": _tenders(reports),
        "products": _products(reports),
        "terminals": terminals,
        "offline_sales": tally.offline_sales,
    }


def disagreements(day: dict[str, Any], tally: Tally, *, shortage: int) -> list[str]:
    """Return where the reports say something else than the people saw; empty when they agree."""
    seen = {
        "number of sales": (day["sales"], tally.sales),
        "number of refunds": (day["refunds"], tally.refunds),
        "total": (day["total_minor"], tally.total),
        "differences": (
            {tender: sums["difference"] for tender, sums in day["tenders"].items() if sums["difference"]},
            {"cash": -shortage} if shortage else {},
        ),
        "card and voucher": (
            {
                tender: sums["counted"]
                for tender, sums in day["tenders"].items()
                if tender != "cash" and sums["counted"]
            },
            {tender: amount for tender, amount in tally.tenders.items() if tender != "cash"},
        ),
        "products": (
            {sku: (product["quantity"], product["total_minor"]) for sku, product in day["products"].items()},
            {sku: (quantity, amount) for sku, (quantity, amount) in tally.products.items()},
        ),
    }
    return [
        f"{what}: the reports say {reported}, at the counters it was {counted}"
        for what, (reported, counted) in seen.items()
        if reported != counted
    ]


def _tenders(reports: Iterable[CashUp]) -> dict[str, dict[str, int]]:
    tenders: dict[str, dict[str, int]] = {}
    for report in reports:
        for tender in report.tenders:
            sums = tenders.setdefault(tender.tender, {"expected": 0, "counted": 0, "difference": 0})
            sums["expected"] += tender.expected
            sums["counted"] += tender.counted
            sums["difference"] += tender.difference
    return tenders


def _products(reports: Iterable[CashUp]) -> dict[str, dict[str, int]]:
    products: dict[str, dict[str, int]] = {}
    for report in reports:
        for line in report.products:
            sums = products.setdefault(line.sku, {"quantity": 0, "total_minor": 0})
            sums["quantity"] += line.quantity
            sums["total_minor"] += line.total
    return dict(sorted(products.items()))
