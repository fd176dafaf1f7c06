"""Runbooks as pages: what the files of docs/runbooks say, which this package holds too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote, urlencode

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from backoffice_service.domain.access import Action, Visitor

FOLDER: Final = Path(__file__).parents[1] / "runbooks"
INDEX: Final = "README"
ADDRESS: Final = "/runbooks"
MANY_SECTIONS: Final = 4
"""From so many on, a page lists its sections beside them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a runbook is shown to: where they stand, as far as the address says so."""

    visitor: Visitor
    store: str | None = None
    terminal: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a runbook, and how an address names it."""

    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Runbook:
    """One page: its title, its sections, and what stands below the title as HTML."""

    title: str
    sections: Sequence[Section]
    html: Markup

    @property
    def contents(self) -> Sequence[Section]:
        """The sections where they are many, else none."""
        return self.sections if len(self.sections) >= MANY_SECTIONS else ()


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a store that a runbook leads to; `of_terminal` says that each terminal has its own."""

    part: str
    text: str
    icon: str
    action: Action
    of_terminal: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A link that leads on."""

    address: str
    text: str
    icon: str


TERMINALS: Final = Place("terminals", "Terminals and Tills", "device-desktop", "see_store", of_terminal=True)
RESCUES: Final = Place("rescues", "Rescue sessions", "lifebuoy", "see_store")
LETTERS: Final = Place("letters", "Dead-letter desk", "file-text", "see_letters")
OPERATIONS: Final = Place("operations", "Operations", "activity", "see_operations")
CREDENTIALS: Final = Place(
    "settings/terminals", "Credentials of terminals", "lock", "see_settings", of_terminal=True
)
PEOPLE: Final = Place("settings/people", "People and PINs", "users", "see_settings")
DAY: Final = Place("day", "Open / Close store", "lock-open-2", "see_store")
AUDIT: Final = Place("audit", "Audit trail", "history", "see_audit")
ALARMS: Final = Place("alarms", "Alarms", "bell", "see_alarms")
LEADS_TO: Final[Mapping[str, tuple[Place, ...]]] = {
    INDEX: (ALARMS, OPERATIONS, TERMINALS),
    "clock-skew": (TERMINALS, OPERATIONS),
    "clone-suspected": (TERMINALS, CREDENTIALS, RESCUES),
    "credential-misuse": (CREDENTIALS, LETTERS, TERMINALS, AUDIT),
    "dead-letter": (LETTERS, TERMINALS, DAY),
    "drawer-left-open": (TERMINALS,),
    "journal-damaged": (TERMINALS, RESCUES, LETTERS),
    "not-in-ledger": (OPERATIONS, TERMINALS),
    "oldest-unacknowledged": (TERMINALS, DAY),
    "pins-guessed": (TERMINALS, PEOPLE),
    "server-behind": (OPERATIONS, TERMINALS, DAY),
    "stale-retained": (OPERATIONS, TERMINALS),
    "stream-filling": (OPERATIONS,),
}
"""Where one goes on after reading, the most likely place first."""
SENTENCES: Final = {place.text for places in LEADS_TO.values() for place in places}


@cache
def texts() -> Mapping[str, str]:
    """Return every runbook's text by its name, as it lies in the folder."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.md"))}


@cache
def titles() -> Mapping[str, str]:
    """Return every runbook's title by its name; the list of them is none of them."""
    names = (name for name in texts() if name != INDEX)
    return {name: read(texts()[name], Reader(Visitor("", "", "cashier", ()))).title for name in names}


def help_with(page: str, store: str, terminal: str | None) -> Way | None:
    """Return the way to the runbook that an alarm names by its place, `docs/runbooks/clock-skew.md`.

    None where an alarm of a newer version names one that is not known here.
    """
    name = PurePosixPath(page).stem
    title = titles().get(name)
    return Way(address_of(name, store, terminal), title, "file-text") if title else None


def address_of(name: str, store: str | None = None, terminal: str | None = None) -> str:
    """Return the address of a runbook; who comes from a store's page is led back to that store."""
    place = ADDRESS if name == INDEX else f"{ADDRESS}/{name}"
    known = {"store": store, "terminal": terminal}
    query = urlencode({part: value for part, value in known.items() if value})
    return f"{place}?{query}" if query else place


def ways_on(name: str, reader: Reader) -> list[Way]:
    """Return where somebody may go on in the store they came from."""
    if reader.store is None:
        return []
    seen = [one for one in LEADS_TO.get(name, ()) if reader.visitor.may(one.action, reader.store)]
    return [_way(one, reader) for one in seen]


def _way(place: Place, reader: Reader) -> Way:
    address = f"/stores/{quote(reader.store or '', safe='')}/{place.part}"
    if place.of_terminal and reader.terminal:
        address = f"{address}/{quote(reader.terminal, safe='')}"
    return Way(address, place.text, place.icon)


def read(text: str, reader: Reader) -> Runbook:
    """Return a runbook: Markdown in which HTML is text, and links lead to the other runbooks' pages."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    head, body = tokens[:3], tokens[3:]
    sections = list(_name_sections(body))
    for token in _links(body):
        token.attrSet("href", _led(str(token.attrGet("href")), reader))
    html = markdown.renderer.render(body, markdown.options, {})
    return Runbook(head[1].content, sections, Markup(html))  # noqa: S704  our own text, without its HTML


def _name_sections(tokens: Sequence[Token]) -> Iterator[Section]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            anchor = re.sub(r"[^a-z0-9]+", "-", inline.content.lower()).strip("-")
            opening.attrSet("id", anchor)
            yield Section(anchor, inline.content)


def _links(tokens: Sequence[Token]) -> Iterator[Token]:
    inner = (child for token in tokens for child in token.children or ())
    return (child for child in inner if child.type == "link_open")


def _led(target: str, reader: Reader) -> str:
    name, _, anchor = target.partition("#")
    if not name.endswith(".md"):
        return target
    address = address_of(name.removesuffix(".md"), reader.store, reader.terminal)
    return f"{address}#{anchor}" if anchor else address
