"""The screens say everything in each of their languages."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from terminal_agent.core.refusal import Refusal
from terminal_agent.screens.words import CATALOGUES, amount, locale_of, piece_name, said, signed

ROOT = Path(__file__).parents[3]
TEMPLATES = (
    ROOT / "terminal_agent/src/terminal_agent/screens/templates",
    ROOT / "ui_kit/src/tillday_ui_kit/templates",
)
OPTIONS = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true"}


def spoken() -> set[str]:
    """Every sentence of the templates; of a plural its first form."""
    found = set()
    for folder in TEMPLATES:
        for _, _, message, _, _ in extract_from_dir(
            str(folder),
            method_map=[("**.html", "jinja2.ext:babel_extract")],
            options_map={"**.html": OPTIONS},
            keywords={"_": None, "ngettext": (1, 2)},
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def untranslated(sentences: set[str]) -> set[str]:
    known = CATALOGUES["es"]._catalog  # type: ignore[attr-defined]  # the only list of what is translated
    return {sentence for sentence in sentences if sentence not in known and (sentence, 1) not in known}


def test_every_sentence_of_the_screens_is_there_in_spanish() -> None:
    assert len(spoken()) > 100
    assert untranslated(spoken()) == set()


def test_a_sentence_that_is_missing_would_be_noticed() -> None:
    assert untranslated({"Nobody wrote this"}) == {"Nobody wrote this"}


def test_a_refusal_speaks_the_language_of_the_screen() -> None:
    wait = Refusal("wait", "Too many wrong PINs: wait 30 seconds, then try again.", {"seconds": 30})

    assert said(wait, "en") == wait.text
    assert said(wait, "es") == "Demasiados PIN erróneos: espere 30 segundos y pruebe otra vez."
    assert said(Refusal("never_heard_of", "Something new."), "es") == "Something new."


@pytest.mark.parametrize(
    ("value", "currency", "locale", "name"),
    [
        (20000, "EUR", "en_IE", "€200"),
        (50, "EUR", "en_IE", "50c"),
        (500, "EUR", "es_ES", "5\xa0€"),
        (25, "USD", "en_US", "25¢"),
        (100, "GBP", "en_GB", "£1"),
        (1000, "JPY", "en_IE", "JP¥1,000"),
    ],
)
def test_a_coin_is_called_by_what_is_written_on_it(value: int, currency: str, locale: str, name: str) -> None:
    assert piece_name(value, currency, locale) == name


def test_differences_carry_their_sign_and_nothing_carries_none() -> None:
    assert [signed(minor, "EUR", "en_IE") for minor in (-400, 0, 100)] == ["−€4.00", "€0.00", "+€1.00"]
    assert amount(123456, "EUR", "es_ES").startswith("1.234,56")


def test_a_store_that_speaks_the_language_says_how_amounts_are_written() -> None:
    assert locale_of("es", "es_MX") == "es_MX"
    assert locale_of("en", "es_MX") == "en_IE"
