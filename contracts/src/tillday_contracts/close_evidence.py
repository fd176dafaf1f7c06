"""What a printed cash-up report says to the back office: its code, and the short forms that are typed."""

from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from tillday_contracts.entries import TillClosed
from tillday_contracts.ids import CROCKFORD, SessionId, TerminalCode
from tillday_contracts.journal import MalformedBytes, canonical, strict_json
from tillday_contracts.model import Part
from tillday_contracts.money import Minor
from tillday_contracts.parts import PrintedNumber, TenderName

SEQUENCE_BITS: Final = 25
HASH_BITS: Final = 30
_DIGITS: Final = (SEQUENCE_BITS + HASH_BITS) // 5
_READ_AS: Final = str.maketrans("ILO", "110")


class UnreadableEvidence(ValueError):
    """Text that is no code and no short form of a cash-up report; it says what to do."""


class PrintedClose(Part):
    """The code on a cash-up report, read back.

    Tenders are (tender, expected, counted, kept, moved), members (terminal, epoch, sequence, hash start);
    `not_counted` are guests of which nobody knows yet how far the count goes.
    """

    v: Literal[1]
    session: SessionId
    number: PrintedNumber
    tenders: tuple[tuple[TenderName, Minor, Minor, Minor, Minor], ...]
    manifest: Annotated[
        tuple[
            tuple[
                TerminalCode,
                Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")],
                Annotated[int, Field(strict=True, ge=1, le=2**62)],
                Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")],
            ],
            ...,
        ],
        Field(min_length=1),
    ]
    not_counted: tuple[TerminalCode, ...] = ()


def close_code(closed: TillClosed) -> str:
    """Return what the code on a cash-up report says: the close's figures and its manifest, as JSON."""
    content: dict[str, object] = {
        "v": 1,
        "session": closed.session_id,
        "number": closed.number,
        "tenders": [[t.tender, t.expected, t.counted, t.kept, t.moved] for t in closed.tenders],
        "manifest": [[m.terminal, m.epoch, m.to_seq, m.to_hash[:16]] for m in closed.manifest],
    }
    if closed.not_counted:
        content["not_counted"] = list(closed.not_counted)
    return canonical(content).decode("ascii")


def read_close_code(code: str) -> PrintedClose:
    """Read the code of a cash-up report; raises UnreadableEvidence."""
    try:
        return PrintedClose.model_validate(strict_json(code.strip().encode()))
    except (MalformedBytes, ValidationError):
        text = "This is not the code of a cash-up report. Scan the square code at the end of the report."
        raise UnreadableEvidence(text) from None


def short_form(seq: int, fingerprint: str) -> str:
    """Return 12 characters that name a position: 25 bits of its sequence, 30 of its hash, 5 to check them."""
    bits = (seq % 2**SEQUENCE_BITS) << HASH_BITS | hash_start(fingerprint)
    digits = [bits >> 5 * place & 31 for place in reversed(range(_DIGITS))]
    return "".join(CROCKFORD[digit] for digit in (*digits, _check(digits)))


def read_short_form(text: str) -> tuple[int, int]:
    """Return the sequence and the start of the hash that a short form names; raises UnreadableEvidence.

    Spaces, dashes and lower case do not matter, and what Crockford's alphabet leaves out is read as its twin.
    """
    plain = text.upper().replace(" ", "").replace("-", "").translate(_READ_AS)
    digits = [CROCKFORD.find(letter) for letter in plain]
    if len(digits) != _DIGITS + 1 or -1 in digits or digits[-1] != _check(digits[:-1]):
        raise UnreadableEvidence(
            f'"{text[:20]}" is not a short form: type the 12 characters beside the terminal on the report.'
        )
    bits = 0
    for digit in digits[:-1]:
        bits = bits << 5 | digit
    return bits >> HASH_BITS, bits % 2**HASH_BITS


def hash_start(fingerprint: str) -> int:
    """Return the part of a hash that a short form names: its first 30 bits."""
    return int(fingerprint[:8], 16) >> 2


def _check(digits: list[int]) -> int:
    return sum((place + 1) * digit for place, digit in enumerate(digits)) % 31
