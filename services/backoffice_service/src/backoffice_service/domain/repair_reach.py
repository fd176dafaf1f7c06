"""Whether a form reaches whatever is wrong with an entry, or how else it is repaired."""

from collections.abc import Sequence
from typing import Literal

from backoffice_service.domain.entry_fields import follows, scalars, tables
from backoffice_service.domain.repairs import MOST_ROWS, Body, faults_of
from tillday_contracts.entries import BODIES
from tillday_contracts.model import Fact

Mending = Literal["form", "json", "operator", "unknown", "unreadable", "unproven"]
"""How an entry of the desk is repaired: in a form; as JSON, by operators alone; or why it is not."""


def is_showable(kind: str | None, came: Body) -> bool:
    """Whether a form can show an entry and mend whatever is wrong with it."""
    model = BODIES.get(kind or "")
    if model is None or not _has_shape(model, came):
        return False
    return all(_is_within_reach(model, fault["loc"]) for fault in faults_of(kind or "", came))


def mending_of(kind: str | None, came: Body | None, *, proven: bool, is_operator: bool) -> Mending:
    """Return how an entry of the desk is repaired here, or why it is not."""
    if came is None:
        return "unreadable"
    if not proven:
        return "unproven"
    if kind not in BODIES:
        return "unknown"
    if is_showable(kind, came):
        return "form"
    return "json" if is_operator else "operator"


def _has_shape(model: type[Fact], came: Body) -> bool:
    """Whether lists hold parts and fields hold no parts, so that each has its place in a form."""
    rows = tables(model)
    plain = all(not isinstance(came.get(name), dict | list) for name in scalars(model))
    return plain and all(_is_table(came.get(name), row) for name, row in rows.items())


def _is_table(value: object, row: type[Fact]) -> bool:
    if value is None:
        return True
    if not isinstance(value, list | tuple) or len(value) > MOST_ROWS:
        return False
    return all(
        isinstance(one, dict) and not any(isinstance(one.get(name), dict | list) for name in scalars(row))
        for one in value
    )


def _is_within_reach(model: type[Fact], loc: Sequence[int | str]) -> bool:
    """Whether a form has a field for what is wrong, or works it out by itself."""
    if len(loc) < 2:
        return not loc or _is_plain(model, str(loc[0]))
    row = tables(model).get(str(loc[0]))
    if loc[0] in follows(model):
        return True
    return row is not None and len(loc) == 3 and str(loc[2]) in {*scalars(row), *follows(row)}


def _is_plain(model: type[Fact], name: str) -> bool:
    return name in {*scalars(model), *tables(model), *follows(model)} or not _holds_parts(model, name)


def _holds_parts(model: type[Fact], name: str) -> bool:
    annotation = str(model.model_fields[name].annotation)
    return "tuple" in annotation or "tillday_contracts" in annotation
