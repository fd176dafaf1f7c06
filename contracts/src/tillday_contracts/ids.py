"""Identifiers: codes that appear in topics, epochs, hashes, session ids and the numbers printed on paper."""

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

CODE_PATTERN: Final = re.compile(r"[A-Z0-9_-]{1,16}")
ZERO_HASH: Final = "0" * 64
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class InvalidCode(ValueError):
    """A store, terminal or till code that must not become part of a topic."""


@lru_cache(maxsize=4096)
def check_code(text: str) -> str:
    """Return `text` if it may stand in a topic, else raise InvalidCode.

    The broker drops a connection for a space or a control character in a topic and takes `*` and `>` for
    wildcards, so this is the one place that decides which codes exist.
    """
    if CODE_PATTERN.fullmatch(text) is None:
        raise InvalidCode(f"{text[:40]!r} is not a code: use 1 to 16 of A-Z, 0-9, '_' and '-'")
    return text


Code = Annotated[str, AfterValidator(check_code)]
StoreCode = Code
TerminalCode = Code
TillCode = Code
PersonId = Annotated[str, AfterValidator(check_code)]

Epoch = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
SessionId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Timeline = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Sequence = Annotated[int, Field(strict=True, ge=1, le=2**62)]
BusinessDate = date


def epoch_code(epoch: str) -> str:
    """Return the five characters that stand for an epoch in printed numbers (its first 25 bits)."""
    bits = int(epoch[:7], 16) >> 3
    return "".join(CROCKFORD[(bits >> shift) & 31] for shift in (20, 15, 10, 5, 0))


def receipt_number(terminal: str, epoch: str, n: int) -> str:
    """Return the number of the n-th receipt of an epoch, `TERMINAL-CODE-n`."""
    return f"{terminal}-{epoch_code(epoch)}-{n}"


def cash_up_number(till: str, epoch: str, n: int) -> str:
    """Return the number of the n-th cash-up printed in an epoch, `TILL-CODE-n`."""
    return f"{till}-{epoch_code(epoch)}-{n}"
