"""Who is let in at the broker, as which terminal, and for which words."""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tillday_contracts.enrolment import HeldKeys
from tillday_contracts.enrolment_codes import ENROL_USER, EnrolmentCode, NoCode, read_code, secret_hash
from tillday_contracts.identity_messages import Misuse
from tillday_contracts.topics import TerminalAddress, enrol_subject, terminal_words

TERMINALS_DOOR: Final = "mqtt"
MOST_WRONG_CODES: Final = 5


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at one of the broker's doors."""

    user: str
    secret: str = field(repr=False)
    client_id: str
    door: str
    host: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """Let in under this name for these words; what is not named is refused."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    credential: bytes | None = None
    """What was shown; None for a code."""


@dataclass(frozen=True, slots=True)
class Turned:
    """Turned away. Without an address it concerns no terminal that we know."""

    misuse: Misuse
    address: TerminalAddress | None


@dataclass(frozen=True, slots=True)
class Credential:
    """What is kept of a terminal's credential."""

    address: TerminalAddress
    secret_hash: bytes
    ended: bool


@dataclass(frozen=True, slots=True)
class Code:
    """What is kept of an enrolment code."""

    code_id: str
    address: TerminalAddress
    secret_hash: bytes
    expires_at: datetime
    wrong_tries: int
    rotate: bool = False
    redeemed_by: bytes | None = None
    compromised: bool = False


@dataclass(frozen=True, slots=True)
class JournalKey:
    """A key that a terminal's journal is, or was, chained with. `compromised`: others may know it."""

    key_id: str
    key: bytes = field(repr=False)
    compromised: bool = False


Known = Mapping[str, Sequence[Credential]]


def terminal_user(address: TerminalAddress) -> str:
    """The broker user of a terminal."""
    return f"{address.store}.{address.terminal}"


def admit(known: Known, ended: Collection[bytes], knock: Knock) -> Admitted | Turned:
    """Decide about a terminal; `ended` are the hashes of credentials that ended since `known` was read."""
    held = known.get(knock.user, ())
    shown = secret_hash(knock.secret)
    found = next((one for one in held if hmac.compare_digest(one.secret_hash, shown)), None)
    if found is None:
        return Turned("wrong_secret", held[0].address if held else None)
    address = found.address
    if found.ended or shown in ended:
        return Turned("ended_credential", address)
    if knock.door != TERMINALS_DOOR:
        return Turned("wrong_door", address)
    if knock.client_id != address.client_id:
        return Turned("wrong_client_id", address)
    publish, subscribe = terminal_words(address)
    return Admitted(terminal_user(address), publish, subscribe, shown)


def admit_to_enrol(code: Code | None, knock: Knock, *, at: datetime) -> Admitted | Turned:
    """Decide about somebody who shows an enrolment code; `code` is the one that it names."""
    shown = code_in(knock)
    if code is None or shown is None:
        return Turned("wrong_code", None)
    if not hmac.compare_digest(code.secret_hash, secret_hash(shown.secret)):
        return Turned("wrong_code", code.address)
    if at >= code.expires_at or code.wrong_tries >= MOST_WRONG_CODES:
        return Turned("used_code", code.address)
    if knock.door != TERMINALS_DOOR or knock.client_id != shown.client_id:
        return Turned("wrong_client_id", code.address)
    words = enrol_subject(code.code_id, "redeem"), enrol_subject(code.code_id, "given")
    return Admitted(f"{ENROL_USER}.{code.code_id}", (words[0],), (words[1],))


def may_redeem(code: Code | None, nonce: bytes, *, at: datetime) -> bool:
    """Say whether this attempt gets an enrolment: the first one does, and its own repeats until the end."""
    if code is None or at >= code.expires_at or code.wrong_tries >= MOST_WRONG_CODES:
        return False
    return code.redeemed_by is None or hmac.compare_digest(code.redeemed_by, nonce)


def told_keys(code: Code, told: HeldKeys | None) -> Mapping[str, str]:
    """Return the keys that a terminal tells, oldest first; none where they are not those of the code's."""
    if told is None or TerminalAddress(told.store, told.terminal) != code.address:
        return {}
    return told.keys


def lost_keys(held: Sequence[JournalKey], told: Mapping[str, str]) -> list[JournalKey]:
    """Return the told keys that are not known here: the database was put back to a backup.

    They are newer than those that are known. Where a key of the terminal was given up, nobody can say whether
    they were in use then: others may know them as well.
    """
    known, doubtful = {key.key_id for key in held}, any(key.compromised for key in held)
    lost = ((name, bytes.fromhex(key)) for name, key in told.items() if name not in known)
    return [JournalKey(name, key, doubtful) for name, key in lost]


def needs_fresh_key(code: Code, held: Sequence[JournalKey]) -> bool:
    """Say whether a code gives another key than the newest of `held`: never one that others may know."""
    return code.rotate or held[0].compromised


def code_in(knock: Knock) -> EnrolmentCode | None:
    """Return the code that somebody shows, None where it is none."""
    try:
        return read_code(knock.secret)
    except NoCode:
        return None
