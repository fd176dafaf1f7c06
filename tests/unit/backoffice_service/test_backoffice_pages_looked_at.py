"""Every page of the back office stands in its documentation and is read by a real browser."""

import re
from pathlib import Path

from office_pages import BEHIND, LOOKED_AT, NO_PAGE, unseen
from unit.backoffice_service.office_room import OfficeRoom
from unit.backoffice_service.test_backoffice_every_route import routes

TABLE = Path(__file__).parents[3] / "docs" / "back-office.md"


def pages() -> set[str]:
    return {
        one for one in routes(OfficeRoom().browser(), "GET") if "/api/" not in one and not NO_PAGE.search(one)
    }


def documented() -> set[str]:
    """The addresses in the second column of the table of pages."""
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|", TABLE.read_text("utf-8"), re.MULTILINE)
    told = [re.findall(r"`(/[^`]+)`", row) for row in rows]
    bases = [(addresses[0].rpartition("/")[0], addresses) for addresses in told if addresses]
    return {
        one if one.startswith(("/stores", "/second-factor", "/runbooks")) else base + one
        for base, addresses in bases
        for one in addresses
    }


def test_every_page_is_looked_at() -> None:
    assert len(pages()) > 40
    assert unseen(pages()) == set()


def test_a_page_that_nobody_looks_at_would_be_noticed() -> None:
    rest = [one for one in LOOKED_AT if one != "/stores/S1/day"]

    assert unseen(pages(), rest) == {"/stores/S1/day"}
    assert unseen(["/stores/S1/new"]) == {"/stores/S1/new"}


def test_every_documented_page_exists_and_every_page_is_below_a_documented_one() -> None:
    told = documented()
    exist = {re.sub(r"T1|SESSION", "X1", one) for one in told}

    assert len(told) > 20
    assert exist <= pages()
    parents = exist - {"/stores"}
    assert {one for one in pages() if not any(f"{one}/".startswith(f"{start}/") for start in parents)} == {
        "/stores"
    }


def test_what_is_behind_something_is_a_page() -> None:
    found = pages()

    assert all(
        any(re.fullmatch(one.replace("/T1/", "/X1/"), page) for page in found) for one in BEHIND.values()
    )
