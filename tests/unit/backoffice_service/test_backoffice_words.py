"""The back office says everything in each of its languages."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

from backoffice_service.domain import (
    entry_fields,
    guest_reaches,
    late_entries,
    people_changes,
    printed_report,
    repairs,
)
from backoffice_service.http import (
    api_shapes,
    application,
    approval,
    cash_up_routes,
    catalogue_routes,
    day_routes,
    factors,
    guard,
    late_entry_routes,
    ledger_routes,
    letter_routes,
    logins,
    new_store_routes,
    people_routes,
    posting_routes,
    problems,
    repair,
    rescue_routes,
    setting_routes,
    stock_routes,
    terminal_routes,
    till_routes,
)
from backoffice_service.pages import books, cash_ups, journals, operations, runbooks
from backoffice_service.pages.audit import NUMBERED, OUTCOMES, WORDS
from backoffice_service.pages.catalogue import COLUMN_NAMES
from backoffice_service.pages.entry_words import CHOICE_NAMES, FIELD_NAMES, ROW_NAMES
from backoffice_service.pages.people import GROUPS, RIGHT_NAMES, ROLE_NAMES
from backoffice_service.pages.refusals import MEANING
from backoffice_service.pages.repairs import SUMS
from backoffice_service.pages.settings import COLOUR_NAMES, KIND_NAMES, SETTING_NAMES, VALUE_NAMES
from backoffice_service.pages.speech import CATALOGUES, HERE
from tillday_contracts import catalogue_problems, field_faults

OPTIONS = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true"}
SAID = {
    *MEANING.values(),
    *WORDS.values(),
    *OUTCOMES.values(),
    *NUMBERED.values(),
    *field_faults.WORDS.values(),
    *(str(fault["msg"]) for fault in (*api_shapes.CONTROL, *api_shapes.FOREIGN)),
    problems.WHOLE,
    guard.NOT_OURS,
    guard.NO_LENGTH,
    guard.TOO_LONG,
    application.AWAY,
    application.BROKEN,
    application.CODE_FIRST,
    application.FORBIDDEN,
    application.NOT_FOUND,
    application.NOT_SIGNED_IN,
    application.NOT_THIS_WAY,
    *operations.SENTENCES,
    *cash_ups.SENTENCES,
    *runbooks.SENTENCES,
    cash_up_routes.WRONG,
    catalogue_routes.NO_FILE,
    catalogue_routes.NO_PRODUCTS,
    catalogue_routes.WRONG_LINES,
    *COLUMN_NAMES.values(),
    *catalogue_problems.SENTENCES,
    late_entries.NONE_CHOSEN,
    printed_report.BOTH,
    printed_report.NOTHING_COUNTED,
    printed_report.NO_AMOUNT,
    printed_report.NO_MEMBER,
    printed_report.TOO_LONG,
    *journals.WORDS.values(),
    *journals.COUNTS.values(),
    approval.NOBODY,
    books.NO_GOODS,
    application.SET_UP_FIRST,
    factors.NOT_THAT_CODE,
    factors.NOT_THAT_FORM,
    guest_reaches.NO_GUEST,
    repairs.NO_BODY,
    repair.SEE_FIELDS,
    letter_routes.NO_REPAIR,
    entry_fields.NO_WHOLE,
    entry_fields.NO_PERCENT,
    *SUMS.values(),
    *FIELD_NAMES.values(),
    *ROW_NAMES.values(),
    *CHOICE_NAMES.values(),
    late_entry_routes.WRONG,
    day_routes.WRONG,
    ledger_routes.NO_ACCOUNT,
    ledger_routes.NO_AMOUNT,
    ledger_routes.NO_PERIOD,
    letter_routes.WRONG,
    posting_routes.WRONG,
    rescue_routes.WRONG,
    stock_routes.NO_LOCATION,
    stock_routes.WRONG,
    till_routes.WRONG,
    people_routes.WRONG,
    logins.WRONG_LOGIN,
    people_routes.EXISTS,
    people_changes.PINS_DIFFER,
    terminal_routes.WRONG,
    terminal_routes.WRONG_REASON,
    *RIGHT_NAMES.values(),
    *ROLE_NAMES.values(),
    *GROUPS,
    setting_routes.WRONG,
    new_store_routes.WRONG,
    *COLOUR_NAMES.values(),
    *SETTING_NAMES.values(),
    *VALUE_NAMES.values(),
    *KIND_NAMES.values(),
}


def drawn(folder: Path) -> set[str]:
    """Every sentence of the templates; of a plural its first form."""
    found = extract_from_dir(
        str(folder),
        method_map=[("**.html", "jinja2.ext:babel_extract")],
        options_map={"**.html": OPTIONS},
        keywords={"_": None, "ngettext": (1, 2)},
    )
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def untranslated(sentences: set[str]) -> set[str]:
    known = CATALOGUES["es"]._catalog  # type: ignore[attr-defined]  # the only list of what is translated
    return {sentence for sentence in sentences if sentence not in known and (sentence, 1) not in known}


def test_every_sentence_of_the_pages_is_there_in_spanish() -> None:
    sentences = drawn(HERE / "templates")

    assert len(sentences) > 100
    assert untranslated(sentences | SAID) == set()


def test_a_sentence_that_is_missing_would_be_noticed() -> None:
    assert untranslated({"Nobody wrote this"}) == {"Nobody wrote this"}
