"""Tables for spreadsheets and other programs."""

import csv
import io
from collections.abc import Iterable, Sequence

from backoffice_service.pages.sales import as_text


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return CSV with a head line; no text in it is a formula to any spreadsheet, numbers stay numbers."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(heading)
    for row in rows:
        lines.writerow([cell if isinstance(cell, int) else as_text(str(cell)) for cell in row])
    return text.getvalue()
