"""How often each row was played and held, run after run: kept beside the rows, shown on the page."""

import json
from pathlib import Path
from typing import Final

RECORD: Final = Path(__file__).with_name("record.json")


def runs() -> dict[str, int]:
    """Return the runs in which each row held since it was last broken."""
    if not RECORD.exists():
        return {}
    found: dict[str, int] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def note(code: str, held: int) -> None:
    """Add runs that held; 0 begins anew, because the row broke."""
    known = runs()
    known[code] = known.get(code, 0) + held if held else 0
    RECORD.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
