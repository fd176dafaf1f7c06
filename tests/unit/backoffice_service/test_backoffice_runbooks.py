"""Runbooks at the back office: whoever sees an alarm is one link from what to do, and from there goes on."""

import re
from pathlib import Path

import pytest
from markupsafe import escape

from backoffice_service.domain.access import Visitor
from backoffice_service.pages.runbooks import FOLDER, INDEX, LEADS_TO, Reader, help_with, read, texts, titles
from tillday_contracts.alarm_messages import ALARM_KINDS, runbook_of
from unit.backoffice_service.api_room import full_room, routes_of
from unit.backoffice_service.office_room import OfficeRoom

DOCS = Path(__file__).resolve().parents[3] / "docs" / "runbooks"
SOMEBODY = Reader(Visitor("MANAGER-1", "Manager 1", "manager", ("S1",)), "S1", "T1")
_LINK = re.compile(r'href="([^"]+)"')


def links(page: str) -> set[str]:
    return {one.replace("&amp;", "&") for one in _LINK.findall(page)}


def test_the_package_holds_the_pages_of_the_documentation_themselves() -> None:
    assert FOLDER.resolve() == DOCS
    assert set(texts()) == {file.stem for file in DOCS.glob("*.md")}
    assert len(texts()) > len(ALARM_KINDS)


@pytest.mark.parametrize("kind", ALARM_KINDS)
def test_every_kind_of_alarm_leads_to_its_page_and_from_there_into_the_store(kind: str) -> None:
    way = help_with(runbook_of(kind), "S1", "T1")
    assert way is not None

    page = OfficeRoom(role="manager").browser().get(way.address)

    assert page.status_code == 200
    assert f'<h1 lang="en">{escape(way.text)}</h1>' in page.text
    assert '<h2 id="what-it-means">' in page.text
    assert [one for one in links(page.text) if one.startswith("/stores/S1/")]


def test_an_alarm_of_a_newer_version_leads_nowhere() -> None:
    assert help_with(runbook_of("no_such_alarm"), "S1", None) is None
    assert help_with("docs/runbooks/README.md", "S1", None) is None
    assert OfficeRoom().browser().get("/runbooks/no-such-alarm").status_code == 404
    assert OfficeRoom().browser().get("/runbooks/..%2Fback-office").status_code == 404


def test_the_list_leads_to_every_page_and_the_pages_to_each_other() -> None:
    browser = OfficeRoom(role="manager").browser()

    listed = links(browser.get("/runbooks?store=S1").text)
    letter = links(browser.get("/runbooks/dead-letter?store=S1&terminal=T1").text)

    assert {f"/runbooks/{name}?store=S1" for name in titles()} <= listed
    assert "/runbooks/journal-damaged?store=S1&terminal=T1" in letter
    assert {"/stores/S1/letters", "/stores/S1/terminals/T1"} <= letter
    assert not [one for one in listed | letter if ".md" in one]


def test_every_place_that_a_page_leads_to_is_one_of_the_back_office() -> None:
    known = {path for method, path in routes_of(full_room().browser().app) if method == "GET"}

    assert set(LEADS_TO) == set(texts())
    for place in {place for places in LEADS_TO.values() for place in places}:
        assert f"/stores/{{store}}/{place.part}" in known
        assert not place.of_terminal or f"/stores/{{store}}/{place.part}/{{terminal}}" in known


def test_nobody_is_led_where_they_may_not_go_or_to_a_store_that_is_not_theirs() -> None:
    supervisor = OfficeRoom(role="supervisor").browser()

    page = supervisor.get("/runbooks/credential-misuse?store=S1&terminal=%22%3E")

    assert "/stores/S1/settings/terminals" in links(page.text)
    assert not {one for one in links(page.text) if "/letters" in one or "/audit" in one}
    assert supervisor.get("/runbooks/credential-misuse?store=S2").status_code == 403
    assert OfficeRoom(role="cashier").browser().get("/runbooks").status_code == 403


def test_a_page_is_shown_while_every_service_is_away_and_says_in_which_language_it_is() -> None:
    room = OfficeRoom(role="operator")

    english, spanish = (room.browser(language).get("/runbooks/clock-skew").text for language in ("en", "es"))

    assert room.services.asked == []
    assert "El texto está en inglés." in spanish
    assert "The text is in English." not in english
    assert 'lang="en"' in spanish


def test_html_in_a_runbook_is_text_and_a_long_one_lists_its_sections() -> None:
    long = read(
        "# A <b>\n\n" + "".join(f"## Part {n}\n\n[x](a.md#b) <script>\n\n" for n in range(4)), SOMEBODY
    )
    short = read("# A\n\n## Part 1\n\ntext\n", SOMEBODY)

    assert "<script>" not in long.html
    assert [one.anchor for one in long.contents] == ["part-0", "part-1", "part-2", "part-3"]
    assert 'href="/runbooks/a?store=S1&amp;terminal=T1#b"' in long.html
    assert short.contents == ()
    assert INDEX not in titles()
