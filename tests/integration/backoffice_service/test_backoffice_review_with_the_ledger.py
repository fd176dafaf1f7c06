"""Late sales reviewed at the back office's pages, decided by the ledger itself."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from backoffice_service.messaging.services import ServiceRefused
from integration.till_service.review_room import SECOND, SUPERVISOR, ReviewRoom, review_room
from integration.till_service.test_till_service_rescue_review import late
from servers import Broker, FreshDatabase
from service_kit.failures import RefusedError
from tillday_contracts.messages import Refused
from tillday_contracts.rescue_messages import RescueJournals, RescueSessions, ShowRescue
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import (
    GOOD_WORD,
    NOON,
    OfficeRoom,
    PageBrowser,
    SaidServices,
    example,
)


@dataclass
class LedgerServices(SaidServices):
    """The ledger's own answers about rescue sessions; of the store what a test says."""

    ledger: ReviewRoom | None = None

    async def ask(self, message: Any, expect: type[BaseModel]) -> BaseModel:
        if self.ledger is None or type(message) in self.answers:
            return await super().ask(message, expect)
        if isinstance(message, RescueSessions):
            return await self.ledger.reviewing.sessions(message)
        if isinstance(message, ShowRescue):
            shown = await self.ledger.reviewing.show(message)
            assert not isinstance(shown, Refused)
            return shown
        if isinstance(message, RescueJournals):
            journals = await self.ledger.reviewing.journals(message)
            assert not isinstance(journals, Refused)
            return journals
        try:
            reply = (await self.ledger.decide(message)).model_dump()
        except RefusedError as error:  # as the kit answers a request
            raise ServiceRefused(Refused(code=error.code, text=str(error))) from None
        if reply["outcome"] == "refused":
            raise ServiceRefused(Refused.model_validate(reply))
        return expect.model_validate(reply)


@pytest.fixture
async def ledger(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[ReviewRoom]:
    async with review_room(fresh_database, broker) as room:
        yield room


def office(ledger: ReviewRoom, person: str, *, later: int = 0) -> PageBrowser:
    """The pages for one of the store's supervisors, so many seconds after noon."""
    facts: dict[type[BaseModel], BaseModel] = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
    }
    services = LedgerServices(facts, ledger=ledger)
    at = NOON + timedelta(seconds=later)
    return OfficeRoom(person=person, colleague=SECOND, services=services, at=at).browser()


async def decide(browser: PageBrowser, address: str, **form: str) -> httpx.Response:
    return await browser.ask("POST", address, {"data": form})


async def test_two_late_sales_are_decided_and_their_session_is_closed_under_a_number(
    ledger: ReviewRoom,
) -> None:
    await late(ledger, 500, 700)
    browser = office(ledger, SUPERVISOR)
    (listed,) = await ledger.listed()
    page = f"/stores/S1/rescues/{listed.session_id}"
    first, second = (one.entry for one in (await ledger.shown()).entries)
    assert f'href="{page}"' in (await browser.ask("GET", "/stores/S1/rescues", {})).text
    assert "Apple" in (await browser.ask("GET", page, {})).text

    early = await decide(browser, f"{page}/close", key="1")
    accepted = await decide(browser, f"{page}/accept", key="2", **{f"entry-{first}": "0"})
    rejected = await decide(
        browser, f"{page}/reject", key="3", reason="Nobody paid", no_cash="yes", **{f"entry-{second}": "0"}
    )
    closed = await decide(browser, f"{page}/close", key="4")

    assert early.status_code == 409
    assert "2 of 2 entries wait" in early.text
    assert [one.headers["location"].split("=")[1] for one in (accepted, rejected, closed)] == [
        "accept",
        "reject",
        "close",
    ]
    (kept,) = await ledger.listed("closed")
    assert (kept.status, kept.number, kept.closed_by) == ("closed", "B-1", SUPERVISOR)
    assert await ledger.claimed() == {"cash": 500}
    assert await ledger.unidentified() == {}


async def test_of_two_supervisors_before_the_same_page_the_second_is_told(ledger: ReviewRoom) -> None:
    await late(ledger, 500)
    shown = await ledger.shown()
    page = f"/stores/S1/rescues/{shown.session.session_id}"
    mark = {f"entry-{shown.entries[0].entry}": "0"}

    one = await decide(office(ledger, SUPERVISOR), f"{page}/accept", **mark, key="1")
    again = await decide(office(ledger, SUPERVISOR, later=5), f"{page}/accept", **mark, key="1")
    taken = await decide(office(ledger, SUPERVISOR), f"{page}/reject", reason="x", **mark, key="1")
    misused = await decide(office(ledger, SUPERVISOR), f"{page}/accept", reason="x", **mark, key="1")
    other = await decide(office(ledger, SECOND), f"{page}/reject", reason="Not a sale", **mark, key="1")

    assert [answer.status_code for answer in (one, again)] == [303, 303], "a form sent twice is one command"
    assert [answer.status_code for answer in (taken, misused, other)] == [409, 409, 409]
    assert "give it a new name" in misused.text
    assert f"{SUPERVISOR} accepted" in other.text
    (entry,) = (await ledger.shown()).entries
    assert entry.decision is not None
    assert entry.decision.verdict == "accepted"


async def test_a_late_sale_is_repaired_at_its_page_with_a_colleagues_password(ledger: ReviewRoom) -> None:
    await late(ledger, 500)
    shown = await ledger.shown()
    (entry,) = shown.entries
    page = f"/stores/S1/rescues/{shown.session.session_id}/entries/{entry.entry}"
    browser = office(ledger, SUPERVISOR)
    assert "Apple" in (await browser.ask("GET", page, {})).text
    form = {"key": "1", "decision": "0", "reason": "Keyed as cash", "approver": SECOND}

    for wrong in ("guessed", GOOD_WORD):  # the right word for what changes nothing
        answer = await decide(browser, f"{page}/repair", **form, approver_password=wrong)
        assert answer.status_code in (409, 422)
    repaired = await decide(
        browser,
        f"{page}/repair",
        **{**form, "key": "2", "e.payments.0.tender": "card"},
        approver_password=GOOD_WORD,
    )

    assert repaired.status_code == 303
    (now,) = (await ledger.shown()).entries
    assert now.decision is not None
    assert (now.decision.verdict, now.decision.approved_by) == ("repaired", SECOND)
    assert [(one.before, one.after) for one in now.decision.changes] == [("cash", "card")]
    assert "As repaired" in (await browser.ask("GET", page, {})).text
    assert await ledger.claimed() == {"card": 500}
