"""What the screens say: languages, refusals, amounts, names of coins and notes."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

from babel import Locale
from babel.numbers import format_currency

from terminal_agent.core.refusal import Refusal
from tillday_contracts.money import exponent, format_minor
from tillday_ui_kit.words import languages

LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "es": "Español"}
_HOME: Final = {"en": "en_IE", "es": "es_ES"}
_CENTS: Final = {"EUR": "c", "USD": "¢", "GBP": "p"}
CATALOGUES: Final[Mapping[str, NullTranslations]] = languages(Path(__file__).parent / "languages", LANGUAGES)


def said(refusal: Refusal, language: str) -> str:
    """Return a refusal in a language: its very words where they are translated, else those of its code."""
    words = CATALOGUES[language]
    exact = words.gettext(refusal.text)
    if exact != refusal.text:
        return exact
    key = f"refusal:{refusal.code}"
    general = words.gettext(key)
    return refusal.text if general == key else general % {"seconds": "?", **refusal.details}


def locale_of(language: str, store: str) -> str:
    """Return how amounts are written: as the store does where it speaks that language."""
    return store if store.split("_", maxsplit=1)[0] == language else _HOME[language]


@lru_cache(maxsize=4096)
def amount(minor: int, currency: str, locale: str) -> str:
    """Return an amount for people."""
    return format_minor(minor, currency, locale).replace("-", "−")


def signed(minor: int, currency: str, locale: str) -> str:
    """Return a difference: with its sign, none at zero."""
    return ("+" if minor > 0 else "") + amount(minor, currency, locale)


@lru_cache(maxsize=512)
def piece_name(value: int, currency: str, locale: str) -> str:
    """Return what is written on a coin or note: `€5`, `50c`."""
    whole, part = divmod(value, 10 ** exponent(currency))
    if whole == 0 and currency in _CENTS:
        return f"{value}{_CENTS[currency]}"
    if part:
        return amount(value, currency, locale)
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern).split(";")[0]
    plain = pattern.replace(".00", "")
    shown: str = format_currency(Decimal(whole), currency, plain, locale, currency_digits=False)
    return shown


def point_of(locale: str) -> str:
    """Return the sign between an amount and its minor units."""
    return str(Locale.parse(locale).number_symbols["latn"]["decimal"])
