"""Pictures of receipts that a person found right; `python tests/approved_pictures.py` draws them anew.

Look at what changed before you commit it: `git diff --stat` names the pictures.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops

from terminal_agent.hardware.escpos_bytes import encode
from terminal_agent.hardware.tape import decode
from terminal_agent.hardware.tape_picture import picture
from terminal_agent.paper.amounts import amounts_in
from terminal_agent.paper.lines import Sheet
from terminal_agent.paper.receipt import Receipt, ReceiptLine, ReceiptPayment, ReceiptTax, receipt_lines

FOLDER: Final = Path(__file__).parent / "unit" / "paper" / "approved"
WIDTHS: Final = {58: 32, 80: 48}
EURO: Final = Receipt(
    store="Café Señor Nuñez",
    terminal="T1",
    cashier="Cashier 1",
    number="T1-7K3QX-42",
    business_date="2026-11-21",
    sold_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
    currency="EUR",
    lines=(
        ReceiptLine("Piña colada 5 €", 2, 500, 1000, tax_mark="A"),
        ReceiptLine("Crème brûlée, große Schüssel mit Löffel", 1, 1290, 1161, discount=129, tax_mark="B"),
    ),
    taxes=(ReceiptTax(1900, 1000, 160, "A"), ReceiptTax(700, 1161, 76, "B")),
    payments=(ReceiptPayment("Cash", 5000, 2839),),
    total=2161,
    header=("¿Qué tal? ¡Olé!",),
    qr="T1-7K3QX-42",
)
PAGES: Final = {
    "cp858": EURO,
    "cp852": replace(
        EURO,
        store="Żółta Łódź",
        header=("Příliš žluťoučký kůň",),
        lines=(ReceiptLine("Śledź", 1, 2161, 2161),),
    ),
    "cp866": replace(
        EURO,
        store="Магазин",
        header=("Спасибо за покупку",),
        lines=(ReceiptLine("Чёрный хлеб", 1, 2161, 2161),),
    ),
}
_INK_APART: Final = 96
_CELL: Final = (12, 14)
_TOLERATED: Final = 0.06
"""Which share of a cell's points may differ: how letters are smoothed is the drawing library's business."""


def drawn(receipt: Receipt, columns: int) -> "Image.Image":
    """Return the picture of what the printer gets for a receipt."""
    sheet = Sheet(amounts_in("en_GB"), columns)
    (document,) = decode(encode(receipt_lines(receipt, sheet), columns=columns))
    return picture(document, columns=columns, scale=1).convert("L")


def differs(first: "Image.Image", second: "Image.Image") -> bool:
    """Say whether two pictures show different things."""
    if first.size != second.size:
        return True
    apart = ImageChops.difference(first, second).point(lambda value: 255 if value > _INK_APART else 0)
    cells = apart.resize((first.width // _CELL[0], first.height // _CELL[1]), Image.Resampling.BOX)
    return any(cells.histogram()[int(255 * _TOLERATED) :])


def cases() -> Iterator[tuple[str, Receipt, int]]:
    """Yield the name of each picture with what it shows."""
    for page, receipt in PAGES.items():
        for millimetres, columns in WIDTHS.items():
            yield f"{page}-{millimetres}mm", receipt, columns


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, receipt, columns in cases():
        file = FOLDER / f"{name}.png"
        fresh = drawn(receipt, columns)
        if not file.exists() or differs(fresh, Image.open(file)):
            fresh.quantize(32).save(file, optimize=True)
            sys.stdout.write(f"{file}\n")
