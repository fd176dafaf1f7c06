"""Which settings a store may have, and which of them a store that has traded keeps for good."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Final, TypeVar

from store_service.domain.tills import FINAL, KnownSession
from store_service.domain.time_zones import is_time_zone
from tillday_contracts.denominations import STANDARD, Denomination
from tillday_contracts.ids import TillCode
from tillday_contracts.money import is_currency, is_locale, plain_minor
from tillday_contracts.piece_looks import COLOURS
from tillday_contracts.wishes import SettingsContent, Tender

SHOWN: Final = 40
Value = TypeVar("Value", str, int)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code and a sentence."""

    code: str
    text: str


Problems = Iterator[Problem]


def problems_of(settings: SettingsContent, tills: Sequence[TillCode]) -> tuple[Problem, ...]:
    """Return everything that is wrong with settings of a store that has these tills."""
    return (
        *_place_problems(settings),
        *_cash_problems(settings),
        *(problem for tender in settings.tenders for problem in _tender_problems(tender, settings)),
        *_float_problems(settings, tills),
        *_look_problems(settings),
    )


def problems_of_change(before: SettingsContent, after: SettingsContent) -> tuple[Problem, ...]:
    """Return what a store that was open already must not change: its amounts would mean another money."""
    if before.currency != after.currency:
        text = f"The store has traded in {before.currency}; its currency stays. Define another store."
        return (Problem("currency_stays", text),)
    known = {tender.tender: tender for tender in before.tenders}
    return tuple(
        Problem("tender_stays", _tender_stays(known[tender.tender]))
        for tender in after.tenders
        if tender.tender in known and _money_of(known[tender.tender]) != _money_of(tender)
    )


def problems_of_removal(
    before: SettingsContent, after: SettingsContent, newest_sessions: Sequence[KnownSession]
) -> tuple[Problem, ...]:
    """Return which cash must not be taken out of the settings: a drawer holds it, or may hold it soon."""
    left = {tender.tender for tender in after.tenders}
    gone = {tender.tender: tender for tender in before.tenders if tender.tender not in left}
    cash = {code: tender for code, tender in gone.items() if tender.kind in ("cash", "foreign_cash")}
    return tuple(
        problem for session in newest_sessions for problem in _held_in_a_drawer(session, cash.values())
    )


def _held_in_a_drawer(session: KnownSession, gone: Iterable[Tender]) -> Problems:
    till = f'The till "{session.till}"'
    for tender in gone:
        kept = next((a.amount for a in session.kept if a.tender == tender.tender), 0)
        if session.status not in FINAL:
            text = (
                f'{till} is open and counts the tender "{tender.tender}"; cash it up, then remove the tender.'
            )
            yield Problem("tender_in_use", text)
        elif kept:
            money = f"{plain_minor(kept, tender.currency)} {tender.currency}"
            text = f'{till} keeps {money} of the tender "{tender.tender}"; cash up keeping none before.'
            yield Problem("tender_kept", text)


def _money_of(tender: Tender) -> tuple[str, str]:
    return tender.kind, tender.currency


def _tender_stays(tender: Tender) -> str:
    kind = tender.kind.replace("_", " ")
    return (
        f'The tender "{tender.tender}" is {kind} in {tender.currency} for good; add another tender instead.'
    )


def _place_problems(settings: SettingsContent) -> Problems:
    if not is_time_zone(settings.time_zone):
        zone = settings.time_zone[:SHOWN]
        yield Problem("unknown_time_zone", f'"{zone}" is no time zone; one is "Europe/Berlin", for example.')
    if not is_locale(settings.locale):
        locale = settings.locale[:SHOWN]
        yield Problem("unknown_locale", f'"{locale}" is no locale; one is "en_GB", for example.')
    if not is_currency(settings.currency):
        yield _unknown_currency("The store", settings.currency)
    else:
        yield from _denomination_problems("The store", settings.currency, settings.denominations)


def _unknown_currency(owner: str, currency: str) -> Problem:
    return Problem("unknown_currency", f'{owner}: "{currency}" is no currency; one is "EUR", for example.')


def _denomination_problems(owner: str, currency: str, pieces: Sequence[Denomination]) -> Problems:
    if not pieces:
        text = f"{owner} has no coins or notes of {currency}: cash is counted by them, so name them."
        yield Problem("denominations_missing", text)
    for value in _twice(piece.value for piece in pieces):
        text = f"{owner} names the denomination {plain_minor(value, currency)} {currency} twice."
        yield Problem("denomination_twice", text)
    known = {piece.value for piece in STANDARD.get(currency, pieces)}
    for value in sorted({piece.value for piece in pieces} - known):
        has = ", ".join(plain_minor(other, currency) for other in sorted(known))
        text = f"{owner}: {plain_minor(value, currency)} is no coin or note of {currency}, which has {has}."
        yield Problem("denomination_unknown", text)


