"""How amounts look on paper: grouped as the locale has it, digits alone, so that columns stay narrow."""

from decimal import Decimal

from babel.numbers import format_currency

from terminal_agent.paper.lines import Amounts
from terminal_agent.paper.words import clean
from tillday_contracts.money import exponent


def amounts_in(locale: str) -> Amounts:
    """Return the writer of amounts for a locale, e.g. 198405 EUR as `1,984.05` in en_GB, `1.984,05` in
    de_DE.
    """

    def write(amount: int, currency: str) -> str:
        value = Decimal(amount).scaleb(-exponent(currency))
        return clean(format_currency(value, currency, format="#,##0.00", locale=locale))

    return write


def signed(text: str, amount: int) -> str:
    """Return the text of an amount with a plus in front of it when it is positive."""
    return f"+{text}" if amount > 0 else text
