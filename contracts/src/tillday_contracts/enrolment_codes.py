"""Enrolment codes as people type them: who may redeem what, once and soon."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from tillday_contracts.ids import CROCKFORD

ID_LENGTH: Final = 6
SECRET_LENGTH: Final = 16
ENROL_USER: Final = "enrol"
"""The broker user of a terminal that is not enrolled yet; its password is the code."""

_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})


class NoCode(ValueError):
    """A text that is no enrolment code; it says why, without the text."""


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A code in its two parts: the public one that names it, and 80 bits that prove it."""

    code_id: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """The code as it is shown: groups that can be read out."""
        groups = [self.secret[at : at + 4] for at in range(0, SECRET_LENGTH, 4)]
        return "-".join((self.code_id, *groups))

    @property
    def client_id(self) -> str:
        """The MQTT client id under which it is redeemed."""
        return f"enrol-{self.code_id}"


def read_code(text: str) -> EnrolmentCode:
    """Return the code of a text as somebody typed it. Raises NoCode."""
    plain = text.strip().upper().translate(_READ_AS)
    if len(plain) != ID_LENGTH + SECRET_LENGTH:
        raise NoCode(f"an enrolment code has {ID_LENGTH + SECRET_LENGTH} letters and digits: type all of it")
    if any(letter not in CROCKFORD for letter in plain):
        raise NoCode("an enrolment code has digits and capital letters without I, L, O and U")
    return EnrolmentCode(plain[:ID_LENGTH], plain[ID_LENGTH:])


def code_of(random_bytes: bytes) -> EnrolmentCode:
    """Return the code that 16 random bytes make."""
    number = int.from_bytes(random_bytes[:16])
    letters = "".join(CROCKFORD[(number >> (5 * n)) & 31] for n in range(ID_LENGTH + SECRET_LENGTH))
    return EnrolmentCode(letters[:ID_LENGTH], letters[ID_LENGTH:])


def secret_hash(secret: str) -> bytes:
    """Return what is kept of a secret. The secrets are random, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).digest()
