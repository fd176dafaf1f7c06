"""Settings as tables."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from tillday_contracts.setting_words import piece_words, setting_facts, setting_floats, tender_words
from tillday_contracts.store_messages import SettingsAnswer
from tillday_local.operator.tables import rows_table


def settings_tables(answer: SettingsAnswer) -> RenderableType:
    """Return a store's settings for people."""
    settings = answer.settings
    title = f"{settings.name} ({settings.store}), revision {answer.revision}"
    return Group(
        rows_table(title, ("Setting", "Value"), (*setting_facts(settings), *setting_floats(settings))),
        rows_table(
            "Tenders",
            ("Tender", "Name", "Kind", "Currency", "Rate", "Keep", "Tolerance initial", "cash-up"),
            [tender_words(tender, settings.currency) for tender in settings.tenders],
        ),
        *(Text(piece_words(t.currency, t.denominations)) for t in settings.tenders if t.denominations),
    )
