"""A store's settings at the back office: each form is the edits that the command line knows."""

import json
from typing import Any

import pytest

from backoffice_service.domain.setting_forms import coin_edits, edited, piece_edit, tender_edits
from backoffice_service.pages.settings import history_of, said_of, setting_said, value_said
from backoffice_service.pages.speech import LANGUAGES, Speech
from tillday_contracts.denominations import STANDARD, Denomination
from tillday_contracts.master_data_messages import StoreTerminalList, StoreTerminals
from tillday_contracts.messages import Refused
from tillday_contracts.piece_looks import in_order, usual_colour
from tillday_contracts.setting_edits import SETTINGS
from tillday_contracts.setting_words import SettingDifference, setting_facts
from tillday_contracts.store_messages import (
    DefineStore,
    People,
    Revised,
    SettingsAnswer,
    SettingsChange,
    StoreDayStatus,
    StoreSettings,
)
from unit.backoffice_service.office_room import NOON, OfficeRoom, example

ANSWER: SettingsAnswer = example("reply.settings_answer")
NOW = ANSWER.settings
TERMINALS: StoreTerminalList = example("reply.store_terminal_list")
TILL = TERMINALS.terminals[0].till
CASH = next(one.tender for one in NOW.tenders if one.kind == "cash")
SECTIONS = ("store", "counts", "tenders", "coins")
PAGES = "/stores/S1/settings"


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor of the store."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: ANSWER,
        People: example("reply.people_answer"),
        StoreTerminals: TERMINALS,
        StoreDayStatus: example("reply.store_days"),
        DefineStore: Revised(revision=6),
    }
    return told


def sent(room: OfficeRoom, section: str, **form: str) -> DefineStore:
    answer = room.browser().post(f"{PAGES}/{section}", data={"key": "k", "revision": "5", **form})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].endswith("?done=6")
    command: DefineStore = room.services.commands(DefineStore)[-1]
    return command


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", [*SECTIONS, "history"])
def test_every_section_is_shown_with_what_is_so_now(room: OfficeRoom, section: str, language: str) -> None:
    answer = room.browser(language).get(f"{PAGES}/{section}")

    assert answer.status_code == 200
    assert 'aria-current="true"' in answer.text


def test_a_form_is_a_change_from_the_revision_that_was_seen(room: OfficeRoom) -> None:
    command = sent(room, "store", name="Corner Café", rollover="05:00", **{"max-offline-days": "3"})

    assert command.changes == 5
    assert (command.settings.name, command.settings.rollover) == ("Corner Café", "05:00")
    assert command.settings.policies.max_offline_days == 3
    assert command.settings.tenders == NOW.tenders
    (act,) = room.trail.acts
    assert "rollover: 04:00 → 05:00" in json.loads(act[6])["changes"]


def test_counts_and_floats_take_amounts_as_people_type_them(room: OfficeRoom) -> None:
    form = {"blind-count": "on", "own-count-approval": "never", f"float-{TILL}": "200,50"}
    command = sent(room, "counts", **form)

    assert command.settings.policies.blind_count
    assert command.settings.policies.own_count_approval == "never"
    assert command.settings.floats == {TILL: 200_50}


def test_a_tender_is_changed_added_and_removed(room: OfficeRoom) -> None:
    changed = sent(room, f"tenders/{CASH}", keep="fixed", amount="150", initial="1,00", **{"cash-up": "5"})
    cash = next(one for one in changed.settings.tenders if one.tender == CASH)
    assert (cash.keep.mode, cash.keep.amount) == ("fixed", 150_00)
    assert (cash.initial_tolerance, cash.cash_up_tolerance) == (100, 500)

    form = {"tender": "cash_chf", "kind": "foreign-cash", "name": "Francs", "currency": "chf", "rate": "1,05"}
    settings = sent(room, "tenders", **form).settings
    added = settings.tenders[-1]
    assert (added.tender, added.currency, added.rate) == ("cash_chf", "CHF", 1_050_000)

    room.services.answers[StoreSettings] = ANSWER.model_copy(update={"settings": settings})
    left = sent(room, "tenders/cash_chf/remove").settings.tenders
    assert left == NOW.tenders


def test_coins_and_notes_are_what_is_marked(room: OfficeRoom) -> None:
    command = sent(room, "coins", of="", **{"coin-5": "1", "coin-10": "1", "note-500": "1"})

    assert [(one.kind, one.value) for one in command.settings.denominations] == [
        ("coin", 5),
        ("coin", 10),
        ("note", 500),
    ]


def test_coins_and_notes_stand_in_the_order_and_the_colours_of_the_form(room: OfficeRoom) -> None:
    order = {"colour-2000": "blue", "colour-5000": "pink", "colour-100": "two-metal"}
    settings = sent(
        room, "coins", of="", **{"note-5000": "1", "note-2000": "1", "coin-100": "1"}, **order
    ).settings

    assert [(one.value, one.colour) for one in settings.looks[:3]] == [
        (2000, None),
        (5000, "pink"),
        (100, None),
    ]
    room.services.answers[StoreSettings] = ANSWER.model_copy(update={"settings": settings})
    page = room.browser().get(f"{PAGES}/coins").text
    assert (
        page.index('name="colour-2000"')
        < page.index('name="colour-5000"')
        < page.index('name="colour-20000"')
    )
    assert "note-swatch note-pink" in page
    back = {f"colour-{one.value}": usual_colour(one, "EUR") for one in in_order(STANDARD["EUR"], ())}
    used = {f"{one.kind}-{one.value}": "1" for one in STANDARD["EUR"]}
    assert sent(room, "coins", of="", **used, **back).settings == NOW


