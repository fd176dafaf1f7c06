"""Reviewing rescue sessions at the back office: what the pages show, and which commands leave them."""

import pytest

from backoffice_service.pages.rescues import goods_of
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.account_messages import Accounts
from tillday_contracts.messages import Refused
from tillday_contracts.posting_messages import ShowPosting
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    CloseRescue,
    RejectRescued,
    RescueClosed,
    RescueDecided,
    RescueEntry,
    RescueSessions,
    RescueShown,
    SeenEntry,
    ShowRescue,
)
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import OfficeRoom, PageBrowser, example

SHOWN: RescueShown = example("reply.rescue_shown")
RESCUE = SHOWN.session.session_id
PAGE = f"/stores/S1/rescues/{RESCUE}"
SALE: RescueEntry = SHOWN.entries[0].model_copy(
    update={
        "entry": "a" * 64,
        "kind": "sale",
        "decision": None,
        "body": {"number": "T1-5F0C3-12", "lines": [{"name": "<b>Espresso</b>", "quantity": 2}]},
    }
)
LOST = SALE.model_copy(update={"entry": "c" * 64, "quarantine": True})
KEPT_MARK = {f"entry-{SALE.entry}": "0"}


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor before a rescue session with a sale, one of a lost journal, and a decided movement."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        RescueSessions: example("reply.rescue_session_list"),
        ShowRescue: SHOWN.model_copy(update={"entries": (SALE, LOST, *SHOWN.entries)}),
        AcceptRescued: RescueDecided(session_id=RESCUE, status="outstanding", undecided=1),
        RejectRescued: RescueDecided(session_id=RESCUE, status="reviewed", undecided=0),
        CloseRescue: RescueClosed(session_id=RESCUE, number="B-2"),
    }
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rescue_session_is_listed_and_shown_with_orders_payments_and_goods(
    room: OfficeRoom, language: str
) -> None:
    browser = room.browser(language)

    listed, shown = browser.get("/stores/S1/rescues"), browser.get(PAGE)

    assert listed.status_code == shown.status_code == 200
    assert f'href="{PAGE}"' in listed.text
    assert "T1-5F0C3-12" in shown.text
    assert "3.20" in shown.text or "3,20" in shown.text
    assert "2 × &lt;b&gt;Espresso&lt;/b&gt;" in shown.text
    assert "<b>Espresso" not in shown.text


def test_a_page_in_spanish_says_nothing_in_english(room: OfficeRoom) -> None:
    shown = room.browser("es").get(PAGE).text

    assert "el recuento de la sesión no lo abarca" in shown
    assert "does not cover" not in shown


def accepted(room: OfficeRoom) -> list[AcceptRescued]:
    return room.services.commands(AcceptRescued)


def test_what_is_marked_is_accepted_with_the_decision_that_was_seen_once(room: OfficeRoom) -> None:
    browser = room.browser()
    decided = SHOWN.entries[0].entry
    form = {"key": "k-1", f"entry-{decided}": "1", f"waits-{SALE.entry}": "0", "reason": " Paid in cash "}

    answers = [browser.post(f"{PAGE}/accept", data=form) for _ in range(2)]

    assert [one.headers["location"] for one in answers] == [f"{PAGE}?done=accept"] * 2
    first, second = accepted(room)
    assert first.message_id == second.message_id
    assert first.entries == (SeenEntry(entry=decided, decision=1),)
    assert (first.reason, first.by, first.store) == ("Paid in cash", "SUPERVISOR-1", "S1")


def test_all_that_wait_are_accepted_without_what_a_lost_journal_told(room: OfficeRoom) -> None:
    browser = room.browser()
    page = browser.get(PAGE).text
    assert f'name="waits-{SALE.entry}"' in page
    assert f"waits-{LOST.entry}" not in page

    browser.post(f"{PAGE}/accept", data={"every": "yes", f"waits-{SALE.entry}": "0"})

    assert accepted(room)[0].entries == (SeenEntry(entry=SALE.entry),)


def test_a_rejection_needs_a_reason_and_keeps_what_was_typed(room: OfficeRoom) -> None:
    browser = room.browser()

    refused = browser.post(f"{PAGE}/reject", data={**KEPT_MARK, "no_cash": "yes"})

    assert refused.status_code == 422
    assert "a rejection needs a reason" in refused.text
    assert f'name="entry-{SALE.entry}" value="0" aria-label="T1-5F0C3-12" checked' in refused.text
    browser.post(f"{PAGE}/reject", data={**KEPT_MARK, "no_cash": "yes", "reason": "Nobody paid"})
    assert [one.no_cash for one in room.services.commands(RejectRescued)] == [True]


