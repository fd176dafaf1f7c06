"""The dead-letter desk: what waits there, and what a person decides about it."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from tillday_contracts.ids import Epoch, Hash, PersonId, StoreCode, TerminalCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact
from tillday_contracts.parts import Text

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")]
"""A letter's SHA-256, or its first eight digits and more where they name one letter alone."""
LetterOutcome = Literal["arrived", "retried", "repaired", "discarded"]
LETTERS_A_PAGE: int = 200


class DeadLetters(Question):
    """Ask what a store's desk holds, newest first; `after` is the last digest of the page before."""

    subject: ClassVar[str] = "tillday.till.dead_letters.v1"

    store: StoreCode
    state: Literal["open", "closed", "all"] = "open"
    after: Hash | None = None


class LetterPlace(Fact):
    """The place that a letter's entry claims. `proven`: a key of the terminal proves the claim."""

    terminal: TerminalCode
    epoch: Epoch
    seq: int
    hash: Hash
    quarantine: bool
    proven: bool


class LetterClosed(Fact):
    """How a letter was closed; nobody closed one that `arrived` intact after all."""

    outcome: LetterOutcome
    by: PersonId | None
    approved_by: PersonId | None = None
    reason: str
    at: AwareDatetime


class DeadLetter(Fact):
    """One letter. `place` is None for a message in which no entry could be found."""

    digest: Hash
    subject: str
    reason: str
    size: int
    first_seen: AwareDatetime
    last_seen: AwareDatetime
    attempts: int
    place: LetterPlace | None = None
    closed: LetterClosed | None = None


class DeadLetterList(Done):
    """The letters asked for; `more` says that another page follows."""

    store: StoreCode
    letters: tuple[DeadLetter, ...]
    more: bool = False


class ShowDeadLetter(Question):
    """Ask for one letter with its bytes."""

    subject: ClassVar[str] = "tillday.till.show_dead_letter.v1"

    store: StoreCode
    digest: Digest


class Change(Fact):
    """One difference between an entry and its repair; None where there was, or is, nothing."""

    path: str
    before: JsonValue = None
    after: JsonValue = None


class DeadLetterShown(Done):
    """A letter, its bytes (base64), the entry's type and body where they can be read, and its repair."""

    letter: DeadLetter
    body: str
    entry_type: str | None = None
    entry: dict[str, JsonValue] | None = None
    repair: tuple[Change, ...] = ()


class RetryDeadLetter(Command):
    """Try a letter once more, as it is: after an update, or once the missing key is registered."""

    subject: ClassVar[str] = "tillday.till.retry_dead_letter.v1"

    store: StoreCode
    digest: Digest
    reason: Text


class RepairDeadLetter(Command):
    """Give an entry on the desk another body. The bytes stay; somebody else than `by` approves."""

    subject: ClassVar[str] = "tillday.till.repair_dead_letter.v1"

    store: StoreCode
    digest: Digest
    reason: Text
    approved_by: PersonId
    body: Annotated[dict[str, JsonValue], Field(min_length=1)]


class DiscardDeadLetter(Command):
    """Decide that a letter has no effect. Its bytes stay."""

    subject: ClassVar[str] = "tillday.till.discard_dead_letter.v1"

    store: StoreCode
    digest: Digest
    reason: Text


class DeadLetterDecided(Done):
    """The letter is closed; `changes` are those of a repair."""

    digest: Hash
    closed: LetterOutcome
    changes: tuple[Change, ...] = ()


class DeadLetterClosed(Event):
    """A letter waits no more."""

    subject: ClassVar[str] = "tillday.event.till.dead_letter_closed.v1"

    store: StoreCode
    terminal: TerminalCode | None
    digest: Hash
    closed: LetterOutcome
    by: PersonId | None
    reason: str


EVENTS: tuple[type[Event], ...] = (DeadLetterClosed,)
