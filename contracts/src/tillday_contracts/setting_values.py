"""Reading what people write for a setting, and finding the tender that they mean. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tillday_contracts.money import parse_minor
from tillday_contracts.wishes import SettingsContent, Tender

Values = Sequence[str]


class BadSetting(ValueError):
    """What was written names no setting, or cannot be read; the text says how to write it."""


def one_of(known: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return what reads one of these words."""

    def read(text: str) -> Any:
        if text not in known:
            raise BadSetting(f'"{text}" is none of {", ".join(known)}')
        return known[text]

    return read


def tender_named(settings: SettingsContent, code: str) -> Tender:
    """Return a tender of a store. Raises BadSetting with those there are."""
    for tender in settings.tenders:
        if tender.tender == code:
            return tender
    known = ", ".join(tender.tender for tender in settings.tenders)
    raise BadSetting(f'there is no tender "{code}"; there are {known}')


def with_tender(settings: SettingsContent, tender: Tender, update: dict[str, Any]) -> SettingsContent:
    """Return the settings with one tender changed."""
    changed = tender.model_copy(update=update)
    tenders = tuple(changed if other.tender == tender.tender else other for other in settings.tenders)
    return settings.model_copy(update={"tenders": tenders})


def amounts(text: str, currency: str) -> list[int]:
    """Return amounts that stand with commas between them, smallest first, in minor units."""
    return sorted(listed_amounts(text, currency))


def listed_amounts(text: str, currency: str) -> list[int]:
    """Return them as they were written. Raises BadSetting or InvalidAmount."""
    found = [parse_minor(part, currency) for part in text.split(",") if part]
    if not all(amount > 0 for amount in found):
        raise BadSetting("a coin or note is worth more than nothing")
    return found
