"""What a person writes in the place of an entry: in the fields of a form, or the whole of it as JSON."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from pydantic import ValidationError

from backoffice_service.domain.entry_fields import (
    WIDGETS,
    BadField,
    Money,
    Widget,
    follows,
    is_whole,
    may_grow,
    scalars,
    tables,
    text_of,
    value_of,
)
from backoffice_service.domain.receipt_figures import RECEIPTS, with_figures
from tillday_contracts.entries import BODIES
from tillday_contracts.model import Fact

NO_BODY: Final = "Write the whole entry as it is to count, in the form in which it stands here."
FIELD: Final = "e."
OUT: Final = "out."
MOST_ROWS: Final = 200

Body = Mapping[str, object]
Form = Mapping[str, str]
Fault = Mapping[str, Any]
"""One of the errors that a contract tells of a body."""


class UnreadableBody(ValueError):
    """What was written is no entry's content; the text says what to do, as a sentence of the pages."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as a form has it. `unread`: the sentence of each place whose text makes no sense.

    `places`: of each list the numbers that its rows have in the form. `faults` are those of the contract,
    whose places are those of the body.
    """

    body: dict[str, Any]
    unread: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    faults: Sequence[Fault] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it can be sent."""
        return not self.unread and not self.faults


def faults_of(kind: str, body: Body) -> Sequence[Fault]:
    """Return what the contract of an entry finds wrong with a body."""
    try:
        BODIES[kind].model_validate(body)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)
    return ()


def fields_of(kind: str, came: Body) -> dict[str, Widget]:
    """Return the fields of the entry itself: those that people may write, and what is wrong beside them."""
    model = BODIES[kind]
    wrong = {str(fault["loc"][0]) for fault in faults_of(kind, came) if len(fault["loc"]) == 1}
    stays = wrong & set(model.model_fields) - {*WIDGETS, *tables(model), *follows(model)}
    known: dict[str, Widget] = {name: WIDGETS[name] for name in scalars(model)}
    extra: dict[str, Widget] = {name: "whole" if is_whole(model, name) else "text" for name in sorted(stays)}
    return {**known, **extra}


def written_in(kind: str, came: Body, typed: Form, money: Money) -> Written:
    """Return the entry that a form makes of one that came; a field that was not touched stays as it came.

    A field is named `e.PLACE`, as `e.lines.0.quantity`; `out.lines.0` leaves a row out. Rows after those that
    came are new ones. The figures of a receipt follow from what is written.
    """
    model, body = BODIES[kind], deepcopy(dict(came))
    unread: dict[str, str] = {}
    places: dict[str, tuple[int, ...]] = {}
    for name, row in tables(model).items():
        if name in came or _new_rows(name, typed, 0):
            numbered, bad = _rows(name, row, came, typed, money)
            body[name], places[name] = list(numbered.values()), tuple(numbered)
            unread |= bad
    unread |= _fill(body, "", fields_of(kind, came), typed, money)
    if kind in RECEIPTS and not unread:
        before = _as_came(came.get("payments"), places.get("payments", ()))
        body = with_figures(body, before, money.settings, paid=kind == "SALE")
    faults = [fault for fault in faults_of(kind, body) if not _is_told(fault, unread, places)]
    return Written(body, unread, places, faults)


def body_of(text: str) -> dict[str, object]:
    """Return the content that somebody wrote as JSON. Raises UnreadableBody."""
    try:
        body = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnreadableBody(NO_BODY) from None
    if not isinstance(body, dict) or not body:
        raise UnreadableBody(NO_BODY)
    return body


def written(body: Body) -> str:
    """Return an entry's content as a person may change it."""
    return json.dumps(body, indent=2, ensure_ascii=False)


def place_of(loc: Sequence[int | str], places: Mapping[str, tuple[int, ...]]) -> str:
    """Return the field that a fault of the body means; rows have the numbers of the form."""
    table, *rest = loc
    known = places.get(str(table), ())
    if rest and isinstance(rest[0], int) and rest[0] < len(known):
        rest[0] = known[rest[0]]
    return ".".join(str(part) for part in (table, *rest))


def _rows(
    name: str, row: type[Fact], came: Body, typed: Form, money: Money
) -> tuple[dict[int, dict[str, object]], dict[str, str]]:
    before = came.get(name)
    old = list(before) if isinstance(before, list | tuple) else []
    numbered = {n: deepcopy(dict(one)) for n, one in enumerate(old) if not typed.get(f"{OUT}{name}.{n}")}
    if may_grow(row):
        numbered |= {n: {} for n in _new_rows(name, typed, len(old))}
    widgets: dict[str, Widget] = {each: WIDGETS[each] for each in scalars(row)}
    unread: dict[str, str] = {}
    for number, part in numbered.items():
        unread |= _fill(part, f"{name}.{number}.", widgets, typed, money)
    return numbered, unread


def _new_rows(name: str, typed: Form, known: int) -> list[int]:
    """Return the numbers of new rows in which somebody wrote."""
    start, found = f"{FIELD}{name}.", set()
    for each, text in typed.items():
        number = each.removeprefix(start).partition(".")[0]
        if (
            each.startswith(start)
            and text.strip()
            and number.isascii()
            and number.isdigit()
            and len(number) < 5
        ):
            found.add(int(number))
    left_out = {number for number in found if typed.get(f"{OUT}{name}.{number}")}
    return sorted(number for number in found - left_out if known <= number < known + MOST_ROWS)


def _fill(
    part: dict[str, object], start: str, widgets: Mapping[str, Widget], typed: Form, money: Money
) -> dict[str, str]:
    """Put what was typed into a part of the body; return the sentences of what makes no sense."""
    unread: dict[str, str] = {}
    before = money.currency(part)
    # The tender says which currency the amounts beside it are in.
    for name, widget in sorted(widgets.items(), key=lambda one: one[0] != "tender"):
        text, currency = typed.get(f"{FIELD}{start}{name}"), money.currency(part)
        if text is None or (text.strip(), currency) == (text_of(widget, part.get(name), before), before):
            continue
        try:
            _set(part, name, value_of(widget, text.strip(), currency) if text.strip() else None)
        except BadField as error:
            unread[start + name] = str(error)
    return unread


def _set(part: dict[str, object], name: str, value: object) -> None:
    if value is None:
        part.pop(name, None)
    else:
        part[name] = value


def _as_came(payments: object, numbers: Sequence[int]) -> list[dict[str, object]]:
    old = payments if isinstance(payments, list | tuple) else ()
    return [old[number] if number < len(old) else {} for number in numbers]


def _is_told(fault: Fault, unread: Mapping[str, str], places: Mapping[str, tuple[int, ...]]) -> bool:
    return bool(fault["loc"]) and place_of(fault["loc"], places) in unread


def _refuse(_constant: str) -> NoReturn:
    raise ValueError
