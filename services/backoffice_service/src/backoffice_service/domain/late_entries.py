"""Which late entries of a rescue session a form means, and what the person saw of them."""

from collections.abc import Mapping
from typing import Final

from tillday_contracts.rescue_messages import ENTRIES_AT_ONCE, NamedCount, SeenEntry

NONE_CHOSEN: Final = "Choose the entries that you mean first."


class NothingChosen(ValueError):
    """No entry was chosen; the text says what to do, as a sentence of the pages."""


def chosen_entries(form: Mapping[str, str]) -> tuple[SeenEntry, ...]:
    """Return the entries of a form: those marked, or, with `every`, all that it names as waiting.

    `entry-HASH` is a mark, `waits-HASH` an entry that waits; each value is the number of the decision that
    the page showed. Raises NothingChosen, and pydantic's ValidationError where a field is not of our pages.
    """
    start = "waits-" if form.get("every") else "entry-"
    marked = [(name.removeprefix(start), value) for name, value in form.items() if name.startswith(start)]
    if not marked:
        raise NothingChosen(NONE_CHOSEN)
    return tuple(seen_entry(entry, number) for entry, number in marked[:ENTRIES_AT_ONCE])


def named_count(form: Mapping[str, str]) -> NamedCount | None:
    """Return the count that a form names as `cash_up:SESSION`; None where it names none.

    Raises pydantic's ValidationError where the field is not of our pages.
    """
    kind, _, session = form.get("count", "").partition(":")
    return NamedCount.model_validate({"kind": kind, "session_id": session}) if kind else None


def seen_entry(entry: str, number: str) -> SeenEntry:
    """Return an entry with the number of the decision that the person saw. Raises ValidationError."""
    return SeenEntry.model_validate({"entry": entry, "decision": int(number) if _is_count(number) else -1})


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
