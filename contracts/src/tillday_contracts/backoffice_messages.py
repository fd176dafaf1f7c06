"""What the back office's own service is asked: who may sign in at its pages."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from tillday_contracts.ids import PersonId, StoreCode
from tillday_contracts.messages import Command, Done, Question


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
