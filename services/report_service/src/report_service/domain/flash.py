"""The flash report: what one terminal sold on its business date, by product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from report_service.domain.rows import Sold, StoreRow
from tillday_contracts.asks import AskFailed, FlashLine, FlashPage
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Flash, ProductLine

MOST_LINES: Final = 400
"""Of a page: it stays far below what the broker carries, however long the names are."""


@dataclass(frozen=True, slots=True)
class FlashRows:
    """What a flash report is made of; `head` is how far the terminal's journal is folded."""

    store: StoreRow
    terminal: str
    business_date: date
    head: int
    products: Mapping[str, Sold]

    @property
    def total(self) -> int:
        """Return the sum of all products."""
        return sum(sold.gross for sold in self.products.values())


def flash_of(rows: FlashRows) -> Flash:
    """Return the report for the back office."""
    return Flash(
        store_name=rows.store.name,
        terminal=rows.terminal,
        business_date=rows.business_date,
        currency=rows.store.currency,
        head_seq=rows.head,
        lines=tuple(
            ProductLine(sku=sku, name=sold.name, quantity=sold.quantity, total=sold.gross)
            for sku, sold in sorted(rows.products.items())
        ),
        total=rows.total,
    )


def pages_of(rows: FlashRows, *, request_id: str, asked_head: int | None) -> list[FlashPage]:
    """Return the report in pages for the terminal; entries after the folded ones are missing."""
    lines = [
        FlashLine(sku=sku, name=sold.name, quantity=sold.quantity, total=sold.gross)
        for sku, sold in sorted(rows.products.items())
    ]
    parts: Sequence[Sequence[FlashLine]] = [
        lines[start : start + MOST_LINES] for start in range(0, len(lines), MOST_LINES)
    ] or [[]]
    return [
        FlashPage(
            request_id=request_id,
            business_date=rows.business_date,
            currency=rows.store.currency,
            missing=missing(rows.head, asked_head),
            page=page,
            pages=len(parts),
            lines=tuple(part),
            total=rows.total,
            head_seq=rows.head,
        )
        for page, part in enumerate(parts)
    ]


def missing(head: int, asked_head: int | None) -> int:
    """Return how many of the entries that were asked for are not folded yet."""
    return 0 if asked_head is None else max(0, asked_head - head)


def never_opened(terminal: str) -> Refused:
    """Answer a question about a terminal that has had no business date so far."""
    text = f"{terminal} has no business date yet, as far as the back office knows: open the store first."
    return Refused(code="never_opened", text=text)


def refused_ask(refusal: Refused, request_id: str) -> AskFailed:
    """Return a refusal as a terminal hears it."""
    return AskFailed(request_id=request_id, text=refusal.text)
