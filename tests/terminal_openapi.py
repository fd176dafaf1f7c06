"""The description of the terminal's local API, as it is kept beside the documentation.

python tests/terminal_openapi.py writes it anew.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from agent_bench import running_agent

COMMITTED: Final = Path(__file__).resolve().parents[1] / "docs" / "terminal-openapi.json"


def described(served: str) -> str:
    """Return a description as the file holds it: in order, without the version of the program."""
    content = json.loads(served)
    content["info"]["version"] = "1"
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


async def main() -> None:
    with TemporaryDirectory() as folder:
        async with running_agent(Path(folder)) as bench:
            served = (await bench.http.get("/openapi.json")).text
    COMMITTED.write_text(described(served), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
