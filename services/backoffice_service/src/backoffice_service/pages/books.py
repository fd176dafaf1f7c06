"""What the stock and ledger pages show of entries, postings and goods."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from backoffice_service.pages.speech import Speech
from tillday_contracts.account_messages import AccountEntry, Balance, EntryLine
from tillday_contracts.stock_messages import GoodsLine, OnHand, Picking

NO_GOODS: Final = "Write a product and its pieces on each line: COF-01 24."
_RATED: Final = frozenset({"sales", "tax"})
_GOODS_LINE: Final = re.compile(r"^(?P<sku>\S+)[\s=;,]+(?P<pieces>[0-9]{1,9})$")
ENTRY_COLUMNS: Final = (
    *("entry", "company", "kind", "session", "revision", "business_date", "entry_date", "date_reason"),
    *("text", "account", "role", "key", "currency", "debit_minor", "credit_minor"),
)
PICKING_COLUMNS: Final = (
    *("document", "at", "location", "session", "revision", "receipt", "sku", "quantity"),
)


class UnreadableGoods(ValueError):
    """What was typed names no goods; the text says what to do, as a sentence of the pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """How lines of accounts are written: accounts with their names, tenders with theirs."""

    speech: Speech
    accounts: Mapping[str, str]
    tenders: Mapping[str, str]

    def account(self, line: EntryLine) -> str:
        """Return the account's number and name."""
        return f"{line.account} {self.accounts.get(line.account, '')}".strip()

    def of(self, line: EntryLine) -> str:
        """Return of which tender or tax rate a line is."""
        if line.role in _RATED and line.key.isdigit():
            return f"{int(line.key) / 100:g} %"
        return self.tenders.get(line.key, line.key)

    def amount(self, line: EntryLine) -> str:
        """Return what stands on the line's side."""
        return self.speech.plain(abs(line.amount), line.currency)


def sums_of(balances: Iterable[Balance]) -> dict[str, tuple[int, int]]:
    """Return the sums of both sides by currency; books in order have them equal."""
    sums: dict[str, tuple[int, int]] = {}
    for one in balances:
        debit, credit = sums.get(one.currency, (0, 0))
        sums[one.currency] = (debit + one.debit, credit + one.credit)
    return sums


def goods_lines(text: str) -> tuple[GoodsLine, ...]:
    """Return what a form says came in, a line each. Raises UnreadableGoods."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [_GOODS_LINE.match(line) for line in lines]
    try:
        goods = tuple(GoodsLine(sku=one["sku"], quantity=int(one["pieces"])) for one in found if one)
    except ValidationError:
        raise UnreadableGoods(NO_GOODS) from None
    if not goods or len(goods) != len(lines):
        raise UnreadableGoods(NO_GOODS)
    return goods


def named(lines: Sequence[GoodsLine], products: Iterable[OnHand]) -> tuple[GoodsLine, ...]:
    """Return the lines with the names under which the store has these products already."""
    names = {one.sku: one.name for one in products}
    return tuple(one.model_copy(update={"name": names.get(one.sku, "")}) for one in lines)


def entry_rows(entries: Iterable[AccountEntry]) -> Iterator[tuple[object, ...]]:
    """Yield each line of each entry for a spreadsheet; `ENTRY_COLUMNS` is above them."""
    for one in entries:
        head = (one.entry, one.company, one.kind, one.session_id or "", one.revision or "")
        dates = (one.business_date, one.entry_date, one.date_reason or "", one.text)
        for line in one.lines:
            sides = (max(line.amount, 0), max(-line.amount, 0))
            yield (*head, *dates, line.account, line.role, line.key, line.currency, *sides)


def picking_rows(pickings: Iterable[Picking]) -> Iterator[tuple[object, ...]]:
    """Yield each move of each picking for a spreadsheet; `PICKING_COLUMNS` is above them."""
    for one in pickings:
        head = (one.document, one.at.isoformat(), one.location, one.session_id, one.revision)
        for move in one.moves:
            yield (*head, one.receipt or "", move.sku, move.quantity)
