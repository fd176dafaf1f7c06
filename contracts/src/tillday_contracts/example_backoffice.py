"""Example messages of the back office's own service."""

from pydantic import BaseModel

from tillday_contracts.backoffice_messages import DefineLogin, OperatorList, Operators
from tillday_contracts.example_entries import MORNING, STORE, SUPERVISOR
from tillday_contracts.example_messages import CORRELATION_ID, MESSAGE_ID


def backoffice_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    return {
        "request.define_login": DefineLogin(
            message_id=MESSAGE_ID,
            correlation_id=CORRELATION_ID,
            occurred_at=MORNING,
            by=SUPERVISOR,
            person=SUPERVISOR,
            name="Supervisor 1",
            role="supervisor",
            stores=(STORE,),
            password="a long enough password",  # noqa: S106  # an example
        ),
        "request.operators": Operators(),
        "reply.operator_list": OperatorList(operators=("OPERATOR-1",)),
    }
