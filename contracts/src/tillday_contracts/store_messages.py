"""Requests that store_service answers and the events it announces."""

from datetime import date
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from tillday_contracts.asks import CatalogueItem, Right
from tillday_contracts.ids import Hash, KeyId, PersonId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact
from tillday_contracts.till_messages import TaskKind
from tillday_contracts.wishes import SettingsContent

MOST_PRODUCTS: Final = 20_000

DayState = Literal["none", "opening", "open", "closing", "closed", "cancelled", "archived"]
StoreTaskKind = Literal["opened_without_right", "opened_past_date", "late_session"] | TaskKind


class DefineStore(Command):
    """Create a store or change its settings: the whole of them, under the next revision.

    `changes` is the revision that the new settings were made from; when another came meanwhile, the change
    is refused. None takes whatever there is.
    """

    subject: ClassVar[str] = "tillday.store.define_store.v1"

    settings: SettingsContent
    changes: int | None = None


class CreateStore(Command):
    """Create a store with these settings, under a code that no store has yet.

    `store` is one that `by` manages already, the pattern of the new one: with `catalogue` the new one sells
    what it sells. `by` becomes the first person of the new store, `name`, with every right and without a PIN.
    """

    subject: ClassVar[str] = "tillday.store.create_store.v1"

    store: StoreCode
    settings: SettingsContent
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    catalogue: bool = False


class RegisterTerminal(Command):
    """Create a terminal with its till. The answer is TerminalRegistered, the same for every repeat."""

    subject: ClassVar[str] = "tillday.store.register_terminal.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class TerminalRegistered(Done):
    """The terminal's secrets, 32 bytes each in hex: the journal's key and the pepper of its PIN verifiers."""

    key_id: KeyId
    journal_key: Hash
    pepper: Hash


class DefinePerson(Command):
    """Create or change a person of a store; None leaves the PIN as it is.

    `changes` is the revision of the people that the change was made from; when this person was changed since,
    it is refused. None takes whatever there is.
    """

    subject: ClassVar[str] = "tillday.store.define_person.v1"

    store: StoreCode
    person: PersonId
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    role: Literal["cashier", "supervisor", "manager"]
    rights: tuple[Right, ...]
    pin: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,12}$")] | None = Field(default=None, repr=False)
    changes: int | None = None


class ImportCatalogue(Command):
    """Replace a store's catalogue.

    One that is too large for a message comes in `parts` with one correlation id, in any order; it takes
    effect as a whole when the last of them is there. `part` counts from 0. `changes` is the revision of the
    catalogue that this one was compared with; when another came meanwhile, it is refused. None takes
    whatever there is.
    """

    subject: ClassVar[str] = "tillday.store.import_catalogue.v1"

    store: StoreCode
    items: Annotated[tuple[CatalogueItem, ...], Field(max_length=MOST_PRODUCTS)]
    part: Annotated[int, Field(ge=0)] = 0
    parts: Annotated[int, Field(ge=1, le=1000)] = 1
    changes: int | None = None

    @model_validator(mode="after")
    def _part_is_one_of_them(self) -> Self:
        if self.part >= self.parts:
            raise ValueError(f"part {self.part} is none of {self.parts}, which are counted from 0")
        return self


class Revised(Done):
    """A change took effect under this revision."""

    revision: int


class OpenStore(Command):
    """Open a store for a business date."""

    subject: ClassVar[str] = "tillday.store.open_store.v1"

    store: StoreCode
    business_date: date


class CloseStore(Command):
    """Close a store's business date; `waive` is the reason for going on without the terminals not heard."""

    subject: ClassVar[str] = "tillday.store.close_store.v1"

    store: StoreCode
    business_date: date
    waive: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None


class DayAnswer(Done):
    """How the day stands after the command. While `closing`, `awaited` are the terminals not yet attested."""

    store: StoreCode
    business_date: date
    state: DayState
    awaited: tuple[TerminalCode, ...] = ()
    automatically_closed: date | None = None


class StoreDayStatus(Question):
    """Ask how a store's days stand."""

    subject: ClassVar[str] = "tillday.store.store_day_status.v1"

    store: StoreCode


