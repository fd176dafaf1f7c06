"""Questions about who works at a store and which terminals it has, and how that came about."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from tillday_contracts.asks import Right
from tillday_contracts.ids import PersonId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Done, Question
from tillday_contracts.model import Fact

IdentityStep = Literal["code_issued", "rotation_issued", "compromised", "enrolled", "revoked"]


class PeopleHistory(Question):
    """Ask for the newest changes of a store's people, or of one of them."""

    subject: ClassVar[str] = "tillday.store.people_history.v1"

    store: StoreCode
    person: PersonId | None = None


class PersonChange(Fact):
    """How a person stood after a change; `new_pin` where the change set another PIN."""

    revision: int
    changed_at: AwareDatetime
    by: PersonId
    person: PersonId
    name: str
    role: str
    rights: tuple[Right, ...]
    new_pin: bool = False


class PeopleChanges(Done):
    """The changes, newest first."""

    changes: tuple[PersonChange, ...]


class StoreTerminals(Question):
    """Ask which terminals a store has, and how each of them may prove itself."""

    subject: ClassVar[str] = "tillday.store.store_terminals.v1"

    store: StoreCode


class IdentityChange(Fact):
    """A step in a terminal's life. Nobody stands behind `enrolled`: the terminal redeemed its code."""

    terminal: TerminalCode
    at: AwareDatetime
    step: IdentityStep
    by: PersonId | None = None
    reason: str | None = None


class StoreTerminal(Fact):
    """A terminal with its till. No `enrolled_at`: the door does not let it in. `code_until`: a code waits."""

    terminal: TerminalCode
    till: TillCode
    name: str
    enrolled_at: AwareDatetime | None = None
    code_until: AwareDatetime | None = None


class StoreTerminalList(Done):
    """The terminals by their code, and the newest steps in their lives, newest first."""

    terminals: tuple[StoreTerminal, ...]
    steps: tuple[IdentityChange, ...] = ()
