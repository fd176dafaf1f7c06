"""Edits of coins and notes: which of them a store counts, in which order, and in which colours. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tillday_contracts.denominations import STANDARD, Denomination, every_piece
from tillday_contracts.money import parse_minor, plain_minor
from tillday_contracts.piece_looks import COLOURS, PieceLook, colour_of, in_order, looks_of
from tillday_contracts.setting_values import (
    BadSetting,
    Values,
    amounts,
    listed_amounts,
    one_of,
    with_tender,
)
from tillday_contracts.wishes import SettingsContent, Tender


def edit_pieces(settings: SettingsContent, values: Values) -> SettingsContent:
    """Set which are counted, a tender's where one is named first: `standard`, or `coins A,B notes C,D`."""
    cash = _Cash.named(settings, values)
    return cash.changed("denominations", _pieces(cash.words, cash.currency))


def _pieces(words: Values, currency: str) -> tuple[Denomination, ...]:
    if list(words) == ["standard"]:
        if currency not in STANDARD:
            raise BadSetting(f"coins and notes of {currency} are not known here; name them")
        return STANDARD[currency]
    named = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or not named or not named.keys() <= {"coins", "notes"}:
        raise BadSetting("write: coins 0.05,0.10,0.20 notes 5,10,20 - or: standard")
    coins, notes = (amounts(named.get(kind, ""), currency) for kind in ("coins", "notes"))
    return (
        *(Denomination(value=value, kind="coin") for value in coins),
        *(Denomination(value=value, kind="note") for value in notes),
    )


def edit_order(settings: SettingsContent, values: Values) -> SettingsContent:
    """Set in which order they stand: `standard`, or amounts; what these do not name stands behind them."""
    cash = _Cash.named(settings, values)
    wanted = [] if cash.words == ["standard"] else listed_amounts(cash.words[0], cash.currency)
    for amount in wanted:
        cash.piece(amount)
    places = [PieceLook(value=amount) for amount in wanted]
    return cash.looking(in_order(cash.known, places), cash.colours)


def edit_colour(settings: SettingsContent, values: Values) -> SettingsContent:
    """Set the colour of one of them, or have it as its currency has it: `50 pink`, `50 standard`."""
    cash = _Cash.named(settings, values)
    if len(cash.words) != 2:
        raise BadSetting("write: piece-colour 50 pink - or: piece-colour 50 standard")
    piece = cash.piece(parse_minor(cash.words[0], cash.currency))
    colour = one_of({name: name for name in ("standard", *COLOURS[piece.kind])})(cash.words[1])
    others = {value: other for value, other in cash.colours.items() if value != piece.value}
    chosen = {} if colour == "standard" else {piece.value: colour}
    return cash.looking(in_order(cash.known, cash.looks), {**others, **chosen})


@dataclass(frozen=True, slots=True)
class _Cash:
    """The store's own cash, or that of a tender that `words` names first, with all that may be counted."""

    settings: SettingsContent
    tender: Tender | None
    words: list[str]

    @classmethod
    def named(cls, settings: SettingsContent, values: Values) -> "_Cash":
        foreign = {tender.tender: tender for tender in settings.tenders if tender.kind == "foreign_cash"}
        tender = foreign.get(values[0])
        words = list(values if tender is None else values[1:])
        if not words:
            raise BadSetting(f'write the amounts after "{values[0]}"')
        return cls(settings, tender, words)

    @property
    def currency(self) -> str:
        return self.settings.currency if self.tender is None else self.tender.currency

    @property
    def looks(self) -> Sequence[PieceLook]:
        return self.settings.looks if self.tender is None else self.tender.looks

    @property
    def known(self) -> list[Denomination]:
        used = self.settings.denominations if self.tender is None else self.tender.denominations
        return every_piece(self.currency, used)

    @property
    def colours(self) -> dict[int, str]:
        return {piece.value: colour_of(piece, self.currency, self.looks) for piece in self.known}

    def piece(self, value: int) -> Denomination:
        for piece in self.known:
            if piece.value == value:
                return piece
        raise BadSetting(f"{plain_minor(value, self.currency)} is no coin or note of {self.currency}")

    def looking(self, pieces: Sequence[Denomination], colours: Mapping[int, str]) -> SettingsContent:
        return self.changed("looks", tuple(looks_of(pieces, self.currency, colours)))

    def changed(self, field: str, value: object) -> SettingsContent:
        if self.tender is None:
            return self.settings.model_copy(update={field: value})
        return with_tender(self.settings, self.tender, {field: value})
