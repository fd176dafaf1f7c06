"""How pages name settings and their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backoffice_service.pages.speech import Speech
from tillday_contracts.setting_words import SettingDifference, differences
from tillday_contracts.store_messages import SettingsChange
from tillday_contracts.wishes import SettingsContent

SETTING_NAMES: Final[Mapping[str, str]] = {
    "name": "Name",
    "currency": "Currency",
    "time-zone": "Time zone",
    "rollover": "A business date begins at",
    "locale": "Locale",
    "denominations": "Coins and notes",
    "cash-rounding": "Cash is rounded to",
    "blind-count": "Blind count",
    "blind-recounts": "Recounts of a blind count",
    "initial-count": "Initial count",
    "own-count-approval": "Approving one's own count",
    "max-offline-days": "Days a terminal may sell without contact",
    "people-max-age-days": "Days a list of people is good for approvals",
    "catalogue": "Catalogue",
    "float": "Float",
    "tender": "Tender",
    "keep": "A cash-up keeps",
    "tolerance": "Tolerance",
    "rate": "Rate",
    "receipt-head": "Under the name on receipts",
    "piece-order": "Order of coins and notes",
    "piece-colour": "Colours of coins and notes",
}
COLOUR_NAMES: Final[Mapping[str, str]] = {
    "copper": "copper",
    "gold": "gold",
    "silver": "silver",
    "two-metal": "two metals",
    "slate": "slate",
    "sage": "sage green",
    "red": "red",
    "blue": "blue",
    "orange": "orange",
    "green": "green",
    "ochre": "ochre",
    "purple": "purple",
    "teal": "teal",
    "brown": "brown",
    "pink": "pink",
}
VALUE_NAMES: Final[Mapping[str, str]] = {
    "on": "on",
    "off": "off",
    "none": "none",
    "required": "counted every time",
    "taken-over": "taken over uncounted",
    "never": "nobody may",
    "with-reason": "with a reason",
    "always": "everybody may",
    "fixed": "a fixed amount",
    "variable": "as typed at the count",
    "keep-all": "everything",
    "move-all": "nothing",
    "standard": "as usual",
}
KIND_NAMES: Final[Mapping[str, str]] = {
    "cash": "Cash",
    "card": "Card",
    "voucher": "Voucher",
    "foreign_cash": "Foreign cash",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """One revision of a store's settings: who made it, when, and what it made different."""

    revision: int
    at: datetime
    by: str
    differences: tuple[SettingDifference, ...]
    is_first: bool


def history_of(changes: Sequence[SettingsChange], contents: Sequence[SettingsContent]) -> list[Changed]:
    """Return revisions, newest first, with what each made different; `contents` may go on for longer."""
    return [
        Changed(
            change.revision,
            change.changed_at,
            change.by,
            tuple(differences(contents[at + 1], contents[at])) if at + 1 < len(contents) else (),
            is_first=at + 1 >= len(contents),
        )
        for at, change in enumerate(changes)
    ]


def setting_said(setting: str, speech: Speech) -> str:
    """Return a setting's name, e.g. of `tolerance cash initial`."""
    first, _, rest = setting.partition(" ")
    return " ".join((speech.text(SETTING_NAMES.get(first, first)), rest)).strip()


def value_said(value: str, speech: Speech) -> str:
    """Return a setting's value; what is no word of ours stays as it is."""
    first, _, rest = value.partition(" ")
    return " ".join((speech.text(VALUE_NAMES.get(first, first)), rest)).strip()


def said_of(difference: SettingDifference, speech: Speech) -> tuple[str, str, str]:
    """Return a difference's name, and its values before and after."""
    first = difference.setting.split(" ")[0]
    say = colours_said if first == "piece-colour" else value_said
    return (
        setting_said(difference.setting, speech),
        say(difference.before, speech),
        say(difference.after, speech),
    )


def colours_said(value: str, speech: Speech) -> str:
    """Return chosen colours, like `50.00 pink, 20.00 teal`, in the words of the page."""
    pieces = (piece.rpartition(" ") for piece in value.split(", "))
    names = {**COLOUR_NAMES, **VALUE_NAMES}
    return ", ".join(f"{amount} {speech.text(names.get(word, word))}".strip() for amount, _, word in pieces)
