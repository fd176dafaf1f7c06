"""A visit to the back office is one browser's alone, ends in time, and ends with the right to it."""

from uuid import uuid4

import pytest

from backoffice_service.http.door import COOKIE
from integration.backoffice_service.real_office import RealOffice, Visit
from tillday_contracts.alarm_messages import AlarmList, Alarms
from tillday_contracts.store_messages import CreateStore, Revised

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "/second-factor"
INSIDE, OUTSIDE = 200, 303


async def standing(visit: Visit) -> int:
    return (await visit.get(PAGE)).status_code


async def test_a_secret_that_somebody_planted_in_a_browser_is_never_let_in(office: RealOffice) -> None:
    await office.define("SUPERVISOR-1")
    planted = "ab" * 32
    victim = Visit(office.app)
    victim.cookies.set(COOKIE, planted, domain="office.test", path="/")

    await office.sign_in("SUPERVISOR-1", victim)

    thief = Visit(office.app)
    thief.cookies.set(COOKIE, planted, domain="office.test", path="/")
    assert (await standing(victim), await standing(thief)) == (INSIDE, OUTSIDE)
    assert victim.secret != planted


async def test_signing_in_again_gives_another_secret_and_ends_the_former_visit(office: RealOffice) -> None:
    await office.define("SUPERVISOR-1")
    visit = await office.sign_in("SUPERVISOR-1")
    former = Visit(office.app)
    former.cookies.set(COOKIE, visit.secret, domain="office.test", path="/")
    assert await standing(former) == INSIDE

    await office.sign_in("SUPERVISOR-1", visit)

    assert (await standing(visit), await standing(former)) == (INSIDE, OUTSIDE)


async def test_another_password_or_role_ends_every_visit_of_a_person_and_of_nobody_else(
    office: RealOffice,
) -> None:
    for person in ("SUPERVISOR-1", "SUPERVISOR-2"):
        await office.define(person)
    visits = [await office.sign_in("SUPERVISOR-1") for _ in range(2)]
    other = await office.sign_in("SUPERVISOR-2")
    await office.define("SUPERVISOR-1")
    assert [await standing(visit) for visit in visits] == [INSIDE, INSIDE], "nothing changed"

    await office.define("SUPERVISOR-1", "manager")
    assert [await standing(visit) for visit in visits] == [OUTSIDE, OUTSIDE]
    again = await office.sign_in("SUPERVISOR-1")
    await office.define("SUPERVISOR-1", "manager", password="another long password")

    assert (await standing(again), await standing(other)) == (OUTSIDE, INSIDE)


async def test_who_creates_a_store_looks_after_it_at_once_and_a_repeated_set_up_takes_it_from_nobody(
    office: RealOffice,
) -> None:
    set_up = uuid4()
    await office.define("MANAGER-1", "manager", repeats=set_up)
    visit, elsewhere = [await office.sign_in("MANAGER-1") for _ in range(2)]
    former = visit.secret
    office.services.answers |= {CreateStore: Revised(revision=1), Alarms: AlarmList(store="S7", alarms=())}
    assert (await visit.get("/stores/S7/alarms")).status_code == 403

    form = {"code": "S7", "name": "Harbour Shop", "copy-coins": "1", "key": "one"}
    created = [await visit.post("/stores/S1/new-store", **form) for _ in range(2)]

    assert [one.headers["location"] for one in created] == ["/stores/S7/settings/store?done=created"] * 2
    assert (visit.secret != former, await standing(visit), await standing(elsewhere)) == (
        True,
        INSIDE,
        OUTSIDE,
    )
    assert (await visit.get("/stores/S7/alarms")).status_code == 200
    acts = (await visit.get("/stores/S7/audit.json")).json()["acts"]
    assert [(one["action"], one["details"]["stores"]) for one in acts if one["store"] == "S7"] == [
        ("create_store", ["S1", "S7"])
    ]
    await office.define("MANAGER-1", "manager", repeats=set_up)
    assert (await visit.get("/stores/S7/alarms")).status_code == 200