@pytest.mark.parametrize(
    "form", [{}, {"entry-x": "0"}, {f"entry-{'a' * 64}": "-1"}, {f"entry-{'a' * 64}": "²"}, {"every": "yes"}]
)
def test_a_form_without_entries_or_with_strange_ones_decides_nothing(
    room: OfficeRoom, form: dict[str, str]
) -> None:
    answer = room.browser().post(f"{PAGE}/accept", data={**form, "reason": "x"})

    assert answer.status_code == 422
    assert accepted(room) == []


@pytest.mark.parametrize(("language", "said"), [("en", "SV2 rejected"), ("es", "Otra persona ha decidido")])
def test_who_decides_second_is_told_in_the_language_of_the_page(
    room: OfficeRoom, language: str, said: str
) -> None:
    text = "SV2 rejected receipt 1 at 12:00 UTC: look again before you decide."
    room.services.answers[AcceptRescued] = Refused(code="decided_meanwhile", text=text)

    answer = room.browser(language).post(f"{PAGE}/accept", data=KEPT_MARK)

    assert answer.status_code == 409
    assert said in answer.text
    assert room.trail.acts[0][-1] == "decided_meanwhile"


def closing_is_offered(browser: PageBrowser) -> bool:
    page = browser.get(PAGE).text
    assert "Close Session & Post Entries" in page
    return "disabled" not in page


def test_a_rescue_session_is_closed_under_its_number_once_everything_is_decided(room: OfficeRoom) -> None:
    browser = room.browser()
    assert not closing_is_offered(browser)
    reviewed = SHOWN.session.model_copy(update={"status": "reviewed"})
    room.services.answers[ShowRescue] = SHOWN.model_copy(update={"session": reviewed})
    assert closing_is_offered(browser)

    assert browser.post(f"{PAGE}/close", data={"key": "k"}).headers["location"] == f"{PAGE}?done=close"

    assert room.services.commands(CloseRescue)[0].session_id == RESCUE
    assert room.trail.acts[0][-1] == "B-2"


def test_a_closed_rescue_session_shows_its_entries_in_the_accounts(room: OfficeRoom) -> None:
    closed = SHOWN.session.model_copy(
        update={"status": "posted", "number": "B-2", "closed_at": SHOWN.session.oldest}
    )
    room.services.answers[ShowRescue] = SHOWN.model_copy(update={"session": closed})
    room.services.answers[Accounts] = example("reply.chart")
    room.services.answers[ShowPosting] = Refused(code="unknown_session", text="not yet")
    assert "They follow in a moment." in room.browser().get(PAGE).text

    room.services.answers[ShowPosting] = example("reply.posting_shown")

    assert "1000 Cash in tills" in room.browser().get(PAGE).text


def test_an_operator_sees_late_entries_and_decides_nothing(room: OfficeRoom) -> None:
    room.role = "operator"
    browser = room.browser()

    assert 'type="checkbox"' not in browser.get(PAGE).text
    for act in ("accept", "reject", "close"):
        assert browser.post(f"{PAGE}/{act}", data=KEPT_MARK).status_code == 403
    assert accepted(room) == []


def test_a_form_of_another_site_decides_nothing(room: OfficeRoom) -> None:
    browser = room.browser()
    for origin in ("https://elsewhere.example", "null"):
        answer = browser.post(f"{PAGE}/accept", data=KEPT_MARK, headers={"Origin": origin})
        assert answer.status_code == 403

    assert accepted(room) == []
    assert browser.post(f"{PAGE}/forget", data=KEPT_MARK).status_code == 404


def test_goods_of_rejected_sales_stay_in_the_stock() -> None:
    rejected = SHOWN.entries[0].decision.model_copy(update={"verdict": "rejected"})  # type: ignore[union-attr]

    assert goods_of([SALE, LOST]) == [("<b>Espresso</b>", 4)]
    assert goods_of([SALE, LOST.model_copy(update={"decision": rejected})]) == [("<b>Espresso</b>", 2)]


def test_every_decision_on_an_entry_stays_to_be_seen(room: OfficeRoom) -> None:
    first = SHOWN.history[0]
    again = first.model_copy(update={"number": 2, "verdict": "rejected", "reason": "<i>Nobody paid</i>"})
    room.services.answers[ShowRescue] = SHOWN.model_copy(update={"history": (first, again)})

    page = room.browser().get(PAGE).text
    _, _, told = page.partition('id="said-before"')

    assert told.index("&lt;i&gt;Nobody paid&lt;/i&gt;") < told.index("accepted")
