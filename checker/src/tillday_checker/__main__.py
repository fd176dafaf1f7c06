"""`python -m tillday_checker`: the invariants over a database and terminals' folders, as a table or JSON."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tillday_checker.check import check
from tillday_checker.failures import CannotRead
from tillday_checker.show import show

VIOLATED: Final = 1
CANNOT_LOOK: Final = 2
PASSWORD_VARIABLE: Final = "TILLDAY_DATABASE_PASSWORD"  # noqa: S105 - the name of a variable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checker; 0 when every evaluated invariant holds, 1 when not, 2 when it could not look."""
    options = _parser().parse_args(arguments)
    if options.database is None and not options.terminal:
        sys.stderr.write("Nothing to check: give --database, --terminal, or both.\n")
        return CANNOT_LOOK
    password = os.environ.get(PASSWORD_VARIABLE)
    try:
        verdict = asyncio.run(
            check(options.database, options.terminal, password=password, patience=options.patience)
        )
    except CannotRead as error:
        sys.stderr.write(f"The checker could not look: {error}\n")
        return CANNOT_LOOK
    except KeyboardInterrupt:
        return CANNOT_LOOK
    if options.json:
        sys.stdout.write(f"{json.dumps(verdict.as_json(), ensure_ascii=False)}\n")
    else:
        show(verdict)
    return 0 if verdict.holds else VIOLATED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tillday_checker", description=__doc__)
    parser.add_argument(
        "--database", metavar="DSN", help=f"PostgreSQL to read; its password comes from {PASSWORD_VARIABLE}"
    )
    parser.add_argument(
        "--terminal", metavar="DIR", type=Path, action="append", default=[], help="a terminal's data folder"
    )
    parser.add_argument(
        "--patience",
        metavar="SECONDS",
        type=float,
        default=0.0,
        help="how long a running system may catch up",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
