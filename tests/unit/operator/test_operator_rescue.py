"""What a person sees of rescue sessions, and which of them a name means."""

import pytest

from tillday_contracts.balance_messages import Balance
from tillday_contracts.examples import examples
from tillday_contracts.rescue_messages import (
    NamedCount,
    RescueJournalsShown,
    RescueSessionList,
    RescueShown,
)
from tillday_local.demo_store import SETTINGS
from tillday_local.operator import balance, rescue_choices, rescue_tables
from tillday_local.operator.asking import NothingToAsk
from tillday_local.operator.rescue_choices import BadCount, Choice
from tillday_local.operator.tables import result_console

SESSION = "7d9f1c2e5b8a4f60917c3e5d2a4b6c80"


def seen(parts: list[object]) -> str:
    console = result_console()
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get()


def shown() -> RescueShown:
    found = examples()["reply.rescue_shown"]
    assert isinstance(found, RescueShown)
    return found


def test_the_list_says_who_created_a_rescue_session_and_how_it_is_closed() -> None:
    listed = examples()["reply.rescue_session_list"]
    assert isinstance(listed, RescueSessionList)

    text = seen([*rescue_tables.listed(listed, SETTINGS)])

    assert "RESCUE T1-A 2026-03-14" in text
    assert "cash 3.20 EUR" in text
    assert "rescue show" in text
    nothing = RescueSessionList(store="S1", sessions=())
    assert "Nothing came late" in seen([*rescue_tables.listed(nothing, SETTINGS)])


def test_a_rescue_session_is_shown_with_its_entries_their_counts_and_who_decided() -> None:
    text = seen([*rescue_tables.shown(shown(), SETTINGS)])

    assert "Belongs to session" in text
    assert "cash-up 7d9f1c2e5b8a" in text
    assert "accepted by SV1" in text


def test_both_journals_stand_beside_each_other_with_the_counts_of_the_till() -> None:
    told = examples()["reply.rescue_journals_shown"]
    assert isinstance(told, RescueJournalsShown)

    text = seen([*rescue_tables.side_by_side(told, SETTINGS)])

    assert f"cash_up:{SESSION}" in text
    assert "Host T1" in text
    assert "here" in text


def test_the_balance_says_what_is_in_it_and_what_is_not() -> None:
    told = examples()["reply.balance"]
    assert isinstance(told, Balance)

    text = seen([*balance.balance_tables(told, SETTINGS)])

    assert "In the balance" in text
    assert "cash 3.20 EUR" in text


def test_a_name_means_one_rescue_session_or_is_refused() -> None:
    one = shown().session
    other = one.model_copy(update={"name": f"{one.name} #2", "session_id": "c" * 32})

    for name in ("RESCUE T1-A 2026-03-14", "t1-a 2026-03-14", "bbbbbbbb"):
        assert rescue_choices.chosen_rescue([one, other], name) == one
    for name in ("", "bbb", "T2"):
        with pytest.raises(NothingToAsk, match="no rescue session"):
            rescue_choices.chosen_rescue([one, other], name)


def test_everything_means_what_is_undecided_and_told_by_no_lost_journal() -> None:
    (entry,) = shown().entries
    waiting = entry.model_copy(update={"decision": None})
    lost = waiting.model_copy(update={"quarantine": True})

    assert Choice((), everything=True).of([entry, waiting, lost]) == (waiting,)
    with pytest.raises(NothingToAsk, match="lost journal"):
        Choice((), everything=True).of([entry, lost])
    with pytest.raises(NothingToAsk, match="name the receipts"):
        Choice(()).of([entry])
    assert Choice((entry.entry[:8],)).of([entry]) == (entry,)


def test_a_count_is_read_as_it_is_listed() -> None:
    assert rescue_choices.read_count(f"cash_up:{SESSION}") == NamedCount(session_id=SESSION, kind="cash_up")
    with pytest.raises(BadCount, match="names no count"):
        rescue_choices.read_count("the second one")
