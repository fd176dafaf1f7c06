"""What a shop's two files say was sold, added up without anything that replays them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from tillday_local.day.books import Sold


def sold_by_file(tickets: Path, products: Path, dates: Sequence[date]) -> tuple[Sold, ...]:
    """Return what was sold on each date: every row of the tickets is one piece at the product's price.

    The files were read before by what replays them, so faults in them are none of this one's business.
    """
    known = {row["name"].strip(): (row["sku"], int(row["price_minor"])) for row in _rows(products)}
    pieces = {on.isoformat(): Counter[str]() for on in dates}
    turnover = Counter[str]()
    for row in _rows(tickets):
        if row["date"] in pieces:
            sku, price = known[row["item"].strip()]
            pieces[row["date"]][sku] += 1
            turnover[row["date"]] += price
    return tuple(Sold(turnover[day], bought) for day, bought in pieces.items())


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)
