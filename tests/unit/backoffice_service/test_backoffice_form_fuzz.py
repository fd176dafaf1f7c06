"""Whatever a form holds, it is read or refused in words, never a failure."""

import asyncio
import contextlib

import pytest
from fastapi import Request
from hypothesis import example as tried
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backoffice_service.authenticator import matching_step
from backoffice_service.domain.entry_fields import Money
from backoffice_service.domain.late_entries import NothingChosen, chosen_entries
from backoffice_service.domain.printed_report import UnreadableForm, evidence_of
from backoffice_service.domain.repair_reach import is_showable
from backoffice_service.domain.repairs import written_in
from backoffice_service.http.board_routes import date_of, filters_of
from backoffice_service.http.door import person_of
from backoffice_service.http.entrance import fields
from backoffice_service.http.uploads import form_in
from backoffice_service.pages.entry_words import EntryWords
from backoffice_service.pages.repairs import Drawn
from backoffice_service.pages.speech import Speech
from tillday_contracts.example_entries import sale
from unit.backoffice_service.office_room import example

pytestmark = pytest.mark.fuzz

NAMES = st.sampled_from(
    ("reason", "key", "counted-cash", "kept-cash", "counted-yen", "members", "qr", "every", "no_cash")
) | st.from_regex(r"\A(entry|waits)-[0-9a-f]{0,64}\Z")
FORMS = st.dictionaries(NAMES | st.text(max_size=20), st.text(max_size=60), max_size=8)
REPAIRS = st.dictionaries(
    st.from_regex(
        r"\A(e|out)\.(lines|payments|taxes|[a-z_]{1,9})(\.[0-9]{1,4}(\.(quantity|unit_price|tax_rate|tender|change|name))?)?\Z"
    ),
    st.text(max_size=20) | st.integers().map(str) | st.decimals(allow_nan=True).map(str),
    max_size=8,
)
PARTS: st.SearchStrategy[object] = (
    st.none()
    | st.integers()
    | st.text(max_size=5)
    | st.just([])
    | st.just([3])
    | st.just([{}])
    | st.just({"a": [1]})
)
CAME = st.dictionaries(st.sampled_from(("lines", "payments", "total", "rounding", "taxes", "later")), PARTS)
CURRENCIES = {"cash": "EUR", "yen": "JPY"}


def request_with(body: bytes, query: bytes = b"") -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": query, "headers": []}
    return Request(scope, receive)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_as_the_fields_of_a_form(body: bytes) -> None:
    read = asyncio.run(fields(request_with(body)))

    for name, value in read.items():
        f"{name}{value}".encode()  # what cannot be stored would fail here


@given(st.binary(max_size=400), st.sampled_from(["X", "", '"', "é", "X; boundary=Y"]))
def test_any_bytes_are_a_form_that_holds_files(body: bytes, boundary: str) -> None:
    head = b'--X\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
    for sent in (body, head + body, b"--X\r\n" + body):
        read = form_in(f"multipart/form-data; boundary={boundary}", sent)
        for name, value in read.fields.items():
            assert "\x00" not in value
            f"{name}{value}".encode()


@given(FORMS)
def test_what_is_typed_of_a_report_is_evidence_or_refused_in_words(form: dict[str, str]) -> None:
    with contextlib.suppress(UnreadableForm, ValidationError):
        evidence_of(form, CURRENCIES)


@given(FORMS)
def test_marks_beside_late_entries_are_read_or_refused(form: dict[str, str]) -> None:
    with contextlib.suppress(NothingChosen, ValidationError):
        chosen_entries(form)


@given(st.binary(max_size=120), st.text(max_size=40))
def test_whatever_stands_in_an_address_is_a_filter_or_none(query: bytes, typed: str) -> None:
    filters_of(request_with(b"", query.replace(b"\0", b"")))
    date_of(typed)
    person_of(typed)
    assert matching_step(bytes(20), typed, range(3)) in (None, 0, 1, 2)


@given(REPAIRS, CAME)
@tried({}, {"total": 10**28})
def test_what_is_typed_of_a_repair_is_an_entry_or_told_at_its_fields(
    typed: dict[str, str], odd: dict[str, object]
) -> None:
    money = Money(example("reply.settings_answer").settings)
    came = {**sale().model_dump(mode="json"), **odd}
    if is_showable("SALE", came):
        written = written_in("SALE", came, typed, money)
        form = Drawn("SALE", came, written, typed, EntryWords(Speech("en"), money, {})).form()

        assert written.is_sound == (not form.wrong)
