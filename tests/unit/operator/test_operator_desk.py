"""What a person sees of the dead-letter desk, and the body of a repair as it is read from a file."""

import base64
from pathlib import Path

import pytest

from tillday_contracts.desk_messages import DeadLetterList, DeadLetterShown
from tillday_contracts.examples import examples
from tillday_local.operator import desk
from tillday_local.operator.asking import NothingToAsk
from tillday_local.operator.tables import result_console


def seen(parts: list[object]) -> str:
    console = result_console()
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get()


def test_the_list_names_each_letter_with_its_place_its_reason_and_how_it_was_closed() -> None:
    listed = examples()["reply.dead_letter_list"]
    assert isinstance(listed, DeadLetterList)

    text = seen([*desk.listed(listed, "all")])

    assert "13a57b9c2d4e" in text
    assert "total: Input should be" in text
    assert "repaired" in text
    assert "Nothing waits" in seen([*desk.listed(DeadLetterList(store="S1", letters=()), "open")])


def test_a_letter_is_shown_with_its_entry_its_repair_and_who_approved_it() -> None:
    shown = examples()["reply.dead_letter_shown"]
    assert isinstance(shown, DeadLetterShown)

    text = seen([*desk.shown(shown)])

    assert "SALE" in text
    assert "by SV1 and C1" in text
    assert "1000000000000000" in text


def test_foreign_bytes_cannot_move_the_readers_screen() -> None:
    shown = examples()["reply.dead_letter_shown"]
    assert isinstance(shown, DeadLetterShown)
    hostile = base64.b64encode(b"\x1b[2J" + b"\xff" * 3_000).decode()

    text = seen([*desk.shown(shown.model_copy(update={"entry": None, "body": hostile}))])

    assert "\x1b[2J" not in text
    assert "1004 bytes more" in text


def test_a_repair_is_read_from_a_file_that_holds_a_json_object(tmp_path: Path) -> None:
    body = tmp_path / "right.json"
    body.write_text('{"total": 320}', encoding="utf-8")
    assert desk.read_body(body) == {"total": 320}

    for wrong in ("[1]", "{"):
        body.write_text(wrong, encoding="utf-8")
        with pytest.raises(NothingToAsk, match="holds no JSON object"):
            desk.read_body(body)
    with pytest.raises(NothingToAsk):
        desk.read_body(tmp_path / "missing.json")
