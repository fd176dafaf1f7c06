"""What repairing an entry is on both of its pages: the form as it was filled in, and what it would change."""

from collections.abc import Mapping
from typing import Final

from fastapi.responses import Response

from backoffice_service.domain.entry_fields import Money
from backoffice_service.domain.repairs import written_in
from backoffice_service.http.desk import Desk
from backoffice_service.pages.entry_words import EntryWords
from backoffice_service.pages.repairs import Drawn

SEE_FIELDS: Final = "Nothing was sent yet: see what is said beside the fields."


def words_of(desk: Desk) -> EntryWords:
    """Return how the parts of an entry are worded for the visitor."""
    return EntryWords(desk.speech, Money(desk.facts.settings), desk.facts.names)


def drawn(desk: Desk, kind: str, came: Mapping[str, object]) -> Drawn:
    """Return an entry that came as the form of the request has it; as it came where nobody wrote yet."""
    words = words_of(desk)
    return Drawn(kind, came, written_in(kind, came, desk.typed, words.money), desk.typed, words)


def sound_body(desk: Desk, kind: str, came: Mapping[str, object]) -> dict[str, object]:
    """Return what a form wants to count. Raises Declined where a field of it makes no sense."""
    written = drawn(desk, kind, came).written
    if not written.is_sound:
        raise desk.wrong(SEE_FIELDS)
    return written.body


def effect(desk: Desk, kind: str, came: Mapping[str, object]) -> Response:
    """Return the part of the page that says what the form would change."""
    return desk.draw("repair-effect.html", "", {"form": drawn(desk, kind, came).form()})
