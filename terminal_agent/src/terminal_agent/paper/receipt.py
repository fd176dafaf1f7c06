"""The customer's receipt."""

from dataclasses import dataclass, field
from datetime import datetime

from terminal_agent.paper.lines import COLUMNS_58_MM, Cut, Feed, Lines, Qr, Rule, Sheet
from terminal_agent.paper.rows import big_pair, minute, pair, paragraph, table, title
from terminal_agent.paper.words import wrap


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A product as it was sold; amounts in minor units, tax included; `discount` ≥ 0 is contained in
    `amount`.
    """

    name: str
    quantity: int
    unit_price: int
    amount: int
    discount: int = 0
    tax_mark: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptTax:
    """One rate of the receipt (1/100 %), the sum it applies to and the tax in it, in minor units."""

    rate: int
    gross: int
    tax: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPayment:
    """What was handed over (paid out: negative) and what came back.

    Minor units of `currency`, the receipt's own where None; `value` is what foreign cash settled.
    """

    tender: str
    tendered: int
    change: int = 0
    currency: str | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything a receipt says. `number` is None on a training receipt; `copy` counts reprints from 1."""

    store: str
    terminal: str
    cashier: str
    number: str | None
    business_date: str
    sold_at: datetime
    currency: str
    lines: tuple[ReceiptLine, ...]
    taxes: tuple[ReceiptTax, ...]
    payments: tuple[ReceiptPayment, ...]
    total: int
    rounding: int = 0
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    refund_of: str | None = None
    copy: int | None = None
    qr: str | None = field(default=None)


def receipt_lines(receipt: Receipt, sheet: Sheet) -> Lines:
    """Return the receipt from its head to the cut."""
    return (
        *_head(receipt, sheet),
        *_products(receipt, sheet),
        *_sums(receipt, sheet),
        *_taxes(receipt, sheet),
        *_foot(receipt, sheet),
        Cut(),
    )


def copy_mark(copy: int | None, columns: int) -> Lines:
    """Return the mark of a reprint, nothing for the original."""
    if copy is None:
        return ()
    return paragraph(f"*** DUPLICATE {copy} ***", columns, bold=True, align="center")


def _head(receipt: Receipt, sheet: Sheet) -> Lines:
    columns = sheet.columns
    kind = "REFUND" if receipt.refund_of or receipt.total < 0 else ""
    kind = "TRAINING - NOT A RECEIPT" if receipt.number is None else kind
    refund = pair("Refund of", receipt.refund_of, columns) if receipt.refund_of else ()
    return (
        *title(receipt.store, columns),
        *(line for text in receipt.header for line in paragraph(text, columns, align="center")),
        *copy_mark(receipt.copy, columns),
        *(paragraph(kind, columns, bold=True, align="center") if kind else ()),
        Feed(),
        *(pair("Receipt", receipt.number, columns, bold=True) if receipt.number else ()),
        *refund,
        *pair("Date", receipt.business_date, columns),
        *pair(f"{receipt.terminal}, {receipt.cashier}", minute(receipt.sold_at), columns),
        Rule(),
    )


def _products(receipt: Receipt, sheet: Sheet) -> Lines:
    lines: list[Lines] = [_product(line, receipt.currency, sheet) for line in receipt.lines]
    return (*(line for rows in lines for line in rows), Rule())


def _product(line: ReceiptLine, currency: str, sheet: Sheet) -> Lines:
    mark = f" {line.tax_mark}" if line.tax_mark else ""
    amount = sheet.amounts(line.amount, currency) + mark
    each = f"{line.quantity} x {sheet.amounts(line.unit_price, currency)}"
    discount = pair("  Discount", sheet.amounts(-line.discount, currency) + mark, sheet.columns)
    before = sheet.amounts(line.amount + line.discount, currency) + mark
    shown = before if line.discount else amount
    if line.quantity == 1:
        named = pair(line.name, shown, sheet.columns)
    else:
        named = (*paragraph(line.name, sheet.columns), *pair(f"  {each}", shown, sheet.columns))
    return (*named, *(discount if line.discount else ()))


def _sums(receipt: Receipt, sheet: Sheet) -> Lines:
    def amount(value: int) -> str:
        return sheet.amounts(value, receipt.currency)

    rounding = pair("Rounding", amount(receipt.rounding), sheet.columns) if receipt.rounding else ()
    paid = [line for payment in receipt.payments for line in _payment(payment, receipt.currency, sheet)]
    change = sum(payment.change for payment in receipt.payments)
    return (
        *big_pair(f"TOTAL {receipt.currency}", amount(receipt.total), sheet.columns),
        *rounding,
        Feed(),
        *paid,
        *(pair("Change", amount(change), sheet.columns, bold=True) if change else ()),
    )


def _payment(payment: ReceiptPayment, currency: str, sheet: Sheet) -> Lines:
    if payment.value is not None and payment.currency is not None:
        handed = f"{payment.tender} {sheet.amounts(payment.tendered, payment.currency)} {payment.currency}"
        return pair(handed, sheet.amounts(payment.value, currency), sheet.columns)
    if payment.tendered == 0:
        return ()  # the change of foreign cash stands in the line of the change
    return pair(payment.tender, sheet.amounts(payment.tendered, currency), sheet.columns)


def _taxes(receipt: Receipt, sheet: Sheet) -> Lines:
    if not receipt.taxes:
        return ()
    rows = [
        ("Tax", "Net", "Tax", "Gross"),
        *(
            (
                f"{tax.mark} {rate_text(tax.rate)}".strip(),
                sheet.amounts(tax.gross - tax.tax, receipt.currency),
                sheet.amounts(tax.tax, receipt.currency),
                sheet.amounts(tax.gross, receipt.currency),
            )
            for tax in receipt.taxes
        ),
    ]
    first = 8 if sheet.columns <= COLUMNS_58_MM else 12
    other = (sheet.columns - first) // 3
    return (Rule(), *table(rows, (sheet.columns - 3 * other, other, other, other)))


def rate_text(rate: int) -> str:
    """Return a tax rate of 1/100 % as people write it: 1900 is `19%`, 550 is `5.5%`."""
    whole, part = divmod(rate, 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".") + "%"


def _foot(receipt: Receipt, sheet: Sheet) -> Lines:
    words = [row for text in receipt.footer for row in wrap(text, sheet.columns)]
    code = (Feed(), Qr(receipt.qr, size=4)) if receipt.qr else ()
    return (Rule(), *(line for row in words for line in paragraph(row, sheet.columns, align="center")), *code)
