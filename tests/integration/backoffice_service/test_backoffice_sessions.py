"""A visit to the back office is one browser's alone, ends in time, and ends with the right to it."""

import pytest

from backoffice_service.http.door import COOKIE
from integration.backoffice_service.real_office import RealOffice, Visit

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
