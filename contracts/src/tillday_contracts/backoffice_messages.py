"""What the back office's own service is asked: who may sign in at its pages, and what was done there."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from tillday_contracts.ids import Hash, PersonId, StoreCode
from tillday_contracts.messages import Command, Done, Question
from tillday_contracts.model import Fact


class DefineLogin(Command):
    """Create or change who may sign in; the same password again ends nobody's visit.

    An operator looks after every store, the others after `stores`; a cashier is told that there is no access.
    """

    subject: ClassVar[str] = "tillday.backoffice.define_login.v1"

    person: PersonId
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    role: Literal["cashier", "supervisor", "manager", "operator"]
    stores: tuple[StoreCode, ...]
    password: Annotated[str, StringConstraints(min_length=12, max_length=200)] = Field(repr=False)


class Operators(Question):
    """Ask who looks after every store, whoever works there."""

    subject: ClassVar[str] = "tillday.backoffice.operators.v1"


class OperatorList(Done):
    """The operators by their code, sorted."""

    operators: tuple[PersonId, ...]


class ForgetAuthenticator(Command):
    """Let somebody who lost the authenticator set up another; ends the visits of that person.

    Refused: unknown_person, no_authenticator.
    """

    subject: ClassVar[str] = "tillday.backoffice.forget_authenticator.v1"

    person: PersonId
    reason: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class VerifyAudit(Question):
    """Is the audit trail as it was written? `known` is a head that somebody wrote down, `PLACE:HASH`."""

    subject: ClassVar[str] = "tillday.backoffice.verify_audit.v1"

    known: Annotated[str, StringConstraints(max_length=120)] | None = None
    heads: Annotated[int, Field(ge=1, le=400)] = 31
    """How many of the newest signed heads are told."""


class AuditFault(Fact):
    """What is wrong with the trail, in a word, and the act that shows it."""

    kind: str
    number: int | None = None
    text: str


class AuditHead(Fact):
    """How far the chain was at the first look of a day (UTC): place and hash of its end, signed (Ed25519).

    The signature is of the canonical bytes of `{"audit_head": day, "hash": hash, "place": place}`.
    """

    day: date
    place: int
    hash: Hash
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]


class AuditVerified(Done):
    """The whole chain was walked along: its `acts` up to `hash` are as they were written, unless `fault`."""

    acts: int
    hash: Hash
    fault: AuditFault | None = None
    heads: tuple[AuditHead, ...]
    public_key: Hash
