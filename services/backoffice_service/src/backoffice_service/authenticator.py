"""Codes as authenticator apps make them (RFC 6238: six digits, half a minute, SHA-1), and their set-up."""

import base64
import hmac
from collections.abc import Iterable
from typing import Final

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from backoffice_service.domain.second_factor import DIGITS, STEP_SECONDS

SEED_BYTES: Final = 20
ISSUER: Final = "Tillday"


def code_at(seed: bytes, step: int) -> str:
    """Return the code of a step."""
    return _app(seed).generate(step * STEP_SECONDS).decode("ascii")


def matching_step(seed: bytes, typed: str, steps: Iterable[int]) -> int | None:
    """Return the step whose code was typed, blanks in it or not; None where there is none."""
    code = "".join(typed.split()).encode("utf-8", "replace")
    found = [step for step in steps if hmac.compare_digest(code_at(seed, step).encode(), code)]
    return found[0] if found else None


def address_of(seed: bytes, person: str) -> str:
    """Return what an app reads out of the picture."""
    return _app(seed).get_provisioning_uri(person, ISSUER)


def words_of(seed: bytes) -> str:
    """Return what is typed into an app that reads no pictures, in groups of four."""
    letters = base64.b32encode(seed).decode("ascii").rstrip("=")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def picture_of(address: str) -> str:
    """Return a QR code as SVG, dark on light whatever the page looks like."""
    return str(segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff"))


def _app(seed: bytes) -> TOTP:
    # The hash is the one that every app knows; a code lives too short for what SHA-1 is weak at.
    return TOTP(seed, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
