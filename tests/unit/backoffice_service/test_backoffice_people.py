"""People at the back office: their rights, PINs and logins, and what was changed."""

import pytest

from backoffice_service.domain.access import Visitor, may_define
from backoffice_service.domain.people_changes import RIGHTS, differences_of, told
from backoffice_service.pages.people import GROUPS, RIGHT_NAMES
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.master_data_messages import PeopleChanges, PeopleHistory
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import DefinePerson, People, PeopleAnswer, Revised, StoreSettings
from unit.backoffice_service.office_room import KnownLogins, OfficeRoom, example

PEOPLE: PeopleAnswer = example("reply.people_answer").model_copy(update={"revision": 7})
CHANGES: PeopleChanges = example("reply.people_changes")
CASHIER = PEOPLE.people[0]
LIST = "/stores/S1/settings/people"
PAGE = f"{LIST}/{CASHIER.person}"
FORM = {"key": "k", "name": "Cashier 1", "role": "cashier", "revision": "7"}


@pytest.fixture
def room() -> OfficeRoom:
    """A manager of the store."""
    told = OfficeRoom(role="manager", logins=KnownLogins())
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: PEOPLE,
        PeopleHistory: CHANGES,
        DefinePerson: Revised(revision=8),
    }
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_is_listed_with_their_rights_and_leads_to_a_page(room: OfficeRoom, language: str) -> None:
    browser = room.browser(language)

    assert f'href="{PAGE}"' in browser.get(LIST).text
    page = browser.get(PAGE).text
    assert 'name="right-sell" value="1" checked' in page
    assert 'name="right-manage" value="1" >' not in page.replace("checked", "")
    assert 'name="pin" type="password"' in page
    assert browser.get(f"{LIST}/new").status_code == 200
    assert browser.get(f"{LIST}/NOBODY-1").status_code == 404


def test_a_person_is_changed_once_from_what_was_seen_and_the_pin_is_nowhere(room: OfficeRoom) -> None:
    form = {**FORM, "right-sell": "1", "right-refund": "1", "pin": "2580", "pin_again": "2580"}

    for _ in range(2):
        answer = room.browser().post(PAGE, data=form)
        assert answer.headers["location"] == f"{PAGE}?done=person"

    first, second = room.services.commands(DefinePerson)
    assert first.message_id == second.message_id
    assert (first.person, first.rights, first.pin, first.changes) == ("C1", ("sell", "refund"), "2580", 7)
    written = str(room.trail.acts)
    assert "rights: +refund" in written
    assert "PIN: new" in written
    assert "2580" not in written


def test_a_new_person_gets_a_code_in_capitals_and_no_code_that_somebody_has(room: OfficeRoom) -> None:
    added = room.browser().post(f"{LIST}/new", data={**FORM, "person": " cashier-2 "})
    taken = room.browser().post(f"{LIST}/new", data={**FORM, "person": "c1", "name": "Somebody else"})

    assert added.headers["location"] == f"{LIST}/CASHIER-2?done=person"
    assert taken.status_code == 422
    assert "Somebody has this code already" in taken.text
    assert [one.person for one in room.services.commands(DefinePerson)] == ["CASHIER-2"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pin": "1", "pin_again": "1"},
        {"pin": "2580", "pin_again": "2581"},
        {"name": ""},
        {"name": "x" * 10_000},
        {"role": "owner"},
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_asked_for(
    room: OfficeRoom, wrong: dict[str, str]
) -> None:
    answer = room.browser().post(PAGE, data={**FORM, **wrong})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert room.services.commands(DefinePerson) == []


@pytest.mark.parametrize(
    ("language", "said"), [("en", "was changed"), ("es", "Otra persona lo ha cambiado entretanto")]
)
def test_of_two_who_change_one_person_the_second_is_told_and_loses_nothing(
    room: OfficeRoom, language: str, said: str
) -> None:
    room.services.answers[DefinePerson] = Refused(code="changed_meanwhile", text="C1 was changed meanwhile.")

    answer = room.browser(language).post(PAGE, data={**FORM, "name": "My name", "right-refund": "1"})

    assert answer.status_code == 409
    assert said in answer.text
    assert 'value="My name"' in answer.text
    assert 'name="right-refund" value="1" checked' in answer.text


def test_a_supervisor_sees_no_login_and_an_operator_changes_no_rights(room: OfficeRoom) -> None:
    room.role = "supervisor"
    assert 'name="password"' not in room.browser().get(PAGE).text
    assert room.browser().post(f"{PAGE}/login", data={"role": "manager"}).status_code == 403
    room.role = "operator"
    assert 'name="pin"' not in room.browser().get(PAGE).text
    assert room.browser().post(PAGE, data=FORM).status_code == 403
    assert room.services.commands(DefinePerson) == []


def test_a_password_is_set_and_no_manager_touches_a_login_of_other_stores(room: OfficeRoom) -> None:
    form = {"role": "supervisor", "password": "a long enough one"}
    assert room.browser().post(f"{PAGE}/login", data=form).headers["location"] == f"{PAGE}?done=login"
    short = room.browser().post(f"{PAGE}/login", data={**form, "password": "short"})
    room.logins.known["C1"] = Visitor("C1", "Cashier 1", "supervisor", ("S1", "S2"))
    foreign = room.browser().post(f"{PAGE}/login", data=form)

    assert (short.status_code, foreign.status_code) == (422, 403)
    (defined,) = room.logins.defined
    assert (defined.person, defined.role, defined.stores) == ("C1", "supervisor", ("S1",))
    assert "long enough" not in str(room.trail.acts)


def test_managers_keep_to_their_stores_and_never_make_an_operator() -> None:
    manager = Visitor("M", "Manager", "manager", ("S1",))
    here, elsewhere = (Visitor("A", "A", "supervisor", stores) for stores in (("S1",), ("S2",)))
    operator = Visitor("O", "O", "operator", ())

    assert may_define(manager, None, here)
    assert may_define(manager, here, here)
    assert not may_define(manager, elsewhere, here)
    assert not may_define(manager, here, elsewhere)
    assert not may_define(manager, None, operator)
    assert not may_define(manager, operator, here)
    assert may_define(operator, elsewhere, operator)


def test_each_change_is_told_by_what_it_made_different() -> None:
    newest = CHANGES.changes[0].model_copy(update={"name": "Anna", "rights": ("refund",), "new_pin": False})

    changed, first = told([newest, CHANGES.changes[0]])

    assert [str(one) for one in changed.differences] == ["name: Cashier 1 → Anna", "rights: +refund -sell"]
    assert [str(one) for one in first.differences] == [
        "name: Cashier 1",
        "role: cashier",
        "rights: +sell",
        "PIN: new",
    ]
    assert differences_of(CASHIER, CASHIER, new_pin=False) == ()


def test_every_right_has_a_name_and_one_place_on_the_page() -> None:
    shown = [right for group in GROUPS.values() for right in group]

    assert sorted(shown) == sorted(RIGHTS)
    assert set(RIGHT_NAMES) == set(RIGHTS)
