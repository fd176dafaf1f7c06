"""How the API is described and what it takes: its addresses, bodies and headers, made of the messages."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Final

from fastapi import Header
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, create_model
from pydantic_core import PydanticCustomError

from backoffice_service.domain.access import Action
from backoffice_service.http.desk import MOST_KEY
from tillday_contracts.messages import Command, Question
from tillday_contracts.model import Part
from tillday_contracts.store_messages import ImportCatalogue

CONTROL_SAID: Final = "A control character is in it"
CONTROL: Final = ({"loc": (), "type": "control", "msg": CONTROL_SAID},)
FOREIGN: Final = ({"loc": ("settings", "store"), "type": "foreign", "msg": "It is another store's"},)
ENVELOPE: Final = frozenset(Command.model_fields)
CUT: Final[Mapping[type[Command], frozenset[str]]] = {ImportCatalogue: frozenset({"part", "parts"})}
"""What a program leaves to us: it sends the whole, however many messages that takes."""
APPROVED: Final = "approved_by"
APPROVAL: Final = ("approver", "approver_password")
"""What stands in a body instead of who approved: a colleague says so with name and password."""
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MOST_KEY,
        description="Names the command: the same key is the same command, carried out once.",
    ),
]


Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
CodeShown = Annotated[
    str,
    Header(
        alias="Second-Factor-Code", max_length=20, description="Of the authenticator, for what needs one."
    ),
]


def _no_control(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("control", CONTROL_SAID)
    return text


Plain = Annotated[str, AfterValidator(_no_control)]
"""Text without the one character that no database keeps."""


def path_of(kind: type[BaseModel]) -> str:
    """Return the last part of a message's address: its name in small letters."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


@cache
def body_of(kind: type[Command]) -> type[BaseModel]:
    """Return a command's own fields: who wants it, when, and in which store is not for the body to say."""
    own = {
        name: (
            field.annotation if not field.metadata else Annotated[field.annotation, *field.metadata],
            field,
        )
        for name, field in kind.model_fields.items()
        if name not in ENVELOPE | CUT.get(kind, frozenset()) and name not in ("store", APPROVED)
    }
    fields: dict[str, Any] = own
    if APPROVED in kind.model_fields:
        fields |= {name: (Word, Field(repr=False)) for name in APPROVAL}
    return create_model(f"{kind.__name__}Body", __base__=Part, __doc__=kind.__doc__, **fields)


def parameters_of(kind: type[Question]) -> list[dict[str, object]]:
    """Return a question's fields as they are described: in the address, beside the store."""
    schema = kind.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": one}
        for name, one in schema["properties"].items()
        if name != "store"
    ]


def details_of(wish: Command) -> dict[str, object]:
    """Return what of a command the audit trail keeps: its own fields without its secrets."""
    if isinstance(wish, ImportCatalogue):
        return {"products": len(wish.items)}
    kept = {name for name, field in type(wish).model_fields.items() if name not in ENVELOPE and field.repr}
    return wish.model_dump(mode="json", include=kept - {"store"}, exclude_none=True)


def described(kind: type[BaseModel], action: Action) -> dict[str, Any]:
    """Return how a message's address is described."""
    return described_as(path_of(kind), kind.__doc__ or "", action)


def described_as(name: str, text: str, action: Action | None) -> dict[str, Any]:
    """Return how an address is described; without an action it is at the door, for whoever comes."""
    said = " ".join(text.split())
    return {
        "name": name,
        "operation_id": name,
        "summary": said.split(". ")[0].rstrip("."),
        "description": f"{said} Needs the right `{action}`." if action else said,
        "tags": [action or "door"],
    }
