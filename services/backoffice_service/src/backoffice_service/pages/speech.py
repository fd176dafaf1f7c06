"""How pages speak: two languages, amounts and times as the store writes them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_day_names
from babel.numbers import format_decimal

from tillday_contracts.money import exponent, format_minor
from tillday_ui_kit.pages import Pages
from tillday_ui_kit.words import languages

HERE: Final = Path(__file__).parent
LANGUAGES: Final = {"en": "English", "es": "Español"}
_HOME: Final = {"en": "en_IE", "es": "es_ES"}
CATALOGUES: Final = languages(HERE / "languages", LANGUAGES)


def make_pages() -> Pages:
    """Return the templates, compiled at their first use."""
    return Pages([HERE / "templates"], CATALOGUES)


def language_of(chosen: str, accepted: str) -> str:
    """Return the language chosen before, else the first that the browser asks for, else English."""
    wanted = [chosen, *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    return next((one for one in wanted if one in LANGUAGES), "en")


@dataclass(frozen=True, slots=True)
class Speech:
    """A language, and the store's currency, locale and time zone."""

    language: str
    currency: str = "EUR"
    locale: str = "en_IE"
    zone: str = "UTC"

    @property
    def writing(self) -> str:
        """The locale: the store's where it speaks the language, else the language's own."""
        return self.locale if self.locale.split("_")[0] == self.language else _HOME[self.language]

    def amount(self, minor: int, currency: str | None = None) -> str:
        """Return an amount for people."""
        return format_minor(minor, currency or self.currency, self.writing).replace("-", "−")

    def signed(self, minor: int, currency: str | None = None) -> str:
        """Return a difference with its sign, none at zero."""
        return ("+" if minor > 0 else "") + self.amount(minor, currency)

    def plain(self, minor: int, currency: str, *, signed: bool = False) -> str:
        """Return an amount without its currency, which stands beside it."""
        digits = exponent(currency)
        value = Decimal(minor).scaleb(-digits)
        written = format_decimal(value, f"#,##0.{'0' * digits}" if digits else "#,##0", locale=self.writing)
        return ("+" if signed and minor > 0 else "") + str(written).replace("-", "−")

    def short(self, minor: int, currency: str) -> str:
        """Return an amount as shortly as it can be written, without its currency."""
        value = Decimal(minor).scaleb(-exponent(currency))
        return str(format_decimal(value, "#,##0.##", locale=self.writing)).replace("-", "−")

    def day(self, at: date) -> str:
        """Return day and month."""
        return str(format_date(at, "d MMM", locale=self.writing))

    def month(self, at: date) -> str:
        """Return month and year, as a heading."""
        written = str(format_date(at, "LLLL y", locale=self.writing))
        return written[:1].upper() + written[1:]

    def weekdays(self) -> list[str]:
        """Return the days of the week from Monday on, shortly."""
        names = get_day_names("abbreviated", locale=self.writing)
        return [str(names[number]) for number in range(7)]

    def time(self, at: datetime) -> str:
        """Return hour and minute in the store's time."""
        return str(format_time(at.astimezone(ZoneInfo(self.zone)), "HH:mm", locale=self.writing))

    def moment(self, at: datetime) -> str:
        """Return date and time in the store's time."""
        local = at.astimezone(ZoneInfo(self.zone))
        return str(format_datetime(local, "d MMM y, HH:mm", locale=self.writing))

    def text(self, text: str, **values: object) -> str:
        """Return a sentence of the pages in this language."""
        words = CATALOGUES[self.language].gettext(text)
        return words % values if values else words
