"""How one screen speaks: its language, and how that language writes amounts."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from terminal_agent.core.refusal import Refusal
from terminal_agent.screens import words


@dataclass(frozen=True, slots=True)
class Speech:
    """A language, and the store's currency and locale."""

    language: str
    currency: str
    locale: str

    def amount(self, minor: int, currency: str | None = None) -> str:
        """Return an amount for people, of the store's currency where none is named."""
        return words.amount(minor, currency or self.currency, self.locale)

    def signed(self, minor: int, currency: str | None = None) -> str:
        """Return a difference with its sign."""
        return words.signed(minor, currency or self.currency, self.locale)

    def piece(self, value: int, currency: str) -> str:
        """Return the name of a coin or note."""
        return words.piece_name(value, currency, self.locale)

    def said(self, refusal: Refusal) -> str:
        """Return a refusal in this language."""
        return words.said(refusal, self.language)

    def text(self, text: str) -> str:
        """Return one of the screens' own sentences in this language."""
        return words.CATALOGUES[self.language].gettext(text)

    def day(self, day: date) -> str:
        """Return a date with its weekday."""
        return str(format_date(day, "EEEE d MMMM y", locale=self.locale))

    @property
    def point(self) -> str:
        """The sign before the minor units."""
        return words.point_of(self.locale)
