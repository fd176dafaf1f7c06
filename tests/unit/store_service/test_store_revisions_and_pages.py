"""Revisions that rise when a terminal knows more than we do, pages that fit, and PINs that are not kept."""

from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store_service.domain.paging import pages_of
from store_service.domain.people import Person, PinCost, StoredPin, person_for_terminal
from store_service.domain.revisions import Raise, compare_held, next_revision
from store_service.domain.time_zones import is_time_zone
from store_service.pins import PinHasher
from tillday_contracts.business_dates import business_today
from tillday_contracts.wishes import Revision

OURS = Revision(rev=5, digest="a" * 64)
CHEAP = PinCost(memory_kib=8, passes=1)


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (None, "behind"),
        (Revision(rev=4, digest="b" * 64), "behind"),
        (OURS, "same"),
        (Revision(rev=5, digest="b" * 64), Raise(6)),
        (Revision(rev=9, digest="a" * 64), Raise(10)),
        (Revision(rev=2**63, digest="a" * 64), "absurd"),
    ],
)
def test_what_a_terminal_holds_decides_whether_ours_must_rise(held: Revision | None, found: object) -> None:
    assert compare_held(OURS, held) == found


def test_the_same_content_keeps_its_revision() -> None:
    assert next_revision(5, digest="a", new_digest="a") == 5
    assert next_revision(5, digest="a", new_digest="b") == 6
    assert next_revision(0, digest=None, new_digest="b") == 1


@given(st.lists(st.integers(1, 90), max_size=60))
def test_pages_hold_every_item_once_in_order_within_their_limits(sizes: list[int]) -> None:
    pages = pages_of(sizes, lambda size: size, most_items=7, most_bytes=100)
    assert [size for page in pages for size in page] == sizes
    assert pages
    assert all(len(page) <= 7 and sum(page) <= 100 for page in pages)
    assert all(page for page in pages[1:])


def test_the_business_date_follows_the_stores_clock_through_a_change_of_time() -> None:
    def berlin(at: datetime) -> int:
        return business_today(at, time_zone="Europe/Berlin", rollover="04:00").day

    assert berlin(datetime(2026, 3, 29, 1, 59, tzinfo=UTC)) == 28, "3:59 in summer time"
    assert berlin(datetime(2026, 3, 29, 2, 0, tzinfo=UTC)) == 29, "4:00 in summer time"
    assert berlin(datetime(2026, 10, 25, 2, 59, tzinfo=UTC)) == 24, "3:59 in winter time"
    assert berlin(datetime(2026, 10, 25, 3, 0, tzinfo=UTC)) == 25, "4:00 in winter time"


def test_a_rollover_at_midnight_is_the_calendar_day() -> None:
    at = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert business_today(at, time_zone="UTC", rollover="00:00").day == 2


def test_time_zones_are_known_by_name_only() -> None:
    assert is_time_zone("Europe/Madrid")
    assert not any(is_time_zone(name) for name in ("Mars/Olympus", "", "../etc/passwd", "/etc/localtime"))


async def test_an_unchanged_pin_stays_as_it_is_kept_and_a_changed_one_gets_new_salt() -> None:
    salts = count(1)
    hasher = PinHasher(CHEAP, lambda size: bytes([next(salts)]) * size)
    first = await hasher.keep("1234", None)
    assert await hasher.keep("1234", first) is first
    other = await hasher.keep("4321", first)
    assert (other.salt != first.salt, other.value != first.value) == (True, True)
    dearer = PinHasher(PinCost(memory_kib=16, passes=1), bytes)
    assert (await dearer.keep("1234", first)).cost.memory_kib == 16


def test_two_terminals_get_two_verifiers_and_someone_without_a_pin_gets_none() -> None:
    pin = StoredPin(bytes(16), bytes(32), CHEAP)
    person = Person("CASHIER-1", "Cashier 1", "cashier", ("sell",), pin)
    one, two = (person_for_terminal(person, bytes([n]) * 32) for n in (1, 2))
    assert one is not None
    assert two is not None
    assert one.verifier != two.verifier
    assert pin.value.hex() not in one.model_dump_json()
    assert person_for_terminal(Person("CASHIER-2", "Cashier 2", "cashier"), bytes(32)) is None
