"""A terminal that is given a new journal key keeps its journal and loses nothing of it."""

from pathlib import Path

import pytest

from agent_shop import KEY, bundle
from terminal_agent.agent import open_book, world_of
from terminal_agent.core.answers import MarkAcked
from terminal_agent.core.chain import first_break
from terminal_agent.enrolment import place_bundle, read_bundle, with_former_keys
from terminal_agent.journal import acks, rows
from terminal_agent.settings import AgentSettings
from tillday_contracts.enrolment import EnrolmentBundle

NEW_KEY = bytes(reversed(KEY))
OLD = bundle()
NEW = with_former_keys(
    OLD.model_copy(update={"key_id": "b" * 16, "journal_key": NEW_KEY.hex(), "mqtt_password": "new"}), OLD
)


def settings(folder: Path) -> AgentSettings:
    return AgentSettings(data=folder)


async def boot(folder: Path, given: EnrolmentBundle, *, acknowledged: bool) -> tuple[str, str]:
    """One process's life: which epoch it wrote, with which key."""
    where = settings(folder)
    async with open_book(where, given, world_of(where)) as book:
        assert book.broken is None
        entries = await rows.entries_from(book.database, book.head.epoch, 1, 100)
        assert first_break(book.identity.key, entries, after=type(book.head)(book.head.epoch)) is None
        if acknowledged:
            whole = MarkAcked(book.head.epoch, book.head.seq, "c" * 16, 1, single=False)
            await acks.mark(book.database, whole, "2026-03-02T12:00:00+00:00")
        return book.head.epoch, book.identity.key_id


async def test_the_new_key_begins_an_epoch_once_the_old_one_is_sent(tmp_path: Path) -> None:
    first = await boot(tmp_path, OLD, acknowledged=False)
    waiting = await boot(tmp_path, NEW, acknowledged=True)
    turned = await boot(tmp_path, NEW, acknowledged=False)
    later = await boot(tmp_path, NEW, acknowledged=False)

    assert first == waiting == (first[0], OLD.key_id)
    assert turned[1] == later[1] == NEW.key_id
    assert turned[0] == later[0] != first[0]


async def test_a_key_that_others_know_is_left_at_once(tmp_path: Path) -> None:
    first = await boot(tmp_path, OLD, acknowledged=False)

    turned = await boot(tmp_path, NEW.model_copy(update={"compromised": True}), acknowledged=False)

    assert turned == (turned[0], NEW.key_id)
    assert turned[0] != first[0]


@pytest.mark.parametrize("times", [1, 2])
def test_a_new_enrolment_in_the_folder_keeps_the_former_keys(tmp_path: Path, times: int) -> None:
    place_bundle(OLD, tmp_path)
    for _ in range(times):
        place_bundle(NEW.model_copy(update={"former_keys": {}}), tmp_path)

    placed = read_bundle(tmp_path / "enrolment.json")
    assert placed.former_keys == {OLD.key_id: OLD.journal_key}
    assert placed.key_id == NEW.key_id
