"""Pages can be drawn of what the services may answer, in every language."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from fastapi import Request

from backoffice_service.domain.access import Visitor
from backoffice_service.domain.audit_chain import Head
from backoffice_service.http.office import page_of
from backoffice_service.pages.audit import WORDS, choices, outcome_said, told
from backoffice_service.pages.runbooks import help_with
from backoffice_service.pages.speech import LANGUAGES, Speech, make_pages
from backoffice_service.persistence.audit import Act
from tillday_contracts.alarm_messages import runbook_of
from tillday_contracts.entries import TenderCount
from tillday_contracts.report_messages import CashUp

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PAGES = make_pages()


def drawn(template: str, language: str, **values: object) -> str:
    known = {
        "language": language,
        "languages": LANGUAGES,
        "look": "auto",
        "here": "/",
        "back": "/",
        "visitor": Visitor("MANAGER-1", "Manager 1", "manager", ("S1",)),
        "store": "S1",
        "part": "",
        "names": {},
        "speech": Speech(language),
    }
    return PAGES.render(template, language, {**known, **values})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_till_closed_from_here_without_figures_has_a_report_too(language: str) -> None:
    cash = TenderCount(
        tender="cash", opening=0, expected=500, counted=400, difference=-100, kept=400, moved=0
    )
    report = CashUp(
        session_id="0" * 32,
        store_name="<script>alert(1)</script>",
        terminal="T1",
        till="TILL1",
        business_date=date(2026, 3, 14),
        number="B-1",
        closed_at=NOON,
        closed_by="SUPERVISOR-1",
        closed_from="Backoffice",
        currency="EUR",
        tenders=(cash,),
        receipts=0,
        total=0,
        products=(),
        provisional=True,
    )

    around = {"session": report.session_id, "copies": (), "waiting": False, "can_reprint": False, "said": ""}
    page = drawn("cash-up.html", language, reports=(report,), tender_names={}, **around)

    assert "B-1" in page
    assert "−" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_audit_trail_shows_what_strangers_typed_as_text(language: str) -> None:
    act = Act(
        at=NOON,
        person="<b>",
        role=None,
        address="127.0.0.1",
        action="sign_in",
        details={"stores": ["S1", "S2"]},
        outcome="wrong password",
    )

    query = dict.fromkeys(("person", "action", "first", "last"), "")
    head = Head(NOON.date(), 1204, bytes(32), bytes(64))
    page = drawn(
        "audit.html",
        language,
        acts=[(1, act)],
        a_page=100,
        told=told,
        outcome_said=lambda outcome: outcome_said(outcome, Speech(language)),
        choices=choices(),
        words=WORDS,
        query=query,
        head=head,
    )

    assert "&lt;b&gt;" in page
    assert "S1, S2" in page
    assert "1204:000000000000" in page


def test_what_came_of_an_act_is_said_in_the_language_of_the_page() -> None:
    outcomes = ("revision 12", "entry 5", "done", "T1-20260314-1", "not_allowed", "revision", "")

    said = [outcome_said(one, Speech("es")) for one in outcomes]

    assert said == ["revisión 12", "asiento 5", "hecho", "T1-20260314-1", "not_allowed", "revision", ""]
    assert [outcome_said(one, Speech("en")) for one in outcomes] == list(outcomes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_alarms_are_shown_while_they_last_and_after(language: str) -> None:
    alarm = SimpleNamespace(
        raised_at=NOON, cleared_at=None, terminal="T1", text="What is wrong", page="docs/runbooks/x.md"
    )

    page = drawn("alarms.html", language, alarms=[alarm], help_with=help_with)

    assert "What is wrong" in page
    assert "docs/runbooks/x.md" in page
    known = SimpleNamespace(**{**vars(alarm), "page": runbook_of("clock_skew")})
    page = drawn("alarms.html", language, alarms=[known], help_with=help_with)
    assert 'href="/runbooks/clock-skew?store=S1&amp;terminal=T1"' in page


@pytest.mark.parametrize(
    ("method", "sender", "page"),
    [
        ("GET", "", "/stores/S1/day/open?x=1"),
        ("POST", "https://office.test/stores/S1/day?done=open", "/stores/S1/day?done=open"),
        ("POST", "https://elsewhere.test/stores/S1/day", "/"),
        ("POST", "", "/"),
    ],
)
def test_what_answers_a_form_stands_for_the_page_that_sent_it(method: str, sender: str, page: str) -> None:
    told = [(b"host", b"office.test"), (b"referer", sender.encode())]
    scope = {"type": "http", "scheme": "https", "path": "/stores/S1/day/open", "query_string": b"x=1"}

    assert page_of(Request({**scope, "method": method, "headers": told})) == page