def test_a_piece_that_is_taken_away_has_no_place_any_more() -> None:
    francs = Denomination(value=50, kind="coin"), Denomination(value=100, kind="coin")
    settings = NOW.model_copy(update={"currency": "CHF", "denominations": francs})

    edits = coin_edits({"of": "", "coins": "1", "colour-50": "gold", "colour-100": "gold"}, settings)

    assert edits[1:] == [("piece-order", ("1.00",)), ("piece-colour", ("1.00", "gold"))]


def test_pieces_of_a_currency_that_is_not_known_are_typed() -> None:
    settings = NOW.model_copy(update={"currency": "CHF", "denominations": ()})

    edit = piece_edit({"coins": "0.50, 1;2", "notes": " 10 "}, settings, "")

    assert "CHF" not in STANDARD
    assert edit == ("denominations", ("coins", "0.50,1,2", "notes", "10"))
    assert [one.value for one in edited(settings, [edit]).denominations] == [50, 100, 200, 1000]


def test_saying_the_same_again_asks_for_nothing(room: OfficeRoom) -> None:
    answer = room.browser().post(f"{PAGES}/store", data={"name": NOW.name})

    assert answer.headers["location"] == f"{PAGES}/store?done=same"
    assert room.services.commands(DefineStore) == []
    assert "nothing was changed" in room.browser().get(answer.headers["location"]).text


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("store", {"rollover": "25:00"}, "is no time of day"),
    ("store", {"name": ""}, "Check what you typed"),
    ("store", {"name": "x" * 10_000}, "Check what you typed"),
    ("store", {"max-offline-days": "<b>"}, "is no number of days"),
    ("store", {"max-offline-days": "400"}, "Check what you typed"),
    ("counts", {f"float-{TILL}": "a lot"}, "float"),
    ("counts", {"blind-count": "perhaps"}, "is none of"),
    ("tenders/nothing", {"keep": "move-all"}, "there is no tender"),
    ("tenders", {"tender": CASH, "kind": "card", "name": "Cash"}, "already"),
    ("coins", {"of": ""}, "no coins or notes"),
    ("store", {"receipt-head": "a\nb\nc\nd\ne\nf\ng"}, "receipt-head"),
]


@pytest.mark.parametrize(("section", "form", "said"), WRONG)
def test_what_cannot_be_read_is_said_and_nothing_is_asked_for(
    room: OfficeRoom, section: str, form: dict[str, str], said: str
) -> None:
    if section == "coins":
        room.services.answers[DefineStore] = Refused(
            code="denominations_missing", text="The store has no coins or notes of EUR."
        )
    for language in LANGUAGES:
        answer = room.browser(language).post(f"{PAGES}/{section}", data=form)
        assert answer.status_code in (409, 422)
        assert 'role="alert"' in answer.text
        if language == "en":
            assert said in answer.text
    if section != "coins":
        assert room.services.commands(DefineStore) == []


def test_a_change_over_somebody_elses_is_told_and_an_operator_only_looks(room: OfficeRoom) -> None:
    room.services.answers[DefineStore] = Refused(code="changed_meanwhile", text="Changed meanwhile.")
    refused = room.browser().post(f"{PAGES}/store", data={"name": "Mine", "revision": "4"})
    assert refused.status_code == 409
    assert 'value="Mine"' in refused.text

    room.role = "operator"
    assert room.browser().post(f"{PAGES}/store", data={"name": "Mine"}).status_code == 403
    assert "Keep</button>" not in room.browser().get(f"{PAGES}/store").text


def test_history_tells_each_revision_by_what_it_made_different(room: OfficeRoom) -> None:
    newest = NOW.model_copy(update={"name": "Corner Café"})
    changes = [SettingsChange(revision=n, changed_at=NOON, by="SUPERVISOR-1") for n in (6, 5)]

    second, first = history_of(changes, [newest, NOW])

    assert [str(one) for one in second.differences] == [f"name: {NOW.name} → Corner Café"]
    assert first.is_first
    assert "the settings as they were then" in room.browser().get(f"{PAGES}/history").text
    assert room.browser().get(f"{PAGES}/history?before=1").status_code == 404
    assert room.browser().get(f"{PAGES}/history?before=x").status_code == 200


def test_settings_and_their_values_are_named_in_the_language_of_the_page() -> None:
    spanish = Speech("es")

    assert setting_said("tolerance cash initial", spanish) == "Tolerancia cash initial"
    assert value_said("fixed 150.00", spanish) == "un importe fijo 150.00"
    assert value_said("Corner Shop", spanish) == "Corner Shop"
    colours = SettingDifference("piece-colour", "standard", "50.00 pink, 20.00 teal")
    assert said_of(colours, spanish)[1:] == ("como de costumbre", "50.00 rosa, 20.00 verde azulado")


def test_every_setting_that_can_be_set_has_a_form() -> None:
    known: dict[str, Any] = {name: None for name, _ in setting_facts(NOW)}
    of_tenders = {name for name, _ in tender_edits({"keep": "", "initial": "", "rate": ""}, CASH)}
    from_elsewhere = {"currency", "catalogue"}

    covered = {*known, *of_tenders, "float", "add-tender", "remove-tender"} - from_elsewhere

    assert covered == set(SETTINGS)
