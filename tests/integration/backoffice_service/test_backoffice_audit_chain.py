"""Whoever changes the audit trail in the database is found out, by the act's number."""

import asyncio

import pytest

from integration.backoffice_service.real_office import RealOffice
from tillday_contracts.backoffice_messages import AuditVerified, VerifyAudit

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHANGES = {
    "changed": "UPDATE audit SET outcome = 'refused' WHERE number = 3",
    "changed in a detail": 'UPDATE audit SET details = details || \'{"reason": "none"}\' WHERE number = 3',
    "gone": "DELETE FROM audit WHERE number = 3",
    "link_gone": "DELETE FROM audit_link WHERE place = 3",
    "added": "INSERT INTO audit (at, person, address, action, details, outcome)"
    " VALUES (now(), 'X', '-', 'sign_in', '{}', 'done')",
    "cut_off": "DELETE FROM audit WHERE number > 2; DELETE FROM audit_link WHERE place > 2",
    "another head": "UPDATE audit_head SET hash = decode(repeat('00', 32), 'hex')",
    "forged_head": "UPDATE audit_head SET signature = decode(repeat('00', 64), 'hex')",
}
KEPT = ("audit", "audit_link", "audit_head")
KEEP = "".join(
    f"DROP TABLE IF EXISTS kept_{name}; CREATE TABLE kept_{name} AS TABLE {name};" for name in KEPT
)
PUT_BACK = f"TRUNCATE {', '.join(KEPT)};" + "".join(
    f"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{name};" for name in KEPT
)


async def a_day(office: RealOffice) -> AuditVerified:
    """Three people are given logins and sign in, and the day's head is signed."""
    for number in (1, 2, 3):
        await office.define(f"PERSON-{number}")
        await office.sign_in(f"PERSON-{number}")
    await office.trail.sign_today()
    return await office.trail.verify(VerifyAudit())


async def test_what_is_changed_by_who_may_everything_at_the_database_is_named(office: RealOffice) -> None:
    before = await a_day(office)
    assert (before.acts, before.fault, len(before.heads)) == (6, None, 1)
    await office.shelf.run(KEEP)

    found = {}
    for change, statements in CHANGES.items():
        await office.shelf.run(statements)
        found[change] = (await office.trail.verify(VerifyAudit())).fault
        await office.shelf.run(PUT_BACK)
        assert (await office.trail.verify(VerifyAudit())).fault is None, "the control"

    assert {change: fault.kind if fault else None for change, fault in found.items()} == {
        "changed": "changed",
        "changed in a detail": "changed",
        "gone": "gone",
        "link_gone": "link_gone",
        "added": "added",
        "cut_off": "cut_off",
        "another head": "forged_head",
        "forged_head": "forged_head",
    }
    assert {fault.number for change, fault in found.items() if "changed" in change and fault} == {3}
    assert found["gone"] is not None
    assert found["gone"].number == 3


async def test_a_chain_made_anew_by_who_holds_the_database_does_not_fit_what_is_on_paper(
    office: RealOffice,
) -> None:
    told = await a_day(office)
    head = told.heads[0]

    async def said(known: str) -> str | None:
        fault = (await office.trail.verify(VerifyAudit(known=known))).fault
        return fault.kind if fault else None

    assert await said(f"{head.place}:{head.hash[:12]}") is None
    assert await said(f"{head.place}:{'0' * 12}") == "another_head"
    assert await said(f"{head.place + 10}:{head.hash}") == "cut_off"
    assert await said("what?") == "another_head"


async def test_acts_of_a_version_without_a_chain_become_its_beginning(office: RealOffice) -> None:
    for _ in range(2):
        await office.shelf.run(CHANGES["added"])

    await office.define("PERSON-1")

    told = await office.trail.verify(VerifyAudit())
    assert (told.acts, told.fault) == (3, None)


async def test_two_who_act_at_once_follow_each_other_in_the_chain(office: RealOffice) -> None:
    for number in range(6):
        await office.define(f"PERSON-{number}")
    await asyncio.gather(*(office.sign_in(f"PERSON-{number}") for number in range(6)))

    told = await office.trail.verify(VerifyAudit())
    assert (told.acts, told.fault) == (12, None)


async def test_the_trail_is_filtered_exported_and_safe_in_a_spreadsheet(office: RealOffice) -> None:
    await office.define("MANAGER-1", "manager")
    manager = await office.sign_in("MANAGER-1")
    await manager.post("/sign-in", name="=1+1", password="wrong")
    await office.define("MANAGER-1", "operator")
    operator = await office.sign_in("MANAGER-1")
    page = "/stores/S1/audit"

    shown = await operator.get(f"{page}?person=Operator%201&action=define_login")
    table = await operator.get(f"{page}.csv?action=sign_in")
    today = (await operator.get(f"{page}.json?first=2026-03-14&last=2026-03-14")).json()
    earlier = (await operator.get(f"{page}.json?last=2026-03-13")).json()

    assert "role manager → operator" in shown.text.replace("\n", " ")
    assert ",'=1+1," in table.text
    assert [act["number"] for act in today["acts"]] == [5, 4, 3, 2, 1]
    assert earlier == {"acts": [], "more": False}
    for strange in ("%00", "'%20OR%201=1", "9" * 15, "x" * 5000, "0001-01-01", "9999-12-31"):
        asked = "&".join(f"{name}={strange}" for name in ("person", "action", "first", "last", "before"))
        assert (await operator.get(f"{page}?{asked}")).status_code == 200


async def test_a_manager_sees_acts_about_no_store_of_the_own_stores_people_only(office: RealOffice) -> None:
    await office.define("MANAGER-1", "manager")
    await office.define("SOMEBODY-1")
    async with office.shelf.database.connection() as connection:
        await connection.execute("UPDATE login SET stores = '{S2}' WHERE person = 'SOMEBODY-1'")
    await office.sign_in("SOMEBODY-1")

    acts = (await (await office.sign_in("MANAGER-1")).get("/stores/S1/audit.json")).json()["acts"]

    assert {act["person"] for act in acts if act["action"] == "sign_in"} == {"MANAGER-1"}
