"""The tables that a terminal's screens show, and the same figures as its paper says them."""

from __future__ import annotations

import re

from screens_demo import minor, shown_minor
from touch import Touch

Figures = dict[str, tuple[int, ...]]
"""Amounts per row, minor units: per means of payment by its name, per product by its number."""
_AMOUNT = r"[+−-]?[\d.,]+"
_MONEY = re.compile("[€$]")
_COUNTED = re.compile(rf"^(\S.*?) [A-Z]{{3}} +({_AMOUNT}) +({_AMOUNT}) +({_AMOUNT}) *$", re.M)
_KEPT = re.compile(rf"^(\S.*?) [A-Z]{{3}} +({_AMOUNT}) +({_AMOUNT}) *$", re.M)
_NAMED = re.compile(r"^(\S.*) [A-Z]{3} *$")
_MOVED = re.compile(rf"^ *([A-Z][a-z ]*[a-z]) +({_AMOUNT}) *$")
_PRODUCT = re.compile(rf"^([A-Z]{{3}}-\d\d) .* ({_AMOUNT}) *$", re.M)
_TOTAL = re.compile(rf"^TOTAL [A-Z]{{3}} +({_AMOUNT}) *$", re.M)


def on_the_screen(touch: Touch) -> Figures:
    """Return every amount of the table that is shown, row by row; the report of products has its totals."""
    rows = touch.page.locator(".figures-table tbody tr")
    cells = [row.locator("td").all_inner_texts() for row in rows.all()]
    assert cells
    return {name: tuple(shown_minor(text) for text in more if _MONEY.search(text)) for name, *more in cells}


def cash_up_on(paper: str) -> Figures:
    """Return expected, counted, difference, kept and moved of the cash-up report that was printed last."""
    report = paper[paper.rindex("CASH-UP REPORT (Z)") :]
    kept = {name: (minor(stays), minor(goes)) for name, stays, goes in _KEPT.findall(report)}
    return {
        name: (*(minor(figure) for figure in figures), *kept[name])
        for name, *figures in _COUNTED.findall(report)
    }


def x_report_on(paper: str) -> Figures:
    """Return opening, sales, refunds, money in, money out and expected of the X report printed last."""
    report = paper[paper.rindex("X REPORT") :].partition("The session goes on")[0]
    moved: dict[str, dict[str, int]] = {}
    for line in report.splitlines():
        if named := _NAMED.match(line):
            moved[named[1]] = {}
        elif moved and (found := _MOVED.match(line)):
            list(moved.values())[-1][found[1]] = minor(found[2])
    return {name: _columns(parts) for name, parts in moved.items()}


def _columns(parts: dict[str, int]) -> tuple[int, ...]:
    came, went = ("Paid in", "Loans"), ("Paid out", "Pickups")
    return (
        parts["Opening"],
        parts["Sales"],
        parts.get("Refunds", 0),
        sum(parts.get(name, 0) for name in came),
        sum(parts.get(name, 0) for name in went),
        parts["Expected"],
    )


def flash_on(paper: str) -> Figures:
    """Return the total of every product of the flash report printed last, and of everything."""
    report = paper[paper.rindex("FLASH REPORT") :]
    total = _TOTAL.search(report)
    assert total is not None
    products = _PRODUCT.findall(report[: total.start()])
    return {**{sku: (minor(figure),) for sku, figure in products}, "Total sales": (minor(total[1]),)}
