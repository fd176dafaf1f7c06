"""Requests about the identities of terminals, and what happens to them."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tillday_contracts.ids import KeyId, StoreCode, TerminalCode
from tillday_contracts.messages import Command, Done, Event

Misuse = Literal[
    "wrong_secret", "ended_credential", "wrong_client_id", "wrong_door", "wrong_code", "used_code"
]


class IssueEnrolmentCode(Command):
    """Let a terminal be enrolled with a one-time code; an earlier code of the terminal ends.

    `rotate` gives it a new journal key too. `compromised` ends the present credential, journal keys and
    pepper at once; otherwise the credential ends when the new one is used for the first time.
    """

    subject: ClassVar[str] = "tillday.store.issue_enrolment_code.v1"

    store: StoreCode
    terminal: TerminalCode
    valid_seconds: Annotated[int, Field(ge=60, le=3600)] = 900
    rotate: bool = False
    compromised: bool = False


class EnrolmentCodeIssued(Done):
    """The code, which is shown once and kept nowhere."""

    code: Annotated[str, Field(repr=False)]
    expires_at: AwareDatetime


class RevokeTerminal(Command):
    """Cut a terminal off: its connection ends, its credential and codes are worth nothing from now on."""

    subject: ClassVar[str] = "tillday.store.revoke_terminal.v1"

    store: StoreCode
    terminal: TerminalCode
    reason: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class TerminalEnrolled(Event):
    """A terminal redeemed a code and has a new credential."""

    subject: ClassVar[str] = "tillday.event.store.terminal_enrolled.v1"

    store: StoreCode
    terminal: TerminalCode
    key_id: KeyId


class TerminalRevoked(Event):
    """A terminal was cut off."""

    subject: ClassVar[str] = "tillday.event.store.terminal_revoked.v1"

    store: StoreCode
    terminal: TerminalCode
    by: str
    reason: str


class KeysCompromised(Event):
    """Others may know these keys of a terminal's journal: what they prove from now on is for a person."""

    subject: ClassVar[str] = "tillday.event.store.keys_compromised.v1"

    store: StoreCode
    terminal: TerminalCode
    key_ids: tuple[KeyId, ...]


class CredentialMisused(Event):
    """Somebody tried to speak for a terminal and was refused, `times` times since the last such event."""

    subject: ClassVar[str] = "tillday.event.store.credential_misused.v1"

    store: StoreCode
    terminal: TerminalCode
    misuse: Misuse
    host: Annotated[str, StringConstraints(max_length=60)]
    times: Annotated[int, Field(ge=1)]
    last_at: AwareDatetime


IDENTITY_EVENTS: tuple[type[Event], ...] = (
    TerminalEnrolled,
    TerminalRevoked,
    KeysCompromised,
    CredentialMisused,
)
