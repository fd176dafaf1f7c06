"""A catalogue as people write it: CSV with `sku,name,price_minor,tax_percent[,barcode,category]`."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tillday_contracts import catalogue_problems as problem
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.catalogue_problems import LineProblem
from tillday_contracts.money import LARGEST_AMOUNT

REQUIRED: Final = ("sku", "name", "price_minor", "tax_percent")
OPTIONAL: Final = ("barcode", "category")
LONGEST: Final[Mapping[str, int]] = {"sku": 40, "name": 120, "barcode": 120, "category": 120}
SHOWN: Final = 40

_PRICE: Final = re.compile(r"[0-9]{1,13}", re.ASCII)
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2})0*)?", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")

Record = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What a file says: the products of its good lines in their order, and what is wrong with the others.

    `usable` is False where the file as a whole cannot be read, so that leaving out lines does not help.
    """

    items: tuple[CatalogueItem, ...] = ()
    problems: tuple[LineProblem, ...] = ()
    usable: bool = True


class _Wrong(ValueError):
    """What is wrong with one line: a sentence and what stands in it."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    def at(self, line: int) -> LineProblem:
        """Return it as the problem of a line."""
        return LineProblem(line, self.sentence, self.values)


def read_catalogue(data: bytes) -> CatalogueFile:
    """Read a file line by line; never raises, whatever the bytes are."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _unusable(_Wrong(problem.NOT_UTF_8), line)
    records = _records(text)
    try:
        columns = _columns(next(records, None))
    except csv.Error as error:
        return _unusable(_Wrong(problem.NO_HEADING, error=str(error)))
    except _Wrong as error:
        return _unusable(error)
    return _items(records, columns)


def _unusable(wrong: _Wrong, line: int = 1) -> CatalogueFile:
    return CatalogueFile(problems=(wrong.at(line),), usable=False)


def _records(text: str) -> Iterator[Record]:
    """Yield each record that is not empty, with the line on which it begins."""
    reader = csv.reader((f"{line}\n" for line in text.split("\n")), strict=True)
    line = 1
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield line, stripped
        line = reader.line_num + 1


def _columns(heading: Record | None) -> tuple[str, ...]:
    names = () if heading is None else tuple(name.lower() for name in heading[1])
    wanted = ",".join(REQUIRED)
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        raise _Wrong(problem.NO_COMMAS, wanted=wanted)
    missing = ", ".join(name for name in REQUIRED if name not in names)
    if missing:
        raise _Wrong(problem.LACKING, wanted=wanted, missing=missing)
    for name in names:
        if name not in (*REQUIRED, *OPTIONAL):
            optional = ", ".join(OPTIONAL)
            raise _Wrong(problem.NO_SUCH_COLUMN, column=name[:SHOWN], wanted=wanted, optional=optional)
        if names.count(name) > 1:
            raise _Wrong(problem.COLUMN_TWICE, column=name)
    return names


def _items(records: Iterator[Record], columns: tuple[str, ...]) -> CatalogueFile:
    items: list[CatalogueItem] = []
    problems: list[LineProblem] = []
    seen: dict[tuple[str, str], int] = {}
    line = 1
    try:
        for line, cells in records:
            try:
                items.append(_item(line, cells, columns, seen))
            except _Wrong as error:
                problems.append(error.at(line))
    except csv.Error as error:
        problems.append(_Wrong(problem.OPEN_QUOTE, error=str(error)).at(line + 1))
        return CatalogueFile(tuple(items), tuple(problems), usable=False)
    if not items and not problems:
        return _unusable(_Wrong(problem.NO_PRODUCT))
    return CatalogueFile(tuple(items), tuple(problems))


def _item(
    line: int, cells: list[str], columns: tuple[str, ...], seen: dict[tuple[str, str], int]
) -> CatalogueItem:
    if len(cells) > len(columns):
        raise _Wrong(problem.CELLS, cells=len(cells), columns=len(columns))
    row = dict(zip(columns, cells, strict=False))
    sku, name = _text(row, "sku"), _text(row, "name")
    barcode, category = (_text(row, column, required=False) for column in OPTIONAL)
    item = CatalogueItem(
        sku=sku,
        name=name,
        price=_price(row.get("price_minor", "")),
        tax_rate=_rate(row.get("tax_percent", "")),
        barcode=barcode or None,
        category=category or None,
    )
    _only_once(line, "sku", sku, seen)
    if barcode:
        _only_once(line, "barcode", barcode, seen)
    return item


def _only_once(line: int, column: str, value: str, seen: dict[tuple[str, str], int]) -> None:
    first = seen.setdefault((column, value), line)
    if first != line:
        raise _Wrong(problem.TWICE, column=column, value=value, first=first)


def _text(row: Mapping[str, str], column: str, *, required: bool = True) -> str:
    value = row.get(column, "")
    if required and not value:
        raise _Wrong(problem.EMPTY, column=column)
    if len(value) > LONGEST[column]:
        raise _Wrong(problem.TOO_LONG, column=column, length=len(value), most=LONGEST[column])
    if _CONTROL.search(value) is not None:
        raise _Wrong(problem.CONTROL, column=column)
    return value


def _price(text: str) -> int:
    if _PRICE.fullmatch(text) is None or int(text) > LARGEST_AMOUNT:
        raise _Wrong(problem.NO_PRICE, cell=text[:SHOWN])
    return int(text)


def _rate(text: str) -> int:
    match = _PERCENT.fullmatch(text)
    if match is None:
        raise _Wrong(problem.NO_RATE, cell=text[:SHOWN])
    rate = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if rate > 100_00:
        raise _Wrong(problem.RATE_TOO_HIGH, cell=text)
    return rate