def _cash_problems(settings: SettingsContent) -> Problems:
    for name in _twice(tender.tender for tender in settings.tenders):
        yield Problem("tender_twice", f'There are two tenders "{name}"; each needs a name of its own.')
    cash = [tender.tender for tender in settings.tenders if tender.kind == "cash"]
    if len(cash) != 1:
        which = f" (these are: {', '.join(cash)})" if cash else ""
        text = f"A store has one cash tender, from which change is given; here there are {len(cash)}{which}."
        yield Problem("one_cash_tender", text)


def _tender_problems(tender: Tender, settings: SettingsContent) -> Problems:
    owner = f'The tender "{tender.tender}"'
    if tender.kind == "foreign_cash":
        yield from _foreign_cash_problems(owner, tender, settings)
    else:
        yield from _own_money_problems(owner, tender, settings)
    yield from _keep_problems(owner, tender, settings)


def _foreign_cash_problems(owner: str, tender: Tender, settings: SettingsContent) -> Problems:
    if tender.currency == settings.currency:
        text = f"{owner} is foreign cash in {tender.currency}, the store's own currency."
        yield Problem("not_foreign", text)
    if tender.rate is None:
        text = (
            f"{owner} is foreign cash and needs an exchange rate: {settings.currency} per {tender.currency}."
        )
        yield Problem("rate_missing", text)
    if not is_currency(tender.currency):
        yield _unknown_currency(owner, tender.currency)
    else:
        yield from _denomination_problems(owner, tender.currency, tender.denominations)


def _own_money_problems(owner: str, tender: Tender, settings: SettingsContent) -> Problems:
    if tender.currency != settings.currency:
        currencies = f"{tender.currency}, the store in {settings.currency}"
        text = f"{owner} is in {currencies}; foreign cash alone may differ."
        yield Problem("tender_currency", text)
    if tender.rate is not None or tender.denominations:
        text = f"{owner} has a rate or coins and notes of its own; those belong to foreign cash alone."
        yield Problem("not_foreign_cash", text)


def _keep_problems(owner: str, tender: Tender, settings: SettingsContent) -> Problems:
    keep = tender.keep
    if keep.mode != "fixed":
        if keep.amount:
            text = f'{owner} keeps an amount, but its mode is "{keep.mode}"; an amount belongs to "fixed".'
            yield Problem("keep_amount", text)
        return
    pieces = tender.denominations if tender.kind == "foreign_cash" else settings.denominations
    if tender.kind in ("cash", "foreign_cash") and not _payable(keep.amount, pieces):
        money = plain_minor(keep.amount, tender.currency)
        text = f"{owner} keeps {money} {tender.currency}, which its coins and notes cannot make."
        yield Problem("keep_not_payable", text)


def _float_problems(settings: SettingsContent, tills: Sequence[TillCode]) -> Problems:
    for till, amount in sorted(settings.floats.items()):
        if till not in tills:
            known = ", ".join(sorted(tills)) or "none yet"
            text = f'A float is set for the till "{till}", which the store does not have; its tills: {known}.'
            yield Problem("unknown_till", text)
        elif not _payable(amount, settings.denominations):
            money = plain_minor(amount, settings.currency)
            text = f'The float of the till "{till}" is {money}, which coins and notes cannot make.'
            yield Problem("float_not_payable", text)


def _look_problems(settings: SettingsContent) -> Problems:
    known = {colour for colours in COLOURS.values() for colour in colours}
    looks = (*settings.looks, *(look for tender in settings.tenders for look in tender.looks))
    for look in looks:
        if look.colour is not None and look.colour not in known:
            text = f'"{look.colour[:SHOWN]}" is no colour of coins and notes; these are: {_listed(known)}.'
            yield Problem("colour_unknown", text)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _payable(amount: int, pieces: Iterable[Denomination]) -> bool:
    """Say whether pieces can make an amount; with no pieces at all that is another problem."""
    unit = gcd(*(piece.value for piece in pieces))
    return unit == 0 or amount % unit == 0


def _twice(values: Iterable[Value]) -> list[Value]:
    return [value for value, times in Counter(values).items() if times > 1]
