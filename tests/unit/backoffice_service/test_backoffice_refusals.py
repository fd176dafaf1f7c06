"""Everything that a service may refuse is said in each language of the pages."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from backoffice_service.pages.refusals import MEANING, NO_SUCH_VALUE, NOT_THERE, sentence_of, status_of
from backoffice_service.pages.speech import CATALOGUES, LANGUAGES, Speech
from tillday_contracts.messages import Refused

SERVICES = Path(__file__).parents[3] / "services"
ASKED = ("store_service", "till_service", "report_service")
ONE_OF_SEVERAL = "problems[0].code"


def refused_codes(sources: Iterable[str]) -> Iterator[str]:
    """Every code that is written where a refusal or a problem is made; else how it is computed."""
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call):
                continue
            match node.func:
                case ast.Name("Refused") | ast.Attribute(attr="Refused"):
                    yield from (_text(word.value) for word in node.keywords if word.arg == "code")
                case ast.Name("Problem"):
                    yield from (_text(value) for value in node.args[:1])


def _text(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else ast.unparse(value)


def written() -> Iterator[str]:
    for service in ASKED:
        for file in sorted((SERVICES / service / "src").rglob("*.py")):
            yield file.read_text(encoding="utf-8")


def test_every_code_that_a_service_may_refuse_with_has_a_sentence() -> None:
    codes = set(refused_codes(written()))

    assert len(codes) > 80
    assert codes - set(MEANING) == {ONE_OF_SEVERAL}


def test_a_code_that_nobody_translated_would_be_noticed() -> None:
    planted = 'Refused(code="quite_new", text="x"); Problem("new_too", "y"); messages.Refused(code=given)'

    assert list(refused_codes([planted])) == ["quite_new", "new_too", "given"]


@pytest.mark.parametrize("code", sorted(MEANING))
def test_every_sentence_is_there_in_every_language(code: str) -> None:
    for language in set(LANGUAGES) - {"en"}:
        assert CATALOGUES[language].gettext(MEANING[code]) != MEANING[code]


def test_several_problems_are_all_said_and_each_once() -> None:
    problems = [
        {"code": code, "text": code} for code in ("unknown_time_zone", "rate_missing", "rate_missing")
    ]
    refusal = Refused(code="unknown_time_zone", text="All in English.", details={"problems": problems})

    said = sentence_of(refusal, Speech("es"))

    assert said.startswith("No existe esa zona horaria")
    assert said.count("necesita un cambio") == 1
    assert sentence_of(refusal, Speech("en")) == "All in English."


def test_what_nobody_translated_stays_as_the_service_said_it() -> None:
    assert sentence_of(Refused(code="from_tomorrow", text="As it is."), Speech("es")) == "As it is."
    strange = Refused(code="closed", text="x", details={"problems": [7, {"code": 9}]})
    assert sentence_of(strange, Speech("es")).startswith("Otra persona lo ha cerrado")


def test_what_is_unknown_is_either_not_there_or_a_value_that_makes_no_sense() -> None:
    unknown = {code for code in MEANING if code.startswith("unknown_")}

    assert not NOT_THERE & NO_SUCH_VALUE
    assert unknown == NOT_THERE | NO_SUCH_VALUE


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refused(code="unknown_session", text="x"), 404),
        (Refused(code="unknown_locale", text="x"), 422),
        (Refused(code="closed", text="x"), 409),
        (Refused(code="unknown_till", text="x", details={"problems": [{"code": "unknown_till"}]}), 409),
        (Refused(code="rate_missing", text="x", details={"problems": [{"code": "unknown_currency"}]}), 422),
    ],
)
def test_a_wrong_value_in_a_form_is_no_page_that_is_missing(refusal: Refused, status: int) -> None:
    assert status_of(refusal) == status
