"""Adding a store at the back office: like one that somebody manages, and what it needs until it can sell."""

import pytest

from backoffice_service.domain.access import Role
from backoffice_service.domain.new_stores import new_store
from backoffice_service.domain.readiness import steps_to_sell
from tillday_contracts.denominations import STANDARD
from tillday_contracts.figure_messages import StoreOverviews
from tillday_contracts.master_data_messages import (
    PeopleChanges,
    PeopleHistory,
    StoreTerminal,
    StoreTerminals,
)
from tillday_contracts.messages import Refused
from tillday_contracts.piece_looks import PieceLook
from tillday_contracts.store_messages import (
    CreateStore,
    People,
    Person,
    Revised,
    SettingsAnswer,
    StoreDays,
    StoreDayStatus,
    StoreSettings,
)
from tillday_contracts.wishes import Policies
from unit.backoffice_service.office_room import NOON, OfficeRoom, example

ANSWER: SettingsAnswer = example("reply.settings_answer")
PATTERN = ANSWER.settings.model_copy(
    update={"looks": (PieceLook(value=5000, colour="pink"),), "policies": Policies(blind_count=True)}
)
ALL = {f"copy-{part}": "1" for part in ("tenders", "coins", "counts", "catalogue")}
FORM = {"code": "s7", "name": "Harbour Shop", "receipt-head": " 1 Harbour Street \r\n\r\nVAT 123"}
PAGE = "/stores/S1/new-store"


@pytest.fixture
def room() -> OfficeRoom:
    """A manager of the store."""
    told = OfficeRoom(role="manager")
    told.services.answers = {
        StoreSettings: SettingsAnswer(settings=PATTERN, revision=5, history=()),
        StoreOverviews: example("reply.overview"),
        People: example("reply.people_answer"),
        CreateStore: Revised(revision=1),
    }
    return told


def test_a_manager_is_shown_what_the_new_store_begins_with(room: OfficeRoom) -> None:
    answer = room.browser().get(PAGE)

    assert answer.status_code == 200
    assert f'value="{PATTERN.time_zone}"' in answer.text
    assert answer.text.count("checked") == 4


def test_the_store_is_created_and_who_did_it_goes_on_to_its_settings(room: OfficeRoom) -> None:
    answer = room.browser().post(PAGE, data={"key": "k", **FORM, **ALL})

    assert (answer.status_code, answer.headers["location"]) == (303, "/stores/S7/settings/store?done=created")
    (wish,) = room.services.commands(CreateStore)
    assert (wish.store, wish.name, wish.catalogue) == ("S1", "Supervisor 1", True)
    assert wish.settings == PATTERN.model_copy(
        update={
            "store": "S7",
            "name": "Harbour Shop",
            "receipt_head": ("1 Harbour Street", "VAT 123"),
            "floats": {},
            "catalogue_rev": 0,
        }
    )
    assert room.let_in == ["S7"]
    assert any("create_store" in map(str, act) for act in room.trail.acts)


def test_a_refusal_keeps_what_was_typed_and_lets_nobody_in(room: OfficeRoom) -> None:
    room.services.answers[CreateStore] = Refused(code="store_exists", text="It is there.")

    refused = room.browser().post(PAGE, data=FORM)
    spanish = room.browser("es").post(PAGE, data=FORM)

    assert (refused.status_code, "It is there." in refused.text) == (409, True)
    assert "Otra tienda ya tiene este código" in spanish.text
    assert 'value="Harbour Shop"' in refused.text
    assert "checked" not in refused.text
    assert room.let_in == []


WRONG: list[dict[str, str]] = [
    {"code": ""},
    {"code": "S 7"},
    {"code": "../S1"},
    {"name": "x" * 10_000},
    {"currency": "euro"},
    {"rollover": "25:00"},
    {"receipt-head": "y" * 49},
]


def test_what_cannot_be_read_is_said_and_nothing_is_created(room: OfficeRoom) -> None:
    browser = room.browser()

    for wrong in WRONG:
        answer = browser.post(PAGE, data={**FORM, **ALL, **wrong})
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True), wrong
    assert room.services.commands(CreateStore) == []


def test_in_another_currency_its_coins_are_meant_and_foreign_cash_stays_behind() -> None:
    store = new_store(PATTERN, {**FORM, **ALL, "currency": "usd"})

    assert (store.currency, store.denominations, store.looks) == ("USD", STANDARD["USD"], ())
    assert {one.currency for one in store.tenders} == {"USD"}
    assert store.policies == PATTERN.policies


def test_what_is_not_taken_over_is_as_usual() -> None:
    store = new_store(PATTERN, FORM)

    assert (store.policies, store.looks, store.denominations) == (Policies(), (), STANDARD["EUR"])
    assert [(one.kind, one.keep.mode) for one in store.tenders] == [("cash", "variable")]


@pytest.mark.parametrize("role", ["supervisor", "operator"])
def test_supervisors_and_operators_create_no_store(room: OfficeRoom, role: Role) -> None:
    room.role = role
    assert room.browser().post(PAGE, data=FORM).status_code == 403
    assert room.services.commands(CreateStore) == []


def test_a_store_that_was_never_open_says_what_is_missing(room: OfficeRoom) -> None:
    room.services.answers |= {
        StoreDayStatus: StoreDays(store="S1", name="Corner shop", days=()),
        StoreTerminals: example("reply.store_terminal_list"),
        PeopleHistory: PeopleChanges(changes=()),
    }
    browser = room.browser()
    assert 'id="missing"' in browser.get("/stores/S1/settings/store").text

    room.services.answers[StoreDayStatus] = example("reply.store_days")
    assert 'id="missing"' not in browser.get("/stores/S1/settings/store").text


def test_it_can_sell_with_products_somebody_with_a_pin_and_a_terminal_that_was_let_in() -> None:
    seller = Person(person="CASHIER-1", name="Cashier 1", role="cashier", rights=("sell",))
    counter = StoreTerminal(terminal="T1", till="TILL1", name="Counter 1")
    bare = steps_to_sell(PATTERN.model_copy(update={"catalogue_rev": 0}), [seller], (), ())
    ready = steps_to_sell(
        PATTERN.model_copy(update={"catalogue_rev": 1}),
        [seller],
        {"CASHIER-1"},
        [counter.model_copy(update={"enrolled_at": NOON})],
    )

    assert [step.is_done for step in bare] == [False] * 5
    assert [step.name for step in ready if not step.is_done] == ["open"]
