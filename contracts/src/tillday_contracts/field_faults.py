"""What is wrong with a message, field by field, in words for whoever wrote it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_OBJECT: Final = "must be a JSON object"
_LIST: Final = "must be a list"
_TEXT: Final = "must be text"
_WHOLE: Final = "must be a whole number"
_DATE: Final = "must be a date of the calendar, like 2026-11-05"
WORDS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "json_invalid": "is no JSON",
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_too_long": "must have {max_length} or fewer characters",
    "string_too_short": "must have {min_length} or more characters",
    "string_pattern_mismatch": "does not look as it should: copy it from where it is shown",
    "too_long": "must have {max_length} or fewer parts",
    "too_short": "must have {min_length} or more parts",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be {expected}",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "timezone_aware": "must name its time zone",
}
"""What is said of each kind of fault, with the places that its figures are put into."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A field and what is wrong with it; the whole message has no name."""

    where: str
    what: str
    is_sentence: bool = False
    """Whether `what` says all by itself, the field only told beside it."""
    is_missing: bool = False
    """Whether there is nothing where something has to be."""

    def said(self, whole: str = "message") -> str:
        """Return the fault as words; `whole` names what has no field."""
        return f"{self.where or whole}{':' if self.is_sentence else ''} {self.what}"


def faults_of(errors: Iterable[Mapping[str, Any]], speak: Callable[[str], str] = str) -> list[FieldFault]:
    """Return the faults of a ValidationError's `errors()`. What was sent is left out: it may be a PIN.

    `speak` puts `WORDS` and whole sentences into another language.
    """
    return [_fault(error, speak) for error in errors]


def _fault(error: Mapping[str, Any], speak: Callable[[str], str]) -> FieldFault:
    where, kind = ".".join(str(part) for part in error["loc"]), error["type"]
    if kind in WORDS:
        what = speak(WORDS[kind]).format_map(error.get("ctx", {}))
        return FieldFault(where, what, is_missing=kind == "missing")
    return FieldFault(where, speak(str(error["msg"]).removeprefix("Value error, ")), is_sentence=True)
