"""The form in which an entry is repaired, and how what came and what will count differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backoffice_service.domain.entry_fields import (
    WIDGETS,
    Widget,
    choices,
    follows,
    may_grow,
    scalars,
    tables,
    text_of,
)
from backoffice_service.domain.receipt_figures import sums_of
from backoffice_service.domain.repairs import FIELD, OUT, Written, fields_of, place_of
from backoffice_service.pages.entry_changes import ChangeRow, beside_of, change_rows, flat
from backoffice_service.pages.entry_words import EntryWords
from tillday_contracts.entries import BODIES
from tillday_contracts.field_faults import faults_of
from tillday_contracts.model import Fact

SUMS: Final[Mapping[str, str]] = {
    "a line's gross is not quantity × unit price − discount": "A line is not quantity × price − discount.",
    "the lines do not add up to the total": "The lines do not make the total.",
    "the tax table does not add up to the total": "The taxes are not those of the total.",
    "a payment is not tendered − change": "A payment is not what was given − change.",
    "the payments do not add up to total + rounding": "The payments do not make the total and its rounding.",
}
"""What a contract says of figures that contradict each other, as a sentence of the pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of a form; `options` are those of a choice, each with its words."""

    name: str
    label: str
    widget: Widget
    text: str
    fault: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """A row of a list, with the field that leaves it out; a new one may stay blank."""

    title: str
    out: str
    is_out: bool
    is_new: bool
    fields: tuple[FormField, ...]

    @property
    def is_blank(self) -> bool:
        """Whether it is a new one in which nobody wrote."""
        return self.is_new and not any(one.text for one in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTable:
    """A list of an entry as rows below its columns."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairForm:
    """The whole form. `faults` are what no field of it holds, `wrong` all faults with their places.

    `sums` are those of a receipt, by their names.
    """

    fields: tuple[FormField, ...]
    tables: tuple[FormTable, ...]
    stays: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]
    wrong: tuple[str, ...]
    changes: tuple[ChangeRow, ...]
    sums: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry that came, what a form makes of it, and the words for both."""

    kind: str
    came: Mapping[str, object]
    written: Written
    typed: Mapping[str, str]
    words: EntryWords

    def form(self) -> RepairForm:
        """Return the form; what was wrong as the entry came is told before anybody writes."""
        faults = self._faults()
        sheet = _Sheet(self, fields_of(self.kind, self.came), faults)
        lists = sheet.tables()
        held = {one.name.removeprefix(FIELD) for one in (*sheet.fields(), *_fields_in(lists))}
        loose = [(where, said) for where, said in faults.items() if where not in held]
        return RepairForm(
            fields=sheet.fields(),
            tables=lists,
            stays=tuple(sheet.stays()),
            faults=tuple(self._said(where, said) for where, said in loose),
            wrong=tuple(self._said(where, said) for where, said in faults.items()),
            changes=tuple(change_rows(self.came, self._numbered(), self.words)),
            sums=tuple(self._sums()),
        )

    def _sums(self) -> Iterator[tuple[str, str]]:
        for name, amount in sums_of(self.written.body).items():
            yield self.words.field(name), self.words.speech.amount(amount)

    def _faults(self) -> dict[str, str]:
        text = self.words.speech.text
        told = {place: text(sentence) for place, sentence in self.written.unread.items()}
        for error in self.written.faults:
            (fault,) = faults_of([error])
            known = SUMS.get(fault.what)
            (said,) = faults_of([error], text)
            place = place_of(error["loc"], self.written.places) if error["loc"] else ""
            told.setdefault(place, text(known) if known else said.what)
        return told

    def _said(self, where: str, said: str) -> str:
        return f"{self.words.place(where)}: {said}" if where else said

    def _numbered(self) -> dict[str, object]:
        """Return the body with the rows under the numbers that they have in the form."""
        body: dict[str, object] = dict(self.written.body)
        for name, numbers in self.written.places.items():
            rows = self.written.body[name]
            body[name] = {str(number): row for number, row in zip(numbers, rows, strict=True)}
        return body


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The fields of one form; `own` are those of the entry itself, `faults` what is said at which."""

    drawn: Drawn
    own: Mapping[str, Widget]
    faults: Mapping[str, str]

    @property
    def _model(self) -> type[Fact]:
        return BODIES[self.drawn.kind]

    def fields(self) -> tuple[FormField, ...]:
        part = self.drawn.came
        return tuple(self._field(self._model, name, name, part) for name in self.own)

    def tables(self) -> tuple[FormTable, ...]:
        return tuple(self._table(name, row) for name, row in tables(self._model).items() if self._shows(name))

    def stays(self) -> Iterator[tuple[str, str]]:
        words, came = self.drawn.words, self.drawn.came
        for name, value in came.items():
            if name in self.own or name in follows(self._model) or self._shows(name):
                continue
            for path, one in flat(value, name).items():
                if one is not None:
                    yield words.place(path), words.value(path, one, beside_of(came, path))

    def _shows(self, name: str) -> bool:
        row = tables(self._model).get(name)
        return row is not None and (bool(self.drawn.came.get(name)) or may_grow(row))

    def _table(self, name: str, row: type[Fact]) -> FormTable:
        before = self.drawn.came.get(name)
        old = list(before) if isinstance(before, list | tuple) else []
        new = [number for number in self.drawn.written.places.get(name, ()) if number >= len(old)]
        blank = max([len(old) - 1, *new]) + 1
        numbers = [*range(len(old)), *new, *([blank] if may_grow(row) else [])]
        words = self.drawn.words
        return FormTable(
            name=name,
            title=words.field(name),
            columns=tuple(words.field(each) for each in scalars(row)),
            rows=tuple(self._row(name, row, number, old) for number in numbers),
        )

    def _row(self, name: str, row: type[Fact], number: int, old: Sequence[Mapping[str, object]]) -> FormRow:
        place, is_new = f"{name}.{number}", number >= len(old)
        part = {} if is_new else old[number]
        return FormRow(
            title=self.drawn.words.place(place),
            out=OUT + place,
            is_out=bool(self.drawn.typed.get(OUT + place)),
            is_new=is_new,
            fields=tuple(self._field(row, each, f"{place}.{each}", part) for each in scalars(row)),
        )

    def _field(self, model: type[Fact], name: str, place: str, part: Mapping[str, object]) -> FormField:
        words = self.drawn.words
        widget = self.own[name] if name == place else WIDGETS[name]
        as_came = text_of(widget, part.get(name), words.money.currency(part))
        text = self.drawn.typed.get(FIELD + place, as_came)
        return FormField(
            name=FIELD + place,
            label=words.field(name),
            widget=widget,
            text=text,
            fault=self.faults.get(place, ""),
            options=self._options(model, name, widget, {as_came, text}),
        )

    def _options(
        self, model: type[Fact], name: str, widget: Widget, known: set[str]
    ) -> tuple[tuple[str, str], ...]:
        words = self.drawn.words
        match widget:
            case "tender":
                found = {one.tender: one.name for one in words.money.settings.tenders}
            case "choice":
                found = {one: words.choice(one) for one in choices(model, name)}
            case "flag":
                found = {one: words.choice(one) for one in ("yes", "no")}
            case _:
                return ()
        odd = {text: text or "–" for text in sorted(known - set(found))}
        return tuple({**odd, **found}.items())


def _fields_in(lists: Sequence[FormTable]) -> Iterator[FormField]:
    for table in lists:
        for row in table.rows:
            yield from row.fields
