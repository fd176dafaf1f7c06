"""Writes the table into docs/faults.md: `PYTHONPATH=tests python -m faults.campaign.page`."""

from pathlib import Path
from typing import Final

from faults.campaign.rows import page

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "faults.md"
MARK: Final = "<!-- the rows of tests/faults/campaign/rows.py -->\n\n"

if __name__ == "__main__":
    before = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(before + MARK + page(), encoding="utf-8")