class StoreDay(Fact):
    """One business date of a store."""

    business_date: date
    state: DayState
    automatic: bool = False
    awaited: tuple[TerminalCode, ...] = ()
    reason: str | None = None


class StoreTask(Fact):
    """Something that a person has to look at; `text` says what, and what to do."""

    number: int
    kind: StoreTaskKind
    terminal: TerminalCode
    business_date: date
    raised_at: AwareDatetime
    text: str


class StoreDays(Done):
    """The store's days, newest first, and the tasks that nobody has finished, oldest first."""

    store: StoreCode
    name: str
    days: tuple[StoreDay, ...]
    archived_through: date | None = None
    tasks: tuple[StoreTask, ...] = ()


class StoreSettings(Question):
    """Ask for a store's settings, or for those of a former revision."""

    subject: ClassVar[str] = "tillday.store.store_settings.v1"

    store: StoreCode
    revision: int | None = None


class SettingsChange(Fact):
    """One revision of a store's settings."""

    revision: int
    changed_at: AwareDatetime
    by: PersonId


class SettingsAnswer(Done):
    """The settings, their revision, and the history of revisions, newest first."""

    settings: SettingsContent
    revision: int
    history: tuple[SettingsChange, ...]


class Catalogue(Question):
    """Ask for one page of a store's catalogue, counted from 0."""

    subject: ClassVar[str] = "tillday.store.catalogue.v1"

    store: StoreCode
    page: int = 0


class CatalogueAnswer(Done):
    """One page of the catalogue; pages of different revisions belong to different catalogues."""

    revision: int
    page: int
    pages: int
    items: tuple[CatalogueItem, ...]


class People(Question):
    """Ask for the people of a store."""

    subject: ClassVar[str] = "tillday.store.people.v1"

    store: StoreCode


class Person(Fact):
    """A person of a store and what they may do; no secret."""

    person: PersonId
    name: str
    role: str
    rights: tuple[Right, ...]


class PeopleAnswer(Done):
    """The people by their code, and the revision of them all."""

    people: tuple[Person, ...]
    revision: int = 0


class StoreDefined(Event):
    """A store was created or its settings changed."""

    subject: ClassVar[str] = "tillday.event.store.store_defined.v1"

    settings: SettingsContent
    revision: int


class TerminalAdded(Event):
    """A terminal with its till belongs to a store now."""

    subject: ClassVar[str] = "tillday.event.store.terminal_added.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    name: str


class PersonDefined(Event):
    """A person of a store has this name and role now."""

    subject: ClassVar[str] = "tillday.event.store.person_defined.v1"

    store: StoreCode
    person: PersonId
    name: str
    role: str


class StoreOpened(Event):
    """A store day is open; its terminals are wished open with that date."""

    subject: ClassVar[str] = "tillday.event.store.store_opened.v1"

    store: StoreCode
    business_date: date
    by: PersonId


class StoreClosing(Event):
    """A store day is closing: terminals attest."""

    subject: ClassVar[str] = "tillday.event.store.store_closing.v1"

    store: StoreCode
    business_date: date
    by: PersonId


class StoreClosed(Event):
    """A store day is closed for good."""

    subject: ClassVar[str] = "tillday.event.store.store_closed.v1"

    store: StoreCode
    business_date: date
    by: PersonId
    automatic: bool = False
    unattested: tuple[TerminalCode, ...] = ()
    waived: str | None = None


class StoreClosingAbandoned(Event):
    """A till of the date turned out open: the day is open again."""

    subject: ClassVar[str] = "tillday.event.store.store_closing_abandoned.v1"

    store: StoreCode
    business_date: date
    reason: str


class TerminalWished(Event):
    """What a terminal is wished to be changed: its business date, or closed when None."""

    subject: ClassVar[str] = "tillday.event.store.terminal_wished.v1"

    store: StoreCode
    terminal: TerminalCode
    business_date: date | None
    origin: Literal["back_office", "front_office"]
    rev: int


EVENTS: tuple[type[Event], ...] = (
    StoreDefined,
    TerminalAdded,
    PersonDefined,
    StoreOpened,
    StoreClosing,
    StoreClosed,
    StoreClosingAbandoned,
    TerminalWished,
)
