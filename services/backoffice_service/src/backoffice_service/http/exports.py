"""Files that a page offers beside what it shows."""

from collections.abc import Iterable, Sequence

from fastapi.responses import Response

from backoffice_service.pages.exports import csv_text


def csv_file(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file to be kept under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(csv_text(heading, rows), media_type="text/csv; charset=utf-8", headers=headers)
