"""Grave decisions at the back office need a code of the authenticator, each code once."""

import pytest
import pytest_asyncio

from integration.backoffice_service.real_office import RealOffice, Visit, password_of, seed_on
from tillday_contracts.desk_messages import DiscardDeadLetter
from tillday_contracts.store_messages import CloseStore, OpenStore
from unit.backoffice_service.office_room import example

pytestmark = pytest.mark.asyncio(loop_scope="session")

LETTER = "ab" * 32
DISCARD = f"/stores/S1/letters/{LETTER}/discard"
CODE = "second-factor-code"


@pytest_asyncio.fixture(loop_scope="session")
async def manager(office: RealOffice) -> Visit:
    """A manager who signed in, before a letter that may be discarded."""
    office.services.answers |= {
        DiscardDeadLetter: example("reply.dead_letter_decided"),
        CloseStore: example("reply.day_answer"),
        OpenStore: example("reply.day_answer"),
    }
    await office.define("MANAGER-1", "manager")
    return await office.sign_in("MANAGER-1")


async def test_without_an_authenticator_a_grave_decision_is_not_made_and_other_work_goes_on(
    office: RealOffice, manager: Visit
) -> None:
    refused = await manager.post(DISCARD, reason="Nothing to keep", key="1")
    waived = await manager.post("/stores/S1/day/close", business_date="2026-03-14", reason="T2 burnt")
    opened = await manager.post("/stores/S1/day/open", business_date="2026-03-14")
    closed = await manager.post("/stores/S1/day/close", business_date="2026-03-14")

    assert [refused.status_code, waived.status_code] == [403, 403]
    assert "set up an authenticator app first" in refused.text
    assert [opened.status_code, closed.status_code] == [303, 303]
    assert office.services.commands(DiscardDeadLetter) == []
    assert [one.waive for one in office.services.commands(CloseStore)] == [None]


async def test_a_decision_waits_for_a_code_with_what_was_filled_in_and_one_code_lasts_ten_minutes(
    office: RealOffice, manager: Visit
) -> None:
    seed = await office.set_up(manager, "MANAGER-1")
    office.later(minutes=10)

    asked = await manager.post(DISCARD, reason="A <b>second</b> try", key="7")
    former = manager.secret
    done = await manager.post(DISCARD, reason="A <b>second</b> try", key="7", **{CODE: office.code(seed)})
    office.later(minutes=9)
    again = await manager.post(DISCARD, reason="More", key="8")
    office.later(minutes=1)
    late = await manager.post(DISCARD, reason="Late", key="9")

    assert asked.status_code == 403
    assert 'name="reason" value="A &lt;b&gt;second&lt;/b&gt; try"' in asked.text
    assert 'name="key" value="7"' in asked.text
    assert [done.status_code, again.status_code, late.status_code] == [303, 303, 403]
    assert [one.reason for one in office.services.commands(DiscardDeadLetter)] == [
        "A <b>second</b> try",
        "More",
    ]
    assert former != manager.secret, "whoever stole the former cookie has nothing of the proof"


async def test_a_code_is_taken_once_and_an_older_one_never_after_it(
    office: RealOffice, manager: Visit
) -> None:
    seed = await office.set_up(manager, "MANAGER-1")
    used = office.code(seed)
    office.later(seconds=30)
    other = await office.sign_in("MANAGER-1")

    replayed = await other.post(DISCARD, reason="x", key="1", **{CODE: used})
    older = await other.post(DISCARD, reason="x", key="1", **{CODE: office.code(seed, -2)})
    fresh = await other.post(DISCARD, reason="x", key="1", **{CODE: office.code(seed)})

    assert [one.status_code for one in (replayed, older, fresh)] == [403, 403, 303]
    assert "not the code that the app shows" in replayed.text


