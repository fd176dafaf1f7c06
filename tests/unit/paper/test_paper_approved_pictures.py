"""Receipts look as they were approved: 58 and 80 mm, three code pages, drawn from the printer's own bytes."""

from dataclasses import replace

import pytest
from PIL import Image

from approved_pictures import EURO, FOLDER, cases, differs, drawn
from terminal_agent.paper.receipt import Receipt

CASES = {name: (receipt, columns) for name, receipt, columns in cases()}


@pytest.mark.parametrize("name", CASES)
def test_a_receipt_looks_as_it_was_approved(name: str) -> None:
    receipt, columns = CASES[name]
    with Image.open(FOLDER / f"{name}.png") as approved:
        assert not differs(drawn(receipt, columns), approved.convert("L")), "see tests/approved_pictures.py"


@pytest.mark.parametrize(
    "changed",
    [replace(EURO, total=2167), replace(EURO, number="T1-7K3QX-43"), replace(EURO, store="Café Senor Nunez")],
)
def test_the_control_one_other_digit_is_another_picture(changed: Receipt) -> None:
    with Image.open(FOLDER / "cp858-80mm.png") as approved:
        assert differs(drawn(changed, 48), approved.convert("L"))
