"""What a form changes of a store's settings: the same edits that the command line knows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from backoffice_service.domain.printed_report import with_point
from tillday_contracts.denominations import STANDARD, Denomination, every_piece
from tillday_contracts.money import plain_minor
from tillday_contracts.piece_looks import Looks, colour_of, in_order
from tillday_contracts.setting_edits import edit_settings
from tillday_contracts.wishes import SettingsContent

PLACE: Final = ("name", "locale", "time-zone", "rollover", "max-offline-days", "people-max-age-days")
COUNTS: Final = ("blind-count", "blind-recounts", "initial-count", "own-count-approval", "cash-rounding")

Edit = tuple[str, tuple[str, ...]]
"""A setting's name and its values as people write them."""
Form = Mapping[str, str]


class ShownPiece(NamedTuple):
    """A coin or note of a currency: whether the store uses it, and its colour where it is counted."""

    value: int
    kind: str
    is_used: bool
    colour: str


class Cash(NamedTuple):
    """Money that is counted by its pieces, in the order in which they stand."""

    tender: str
    name: str
    currency: str
    pieces: list[ShownPiece]


def edited(settings: SettingsContent, edits: Iterable[Edit]) -> SettingsContent:
    """Return the settings after all of these edits. Raises BadSetting or pydantic's ValidationError."""
    for name, values in edits:
        settings = edit_settings(settings, name, values)
    return settings


def place_edits(form: Form) -> list[Edit]:
    """Return what a form says of the store itself; `receipt-head` has a line of the receipts on each line."""
    edits: list[Edit] = [(name, (_said(form, name),)) for name in PLACE if name in form]
    if "receipt-head" in form:
        lines = tuple(line.strip() for line in form["receipt-head"].splitlines() if line.strip())
        edits.append(("receipt-head", lines or ("none",)))
    return edits


def count_edits(form: Form, tills: Sequence[str]) -> list[Edit]:
    """Return what a form says of counting; `float-TILL`: what a till begins with, blank for nothing fixed."""
    policies: list[Edit] = [(name, (_said(form, name),)) for name in COUNTS if name in form]
    floats: list[Edit] = [
        ("float", (till, with_point(_said(form, f"float-{till}")) or "none"))
        for till in tills
        if f"float-{till}" in form
    ]
    return policies + floats


def tender_edits(form: Form, tender: str) -> list[Edit]:
    """Return what a form says of one tender: what a cash-up keeps, what may be missing, its rate."""
    edits: list[Edit] = []
    if "keep" in form:
        mode = _said(form, "keep")
        amount = (with_point(_said(form, "amount")),) if mode == "fixed" else ()
        edits.append(("keep", (tender, mode, *amount)))
    for when in ("initial", "cash-up"):
        if when in form:
            edits.append(("tolerance", (tender, when, with_point(_said(form, when)))))
    if "rate" in form:
        edits.append(("rate", (tender, _said(form, "rate").replace(",", "."))))
    return edits


def new_tender_edit(form: Form) -> Edit:
    """Return the tender that a form adds; currency and rate belong to foreign cash alone."""
    kind = _said(form, "kind")
    foreign = (_said(form, "currency").upper(), _said(form, "rate").replace(",", "."))
    money = foreign if kind == "foreign-cash" else ()
    return "add-tender", (_said(form, "tender"), kind, _said(form, "name"), *money)


def piece_edit(form: Form, settings: SettingsContent, tender: str) -> Edit:
    """Return the coins and notes of a tender, or of the store, that a form marks: `coin-VALUE`, `note-VALUE`.

    Values in minor units; where a currency's pieces are not known, they are amounts in `coins` and `notes`.
    """
    known = next((one for one in settings.tenders if one.tender == tender), None)
    currency = known.currency if known else settings.currency
    marked = {
        kind: [
            plain_minor(one.value, currency)
            for one in STANDARD.get(currency, ())
            if one.kind == kind and form.get(f"{kind}-{one.value}")
        ]
        for kind in ("coin", "note")
    }
    coins = ",".join(marked["coin"]) or _listed(form, "coins")
    notes = ",".join(marked["note"]) or _listed(form, "notes")
    return "denominations", (*((tender,) if tender else ()), "coins", coins, "notes", notes)


def look_edits(form: Form, settings: SettingsContent, tender: str) -> list[Edit]:
    """Return in which order and colours a form shows coins and notes: `colour-VALUE`, the first first.

    What the settings do not know any more is left out: it was a piece that the form has just taken away.
    """
    cash = next(one for one in cash_of(settings) if one.tender == tender)
    known = {f"colour-{piece.value}": plain_minor(piece.value, cash.currency) for piece in cash.pieces}
    shown = [name for name in form if name in known]
    of = (tender,) if tender else ()
    order: list[Edit] = [("piece-order", (*of, ",".join(known[name] for name in shown)))] if shown else []
    return order + [("piece-colour", (*of, known[name], _said(form, name))) for name in shown]


def coin_edits(form: Form, settings: SettingsContent) -> list[Edit]:
    """Return what a form says of the coins and notes of the cash that it names as `of`."""
    tender = _said(form, "of")
    pieces = piece_edit(form, settings, tender)
    if tender not in {one.tender for one in cash_of(settings)}:
        return [pieces]
    return [pieces, *look_edits(form, edited(settings, [pieces]), tender)]


def pieces_of(currency: str, used: Sequence[Denomination], looks: Looks) -> list[ShownPiece]:
    """Return every coin and note of a currency as they are counted, those that are not used among them."""
    return [
        ShownPiece(one.value, one.kind, one in used, colour_of(one, currency, looks))
        for one in in_order(every_piece(currency, used), looks)
    ]


def cash_of(settings: SettingsContent) -> list[Cash]:
    """Return the store's own cash, which has no tender's code here, and each foreign one with its pieces."""
    pieces = pieces_of(settings.currency, settings.denominations, settings.looks)
    own = Cash("", "", settings.currency, pieces)
    foreign = [
        Cash(one.tender, one.name, one.currency, pieces_of(one.currency, one.denominations, one.looks))
        for one in settings.tenders
        if one.kind == "foreign_cash"
    ]
    return [own, *foreign]


def _listed(form: Form, name: str) -> str:
    return ",".join(part.strip() for part in _said(form, name).replace(";", ",").split(",") if part.strip())


def _said(form: Form, name: str) -> str:
    return form.get(name, "").strip()
