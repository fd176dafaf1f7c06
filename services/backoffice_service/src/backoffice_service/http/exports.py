"""Files that a page offers beside what it shows."""

from collections.abc import Iterable, Sequence
from typing import Final

from fastapi.responses import Response

from backoffice_service.pages.exports import csv_text

CSV: Final = "text/csv; charset=utf-8"


def csv_file(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file to be kept under a name."""
    return kept_as(f"{name}.csv", csv_text(heading, rows), CSV)


def kept_as(name: str, content: str, media_type: str) -> Response:
    """Return a file that a browser keeps under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