async def test_a_visit_ends_when_idle_and_after_a_day_and_signing_out_ends_it_at_the_server(
    office: RealOffice,
) -> None:
    await office.define("SUPERVISOR-1")
    visit = await office.sign_in("SUPERVISOR-1")
    office.later(minutes=14)
    assert await standing(visit) == INSIDE
    office.later(minutes=16)
    assert await standing(visit) == OUTSIDE

    busy = await office.sign_in("SUPERVISOR-1")
    for _ in range(71):
        office.later(minutes=10)
        assert await standing(busy) == INSIDE
    office.later(minutes=10)
    assert await standing(busy) == OUTSIDE

    leaving = await office.sign_in("SUPERVISOR-1")
    kept = Visit(office.app)
    kept.cookies.set(COOKIE, leaving.secret, domain="office.test", path="/")
    await leaving.post("/sign-out")
    assert await standing(kept) == OUTSIDE


@pytest.mark.parametrize(
    ("by_itself", "then"),
    [({"hx_request": "true"}, OUTSIDE), ({"accept": "text/event-stream"}, OUTSIDE), ({}, INSIDE)],
    ids=["looks again", "listens", "a person clicks"],
)
async def test_a_page_that_renews_itself_keeps_nobody_in(
    office: RealOffice, by_itself: dict[str, str], then: int
) -> None:
    await office.define("SUPERVISOR-1")
    visit = await office.sign_in("SUPERVISOR-1")

    for _ in range(2):
        office.later(minutes=8)
        shown = await visit.get(PAGE, **by_itself)

    assert shown.status_code == (INSIDE if then == INSIDE else 401)
    assert await standing(visit) == then


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/stores/S1/terminals/T7?only=open", "/stores/S1/terminals/T7?only=open"),
        ("//elsewhere.test/", "/stores/S1/terminals"),
        ("/\\elsewhere.test", "/stores/S1/terminals"),
        ("https://elsewhere.test/", "/stores/S1/terminals"),
        ("/\r\nSet-Cookie: a=b", "/stores/S1/terminals"),
        ("", "/stores/S1/terminals"),
    ],
)
async def test_who_signs_in_comes_to_the_page_that_was_wanted_and_never_elsewhere(
    office: RealOffice, wanted: str, led_to: str
) -> None:
    await office.define("SUPERVISOR-1")
    told = {"name": "SUPERVISOR-1", "password": "a password of SUPERVISOR-1"}

    answer = await Visit(office.app).post("/sign-in", **told, to=wanted)

    assert answer.headers["location"] == led_to


async def test_the_door_keeps_the_address_that_somebody_without_a_visit_asked_for(office: RealOffice) -> None:
    sent = await Visit(office.app).get("/stores/S1/terminals/T7?only=open")

    assert sent.headers["location"] == "/sign-in?to=%2Fstores%2FS1%2Fterminals%2FT7%3Fonly%3Dopen"
    door = await Visit(office.app).get(sent.headers["location"])
    assert 'name="to" value="/stores/S1/terminals/T7?only=open"' in door.text


async def test_the_cookie_is_for_this_site_over_tls_and_no_script(office: RealOffice) -> None:
    await office.define("SUPERVISOR-1")

    given = (
        await Visit(office.app).post("/sign-in", name="SUPERVISOR-1", password="a password of SUPERVISOR-1")
    ).headers["set-cookie"]

    assert given.startswith("__Host-tillday=")
    for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert word in given
    assert "Domain" not in given


async def test_a_form_with_more_fields_than_the_page_has_makes_nobody_more(office: RealOffice) -> None:
    await office.define("SUPERVISOR-1")
    visit = Visit(office.app)
    more = {"role": "operator", "stores": "S2", "person": "OPERATOR-1", "by": "OPERATOR-1"}

    await visit.post("/sign-in", name="SUPERVISOR-1", password="a password of SUPERVISOR-1", **more)

    assert (await visit.get("/stores/S2/terminals")).status_code == 403
    assert (await visit.get("/stores/S1/audit")).status_code == 403
