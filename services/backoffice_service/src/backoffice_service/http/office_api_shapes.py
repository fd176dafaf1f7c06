"""What the back office itself is asked and answers at its API, beside the messages of the contracts."""

from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints

from backoffice_service.domain.access import Role, Visitor
from backoffice_service.domain.standing import BrokerStanding, DatabaseStanding, Reading, ServiceStanding
from backoffice_service.http.api_shapes import Plain, Word
from backoffice_service.http.audit_routes import MOST_EXPORTED, MOST_NAME
from tillday_contracts.ids import BusinessDate, PersonId, StoreCode
from tillday_contracts.model import Fact, Part

ACTS_AT_ONCE: Final = 100


class SignIn(Part):
    """Who comes in, by the name as people type it, and the password."""

    name: Annotated[Plain, StringConstraints(min_length=1, max_length=60)]
    password: Annotated[Plain, StringConstraints(min_length=1, max_length=200)] = Field(repr=False)


class Login(Fact):
    """Somebody who may sign in; an operator looks after every store, whatever `stores` are."""

    person: PersonId
    name: str
    role: Role
    stores: tuple[StoreCode, ...]


class GivenLogin(Part):
    """The login that somebody of the store gets, or has from now on."""

    person: PersonId
    role: Role
    password: Annotated[Plain, StringConstraints(min_length=12, max_length=200)] = Field(repr=False)


class Factor(Fact):
    """One's own second factor: whether one `has` it, and whether grave acts are `required` to show it."""

    has: bool
    required: bool


class OwnPassword(Part):
    """The password, told again."""

    password: Word = Field(repr=False)


class BegunFactor(Fact):
    """What an authenticator is set up with, told once: the secret in words, and an `otpauth:` address."""

    secret: str
    address: str


class ShownCode(Part):
    """The code that the authenticator shows now."""

    code: Annotated[Plain, StringConstraints(min_length=6, max_length=12)]


class LostFactor(Part):
    """Whose authenticator is lost, and how that is known."""

    person: PersonId
    reason: Annotated[Plain, StringConstraints(min_length=1, max_length=120)]


class ActsWanted(Part):
    """Which acts: of a person, of a kind, from a first day in the store to a last, before a number."""

    person: Annotated[Plain, StringConstraints(max_length=MOST_NAME)] = ""
    action: Annotated[Plain, StringConstraints(max_length=60)] = ""
    first: BusinessDate | None = None
    last: BusinessDate | None = None
    before: Annotated[int, Field(ge=1, lt=2**62)] | None = None
    most: Annotated[int, Field(ge=1, le=MOST_EXPORTED)] = ACTS_AT_ONCE


class NumberedAct(Fact):
    """Who did what, from where, and what came of it."""

    number: int
    at: AwareDatetime
    person: str
    role: str | None
    address: str
    action: str
    store: str | None
    details: dict[str, object]
    outcome: str


class Acts(Fact):
    """The newest acts that fit; `more` says that older ones do too: ask `before` the last number."""

    acts: tuple[NumberedAct, ...]
    more: bool


class Moment(Fact):
    """What was highest in the time up to the next moment; None is what nobody could tell."""

    at: AwareDatetime
    reading: Reading


class SystemStanding(Fact):
    """How the system stands as of `looked_at`, and how it stood; None is what could not be asked."""

    looked_at: AwareDatetime | None
    is_stale: bool
    broker: BrokerStanding | None
    database: DatabaseStanding | None
    services: tuple[ServiceStanding, ...]
    readings: tuple[Moment, ...]


class NamedRunbook(Fact):
    """A runbook: its name in addresses, its title, and the address of its page."""

    name: str
    title: str
    page: str


class NamedRunbooks(Fact):
    """Every runbook."""

    runbooks: tuple[NamedRunbook, ...]


class RunbookText(NamedRunbook):
    """A runbook as it is written, in Markdown, with links to the files of others."""

    text: str


def login_of(visitor: Visitor) -> Login:
    """Return a login without its password."""
    return Login(person=visitor.person, name=visitor.name, role=visitor.role, stores=visitor.stores)
