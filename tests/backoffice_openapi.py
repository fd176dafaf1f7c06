"""The description of the back office's API, as it is kept beside the documentation.

python tests/backoffice_openapi.py writes it anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from unit.backoffice_service.office_room import OfficeRoom

COMMITTED: Final = Path(__file__).resolve().parents[1] / "docs" / "backoffice-openapi.json"


def described(app: FastAPI) -> str:
    """Return the description as the file holds it."""
    return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    COMMITTED.write_text(described(OfficeRoom().browser().app), encoding="utf-8")
