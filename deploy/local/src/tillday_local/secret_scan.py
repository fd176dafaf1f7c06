"""Does a file of the repository hold a secret? A check looks through all that is in git.

What looks like one and is none says so in its line: `no secret: WHY`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Split so that this file does not find itself.
PATTERNS: Final[dict[str, re.Pattern[str]]] = {
    "a private key": re.compile("-----BEGIN " + r"(?:[A-Z0-9]+ )*PRIVATE KEY-----"),
    "an nkey seed": re.compile(r"\bS[ANOUCX]" + r"[A-Z2-7]{56}\b"),
    "a token of a code host": re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,}|glpat-[\w-]{20,})"
    ),
    "a token of a package index": re.compile(r"\bpypi-AgEI" + r"[\w-]{50,}"),
    "a cloud's key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    "a password in an address": re.compile(
        r"\b[a-z]{3,10}://[^\s/:@{}\"'`]+:(?P<word>[^\s/@{}\"'`$<*]{6,})@"
    ),
    "a secret with a name": re.compile(
        r"(?i)\b(?:password|secret|token|api_?key|seed)\b[\"']?\s*[:=]\s*[\"']?[0-9a-f]{32,}\b"
    ),
}
EXCUSED: Final = "no secret:"
BYTES: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """Where something looks like a secret. The secret itself is not repeated."""

    path: str
    line: int
    what: str


def findings(path: str, text: str) -> Iterator[Finding]:
    """Yield the lines of a file that look like holding a secret."""
    for number, line in enumerate(text.splitlines(), start=1):
        if EXCUSED in line:
            continue
        for what, pattern in PATTERNS.items():
            if pattern.search(line):
                yield Finding(path, number, what)


def look_through(root: Path, names: Iterable[str]) -> list[Finding]:
    """Return what is found in these files; what is no text, or huge, is left out."""
    found: list[Finding] = []
    for name in names:
        file = root / name
        if file.is_symlink() or not file.is_file() or file.stat().st_size > BYTES:
            continue
        content = file.read_bytes()
        if b"\0" not in content:
            found += findings(name, content.decode("utf-8", "replace"))
    return found


def main() -> int:
    """1 where something was found."""
    root = Path.cwd()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True)
    found = look_through(root, listed.stdout.decode().split("\0")[:-1])
    for one in found:
        sys.stderr.write(
            f"{one.path}:{one.line} looks like {one.what}. If it is none, say so in the line: {EXCUSED} WHY\n"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