async def test_wrong_codes_make_one_wait_at_every_browser_and_the_right_one_is_not_heard_meanwhile(
    office: RealOffice, manager: Visit
) -> None:
    seed = await office.set_up(manager, "MANAGER-1")
    office.later(minutes=11)
    wrong = "000000" if office.code(seed) != "000000" else "000001"

    tries = [await manager.post(DISCARD, reason="x", key="1", **{CODE: wrong}) for _ in range(5)]
    elsewhere = await office.sign_in("MANAGER-1")
    early = await elsewhere.post(DISCARD, reason="x", key="1", **{CODE: office.code(seed)})
    office.later(seconds=31)
    right = await elsewhere.post(DISCARD, reason="x", key="1", **{CODE: office.code(seed)})

    assert [one.status_code for one in tries] == [403] * 5
    assert (early.status_code, right.status_code) == (429, 303)


async def test_an_authenticator_is_set_up_by_who_knows_the_password_and_replaced_by_who_has_it(
    office: RealOffice, manager: Visit
) -> None:
    refused = await manager.post("/second-factor/begin", password="not the password")
    shown = await manager.post("/second-factor/begin", password=password_of("MANAGER-1"))
    seed = seed_on(shown.text)
    assert 'class="segno"' in shown.text
    assert "<b>" not in (await manager.get("/second-factor")).text, "the secret is shown once"
    wrong = await manager.post("/second-factor/confirm", **{CODE: "12345x"})
    unconfirmed = await manager.post(DISCARD, reason="x", key="1", **{CODE: office.code(seed)})
    confirmed = await manager.post("/second-factor/confirm", **{CODE: office.code(seed)})
    office.later(minutes=11)
    replaced = await manager.post("/second-factor/begin", password=password_of("MANAGER-1"))

    assert (refused.status_code, wrong.status_code, replaced.status_code) == (422, 422, 422)
    assert (unconfirmed.status_code, confirmed.status_code) == (403, 303)
    office.later(seconds=30)
    with_a_code = {"password": password_of("MANAGER-1"), CODE: office.code(seed)}
    assert seed_on((await manager.post("/second-factor/begin", **with_a_code)).text) != seed


async def test_an_operator_has_a_lost_authenticator_forgotten_and_the_persons_visits_end(
    office: RealOffice, manager: Visit
) -> None:
    await office.set_up(manager, "MANAGER-1")
    await office.define("OPERATOR-1", "operator")
    operator = await office.sign_in("OPERATOR-1")
    form = {"person": "Manager 1", "reason": "The phone is lost", "key": "1"}

    bare = await operator.post("/second-factor/forget", **form)
    await office.set_up(operator, "OPERATOR-1")
    forgotten = await operator.post("/second-factor/forget", **form)
    nobody = await operator.post("/second-factor/forget", **{**form, "person": "x' OR 1=1"})
    repeated = await operator.post("/second-factor/forget", **form)
    twice = await operator.post("/second-factor/forget", **{**form, "key": "2"})
    by_a_manager = await (await office.sign_in("MANAGER-1")).post("/second-factor/forget", **form)

    assert [one.status_code for one in (bare, forgotten, nobody, twice)] == [403, 303, 422, 409]
    assert repeated.status_code == 303, "the same form is the same command"
    assert by_a_manager.status_code == 403
    assert (await manager.get("/second-factor")).headers["location"] == "/sign-in?to=%2Fsecond-factor"


async def test_the_database_alone_makes_no_code(office: RealOffice, manager: Visit) -> None:
    seed = await office.set_up(manager, "MANAGER-1")
    async with office.shelf.database.connection() as connection:
        sealed = await connection.fetchval("SELECT sealed FROM second_factor")
    assert seed not in sealed

    await office.define("OTHER-1", "manager")
    await office.shelf.run(
        "INSERT INTO second_factor (person, sealed, begun_at, confirmed_at)"
        " SELECT 'OTHER-1', sealed, begun_at, confirmed_at FROM second_factor"
    )
    other = await office.sign_in("OTHER-1")
    office.later(minutes=11)

    stolen = await other.post(DISCARD, reason="x", key="1", **{CODE: office.code(seed)})
    own = await manager.post(DISCARD, reason="x", key="1", **{CODE: office.code(seed)})

    assert (stolen.status_code, own.status_code) == (403, 303), "sealed for one person, it opens for no other"
