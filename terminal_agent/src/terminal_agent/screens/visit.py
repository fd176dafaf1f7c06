"""What a browser of this terminal is doing: who is there, which screen, what it was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from markupsafe import Markup

from terminal_agent.core.commands import Tendered
from terminal_agent.core.receipts import Wanted
from terminal_agent.core.refusal import Refusal
from terminal_agent.desk.answers import Figures
from terminal_agent.screens.speech import Speech
from tillday_contracts.asks import CatalogueItem

Form = Mapping[str, str]
MAX_VISITS: Final = 20
Mood = Literal["good", "warn"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A plain word to the person; `refusal` where a rule was in the way, else `text` in English."""

    mood: Mood
    text: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Something that needs another person's PIN, as it was asked for, and why.

    `phase` is that of the till: once it has moved on, the question is over.
    """

    action: str
    form: Form
    refusal: Refusal
    phase: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """Products of a catalogue as they were drawn for what was asked: category, search, and how it speaks."""

    catalogue: Mapping[str, CatalogueItem]
    asked: tuple[str, str, Speech]
    drawn: Markup


@dataclass(slots=True)
class Selling:
    """What the selling screen shows: how it is searched, what is chosen, how much is paid so far."""

    category: str = ""
    search: str = ""
    line: int | None = None
    editing: str = ""
    payments: tuple[Tendered, ...] = ()
    done: Figures | None = None
    training: bool = False
    practice: tuple[Wanted, ...] = ()
    practice_discount: int = 0
    tiles: Tiles | None = None


@dataclass(slots=True)
class Visit:
    """One browser. `person` is the token of who signed in, None while it is locked.

    `guest_of` is the shared till that was last seen here and its host, until the person has gone on.
    `strip` and `mark` are the strip and the state that this browser was shown last.
    """

    name: str
    language: str = "en"
    look: str = "auto"
    person: str | None = None
    used_at: float = 0.0
    view: str = ""
    shown: Figures = field(default_factory=dict)
    tender: str = ""
    piece: int = 0
    attempts: int = 0
    selling: Selling = field(default_factory=Selling)
    notice: Notice | None = None
    asking: Asking | None = None
    guest_of: tuple[str, str] | None = None
    strip: str = ""
    mark: tuple[object, ...] = ()

    def go(self, view: str = "", **shown: object) -> None:
        """Show another screen from now on; without a name, the one that the till asks for."""
        self.view, self.shown, self.asking = view, shown, None


class Visits:
    """The browsers of this terminal; the one that was away longest is forgotten first."""

    def __init__(self) -> None:
        self._known: dict[str, Visit] = {}

    def of(self, name: str) -> Visit:
        """Return the visit of a screen."""
        visit = self._known.pop(name, None) or Visit(name)
        self._known[name] = visit
        while len(self._known) > MAX_VISITS:
            del self._known[next(iter(self._known))]
        return visit
