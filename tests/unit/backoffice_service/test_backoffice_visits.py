"""How long visits last, and what wrong passwords cost."""

from datetime import UTC, datetime, timedelta

from backoffice_service.domain.access import Visitor
from backoffice_service.domain.attempts import FREE, LONGEST, Attempts, one_more
from backoffice_service.domain.visits import Visit
from backoffice_service.http.door import person_of
from backoffice_service.http.entrance import home_of

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def after(**time: float) -> datetime:
    return NOON + timedelta(**time)


def test_a_visit_ends_when_nobody_used_it_for_a_quarter_of_an_hour() -> None:
    visit = Visit(began_at=NOON, used_at=after(hours=1))

    assert visit.lasts(after(hours=1, minutes=14))
    assert not visit.lasts(after(hours=1, minutes=15))


def test_a_visit_ends_after_twelve_hours_however_busy_it_is() -> None:
    assert Visit(NOON, after(hours=11.99)).lasts(after(hours=11.99))
    assert not Visit(NOON, after(hours=11.99)).lasts(after(hours=12))


def test_the_fifth_wrong_password_makes_one_wait_and_each_more_twice_as_long() -> None:
    waits = []
    attempts: Attempts | None = None
    for _ in range(FREE + 6):
        attempts = one_more(attempts, NOON)
        waits.append(int((attempts.waits_until() - NOON).total_seconds()))

    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 300, 300, 300]
    assert max(waits) == LONGEST.total_seconds()


def test_wrong_passwords_of_an_hour_ago_are_forgotten() -> None:
    assert one_more(Attempts(9, NOON), after(hours=1, seconds=1)).wrong == 1


def test_people_are_known_by_their_name_as_they_type_it() -> None:
    assert {person_of(typed) for typed in ("Supervisor 1", " supervisor-1", "SUPERVISOR-1 ")} == {
        "SUPERVISOR-1"
    }


def test_everybody_begins_at_the_tills_of_the_own_store() -> None:
    assert home_of(Visitor("M", "M", "manager", ("S7",))) == "/stores/S7/terminals"
    assert home_of(Visitor("M", "M", "manager", ("S7", "S8"))) == "/stores"
