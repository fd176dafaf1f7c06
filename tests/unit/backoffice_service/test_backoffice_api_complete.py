"""Whatever a page can change, a program can, under the same right: each found in the application itself."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, get_args

import pytest

from backoffice_service.domain.access import ALLOWED, ROLES, Action, Role, Visitor
from backoffice_service.http.factors import NOT_THAT_CODE
from backoffice_service.http.office_api import Span
from backoffice_service.pages.operations import SPANS
from unit.backoffice_service.api_room import full_room, routes_of
from unit.backoffice_service.office_room import KnownLogins, OfficeRoom

OF_STORE: Final = "/stores/{store}"
SETTINGS: Final = ("define-store",)
TERMINALS: Final = f"{OF_STORE}/settings/terminals"
ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    f"{OF_STORE}/day/open": ("open-store",),
    f"{OF_STORE}/day/close": ("close-store",),
    f"{OF_STORE}/day/cancel": ("cancel-day",),
    f"{OF_STORE}/terminals/{{terminal}}/tills/{{session}}/close": ("close-till",),
    f"{OF_STORE}/terminals/{{terminal}}/tills/{{session}}/no-close": ("say-no-close",),
    f"{OF_STORE}/terminals/{{terminal}}/tills/{{session}}/guests": ("cover-guests",),
    f"{OF_STORE}/cash-ups/{{session}}/reprint": ("order-reprint",),
    f"{OF_STORE}/rescues/{{session}}/{{act}}": ("accept-rescued", "reject-rescued", "close-rescue"),
    f"{OF_STORE}/rescues/{{session}}/entries/{{entry}}/{{act}}": (
        *("accept-rescued", "reject-rescued", "repair-rescued"),
    ),
    f"{OF_STORE}/letters/{{digest}}/{{act}}": (
        *("retry-dead-letter", "repair-dead-letter", "discard-dead-letter"),
    ),
    f"{OF_STORE}/stock/{{act}}": ("adjust-stock", "receive-goods", "set-location", "set-stock-rules"),
    f"{OF_STORE}/ledger/safe/deposit": ("deposit-to-bank",),
    f"{OF_STORE}/ledger/accounts/change": ("set-accounts",),
    f"{OF_STORE}/ledger/accounts/lock": ("lock-period",),
    f"{OF_STORE}/ledger/postings/{{session}}/{{act}}": ("retry-posting", "waive-posting"),
    f"{OF_STORE}/settings/people/new": ("define-person",),
    f"{OF_STORE}/settings/people/{{person}}": ("define-person",),
    f"{OF_STORE}/settings/people/{{person}}/login": ("define-login",),
    TERMINALS: ("register-terminal",),
    f"{TERMINALS}/{{terminal}}/name": ("register-terminal",),
    f"{TERMINALS}/{{terminal}}/code": ("issue-enrolment-code",),
    f"{TERMINALS}/{{terminal}}/revoke": ("revoke-terminal",),
    f"{OF_STORE}/new-store": ("create-store",),
    f"{OF_STORE}/settings/store": SETTINGS,
    f"{OF_STORE}/settings/counts": SETTINGS,
    f"{OF_STORE}/settings/coins": SETTINGS,
    f"{OF_STORE}/settings/tenders": SETTINGS,
    f"{OF_STORE}/settings/tenders/{{tender}}": SETTINGS,
    f"{OF_STORE}/settings/tenders/{{tender}}/remove": SETTINGS,
    f"{OF_STORE}/settings/catalogue": ("import-catalogue",),
    "/sign-in": ("sign-in",),
    "/sign-out": ("sign-out",),
    "/second-factor/begin": ("begin-second-factor",),
    "/second-factor/confirm": ("confirm-second-factor",),
    "/second-factor/forget": ("forget-authenticator",),
}
"""Which commands of the API do what a form of the pages does."""
DRAWN: Final = "draws a form as it would be with what is typed, and changes nothing"
LETTER: Final = f"{OF_STORE}/letters/{{digest}}/repair"
ENTRY: Final = f"{OF_STORE}/rescues/{{session}}/entries/{{entry}}/repair"
FORMS_ONLY: Final[Mapping[str, str]] = {
    **{f"{place}/{part}": DRAWN for place in (LETTER, ENTRY) for part in ("form", "effect")},
    "/preferences": "language and look of a browser, kept in its cookies; programs send Accept-Language",
}
"""What only a form does, and why no program needs it."""


def forms(room: OfficeRoom) -> set[str]:
    """Every address of the pages that something can be sent to."""
    return {
        path for method, path in routes_of(room.browser().app) if method == "POST" and "/api/" not in path
    }


@cache
def described() -> Any:
    return full_room().browser().app.openapi()["paths"]


def commands() -> set[str]:
    """The commands that the description names."""
    return {item["post"]["operationId"] for item in described().values() if "post" in item}


def without_command(found: set[str]) -> set[str]:
    """Of these forms those that no program has."""
    return found - set(ORDERS) - set(FORMS_ONLY)


def test_every_form_of_the_pages_is_a_command_of_the_api_or_has_a_reason() -> None:
    found = forms(full_room())

    assert without_command(found) == set()
    assert set(ORDERS) | set(FORMS_ONLY) <= found, "a form that is gone"
    assert {name for names in ORDERS.values() for name in names} == commands()


def test_a_form_or_a_command_that_stands_alone_would_be_noticed() -> None:
    assert without_command({*forms(full_room()), f"{OF_STORE}/burn"}) == {f"{OF_STORE}/burn"}
    assert "burn" not in commands()
    assert len(forms(full_room())) > 30


def offered() -> Iterator[tuple[str, str, Action]]:
    """Method, address and right of each operation that needs one."""
    for path, item in described().items():
        for method, operation in item.items():
            (tag,) = operation["tags"]
            if tag != "door":
                yield method.upper(), path.replace("{name}", "clock-skew"), tag


async def _statuses(role: Role, store: str) -> dict[tuple[str, str], int]:
    browser, found = full_room(role=role).browser(), {}
    async with browser.client() as client:
        for method, path, _ in offered():
            sent: dict[str, Any] = (
                {} if method == "GET" else {"json": {}, "headers": {"Idempotency-Key": "k"}}
            )
            address = path.replace("{store}", store)
            found[method, path] = (await client.request(method, address, **sent)).status_code
    return found


@pytest.mark.parametrize("role", ROLES)
def test_the_table_of_rights_guards_each_operation_in_ones_own_store_and_in_no_other(role: Role) -> None:
    here, elsewhere = (asyncio.run(_statuses(role, store)) for store in ("S1", "S2"))

    for method, path, action in offered():
        allowed = role in ALLOWED[action]
        assert (here[method, path] != 403) == allowed, (method, path)
        if "{store}" in path:
            assert (elsewhere[method, path] != 403) == (allowed and role == "operator"), (method, path)


def test_only_signing_in_needs_nobody() -> None:
    doors = [path for path, item in described().items() for one in item.values() if one["tags"] == ["door"]]

    assert doors == ["/api/sign-in"]
    assert set(get_args(Span)) == set(SPANS)


KEY: Final = {"Idempotency-Key": "k"}


def test_a_login_is_given_and_asked_for_under_the_rules_of_its_page() -> None:
    room = full_room(logins=KnownLogins())
    body = {"person": "C1", "role": "supervisor", "password": "a password of theirs"}
    browser = room.browser()

    unknown = browser.get("/api/stores/S1/login?person=C1")
    given = browser.post("/api/stores/S1/define-login", json=body, headers=KEY)
    operator = browser.post("/api/stores/S1/define-login", json={**body, "role": "operator"}, headers=KEY)
    stranger = browser.post("/api/stores/S1/define-login", json={**body, "person": "NOBODY"}, headers=KEY)
    room.logins.known["C1"] = Visitor("C1", "Cashier 1", "supervisor", ("S2",))
    foreign = browser.get("/api/stores/S1/login?person=C1")
    room.logins.known["C1"] = Visitor("C1", "Cashier 1", "supervisor", ("S1",))
    known = browser.get("/api/stores/S1/login?person=C1")

    answers = (unknown, given, operator, stranger, foreign, known)
    assert [one.status_code for one in answers] == [404, 200, 403, 404, 404, 200]
    assert [one.person for one in room.logins.defined] == ["C1"]
    assert known.json() == {"person": "C1", "name": "Cashier 1", "role": "supervisor", "stores": ["S1"]}
    assert "password of theirs" not in given.text


def test_who_is_not_let_in_is_told_in_their_language() -> None:
    browser = full_room().browser("es")

    wrong = browser.post("/api/sign-in", json={"name": "Manager 1", "password": "x"})
    begun = browser.post("/api/second-factor/confirm", json={"code": "123456"})
    inside = browser.get("/api/visitor")

    assert (wrong.status_code, begun.status_code, inside.status_code) == (401, 422, 200)
    assert wrong.json()["detail"] == "El nombre o la contraseña no son correctos."
    assert begun.json()["detail"] not in ("", NOT_THAT_CODE)
    assert inside.json()["stores"] == ["S1"]


def test_what_the_back_office_keeps_is_asked_for_by_programs_too() -> None:
    browser = full_room(role="operator").browser()

    audit = browser.get("/api/stores/S1/audit?first=2026-03-01&most=5")
    senseless = browser.get("/api/stores/S1/audit?first=yesterday")
    unknown = browser.get("/api/stores/S1/audit?colour=red")
    operations = browser.get("/api/stores/S1/operations?span=6h")
    stores = browser.get("/api/stores")
    runbook = browser.get("/api/runbooks/clock-skew")

    assert (audit.json(), audit.status_code) == ({"acts": [], "more": False}, 200)
    assert (senseless.status_code, unknown.status_code) == (422, 422)
    assert operations.json()["is_stale"]
    assert stores.json()["stores"]
    assert runbook.json()["text"].startswith("# A clock is wrong")
    assert browser.get("/api/runbooks").json()["runbooks"][0]["name"] == "clock-skew"
