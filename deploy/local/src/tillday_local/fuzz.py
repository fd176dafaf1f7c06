"""`tillday fuzz`: throw made-up bytes at whatever reads foreign ones, for as long as somebody wants."""

from __future__ import annotations

import argparse
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

MINUTES: Final = 10.0
MARK: Final = "fuzz"
WHERE: Final = ("tests/unit", "tests/contracts")


def main(arguments: Sequence[str]) -> int:
    """Begin anew with another seed until the time is over, or something is found: then 1, and the seed."""
    parser = argparse.ArgumentParser(prog="tillday fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long (10)")
    parser.add_argument("--seed", type=int, help="one run with this seed, as a failed one printed it")
    wanted = parser.parse_args(arguments)
    end = time.monotonic() + wanted.minutes * 60
    runs = 0
    while runs == 0 or (wanted.seed is None and time.monotonic() < end):
        seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
        if subprocess.run(_command(seed), check=False).returncode != 0:
            sys.stderr.write(f"Found something. Again: ./tillday fuzz --seed {seed}\n")
            return 1
        runs += 1
    sys.stderr.write(f"{runs} rounds, nothing found.\n")
    return 0


def _command(seed: int) -> list[str]:
    chosen = [
        "-m",
        MARK,
        f"--hypothesis-seed={seed}",
        f"--hypothesis-profile={MARK}",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
    ]
    return [sys.executable, "-m", "pytest", *WHERE, *chosen]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
