"""What stands in the fields of a form about a journal entry: what people may write of its contract."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from backoffice_service.domain.printed_report import NO_AMOUNT, with_point
from tillday_contracts.entries import Payment, ReceiptDeleted, Sale, SaleLine
from tillday_contracts.model import Fact
from tillday_contracts.money import InvalidAmount, is_amount, parse_minor, plain_minor
from tillday_contracts.wishes import SettingsContent

Widget = Literal["text", "whole", "money", "percent", "tender", "choice", "flag"]
WIDGETS: Final[Mapping[str, Widget]] = {
    "amount": "money",
    "change": "money",
    "copy_no": "whole",
    "count": "choice",
    "counted": "money",
    "difference": "money",
    "discount": "money",
    "expected": "money",
    "in_a_row": "whole",
    "kept": "money",
    "kind": "choice",
    "list_price": "money",
    "moved": "money",
    "name": "text",
    "opening": "money",
    "origin": "choice",
    "outcome": "choice",
    "quantity": "whole",
    "reason": "text",
    "refund_of": "text",
    "rounding": "money",
    "seconds": "whole",
    "sku": "text",
    "tax_rate": "percent",
    "tender": "tender",
    "tendered": "money",
    "uncounted": "flag",
    "unit_price": "money",
    "value": "money",
    "wanted": "money",
}
"""What people may write, by the field's name. Everything else says who, where and when, and stays."""
FOLLOWS: Final[Mapping[type[Fact], frozenset[str]]] = {
    SaleLine: frozenset(("gross", "tax")),
    Payment: frozenset(("amount", "rate", "value")),
    Sale: frozenset(("taxes", "total")),
    ReceiptDeleted: frozenset(("total",)),
}
"""What follows from the other figures of a receipt: nobody has to work it out."""
MONEY: Final = {name for name, widget in WIDGETS.items() if widget == "money"} | {"gross", "tax", "total"}
PERCENT: Final = {"tax_rate", "rate"}
NO_WHOLE: Final = "Write a whole number like 2, with a minus before what came back."
NO_PERCENT: Final = "Write a rate like 19 or 7.5."
MOST_DIGITS: Final = 12


class BadField(ValueError):
    """What was written makes no sense in its field; the text says what does, as a sentence of the pages."""


@dataclass(frozen=True, slots=True)
class Money:
    """Which currency each amount of an entry is in."""

    settings: SettingsContent

    def currency(self, beside: Mapping[str, object]) -> str:
        """Return the currency of what stands beside a tender, the store's where none does."""
        tender = next((one for one in self.settings.tenders if one.tender == beside.get("tender")), None)
        return tender.currency if tender else self.settings.currency


def follows(model: type[Fact]) -> frozenset[str]:
    """Return the fields of a part whose values follow from the others."""
    return FOLLOWS.get(model, frozenset())


def scalars(model: type[Fact]) -> tuple[str, ...]:
    """Return the fields of a part that people may write, in the order of its contract."""
    rows = tables(model)
    return tuple(
        name
        for name in model.model_fields
        if name in WIDGETS and name not in rows and name not in follows(model)
    )


def tables(model: type[Fact]) -> dict[str, type[Fact]]:
    """Return the lists of parts that people may write in, with what a row is."""
    found = {name: _row_of(field.annotation) for name, field in model.model_fields.items()}
    return {
        name: row
        for name, row in found.items()
        if row is not None and name not in follows(model) and scalars(row)
    }


def may_grow(row: type[Fact]) -> bool:
    """Whether a new row can be written whole: nothing that people may not write is needed."""
    needed = {name for name, field in row.model_fields.items() if field.is_required()}
    return needed <= {*scalars(row), *follows(row)}


def choices(model: type[Fact], name: str) -> tuple[str, ...]:
    """Return what a field may be, where the contract lists it."""
    return tuple(str(one) for one in get_args(model.model_fields[name].annotation))


def is_whole(model: type[Fact], name: str) -> bool:
    """Whether a field that stays unless it is wrong holds a number."""
    return int in _plain(model.model_fields[name].annotation)


def text_of(widget: Widget, value: object, currency: str) -> str:
    """Return how a value stands in its field; what is of another kind stands as it came."""
    if widget == "flag" and not isinstance(value, str):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        if widget == "money":
            return plain_minor(value, currency)
        if widget == "percent":
            return f"{Decimal(value) / 100:f}"
    return str(value)


def value_of(widget: Widget, text: str, currency: str) -> object:
    """Return the value that somebody wrote. Raises BadField."""
    match widget:
        case "money":
            try:
                return parse_minor(with_point(text), currency)
            except InvalidAmount:
                raise BadField(NO_AMOUNT) from None
        case "percent":
            return _hundredths(text)
        case "whole":
            return _whole(text)
        case "flag":
            return text == "yes"
        case "text" | "tender" | "choice":
            return text


def _hundredths(text: str) -> int:
    written = with_point(text).removesuffix("%").strip()
    if not is_amount(written) or (value := Decimal(written) * 100) != value.to_integral_value():
        raise BadField(NO_PERCENT)
    return int(value)


def _whole(text: str) -> int:
    written = text.replace("−", "-")
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        raise BadField(NO_WHOLE)
    return int(written)


def _row_of(annotation: Any) -> type[Fact] | None:
    return next((one for one in _parts(annotation) if isinstance(one, type) and issubclass(one, Fact)), None)


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield what a list holds; nothing where it is none."""
    if getattr(annotation, "__origin__", None) is tuple:
        yield from get_args(annotation)


def _plain(annotation: Any) -> set[Any]:
    return {
        annotation,
        *get_args(annotation),
        *(inner for one in get_args(annotation) for inner in get_args(one)),
    }
