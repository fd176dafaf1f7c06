"""The journal on a real disk: what a restart finds, and what it makes of a disk that was tampered with."""

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest

from agent_bench import agent_settings, open_store, running_agent
from agent_shop import GOODS, IDENTITY, KEY, TestClock, bundle, desired, store_settings
from terminal_agent.agent import open_book
from terminal_agent.core.answers import ClearAcks, ClearStamps, LeaveEpoch, MarkAcked
from terminal_agent.core.chain import Head, first_break
from terminal_agent.core.till import state_of
from terminal_agent.journal import acks, rows
from terminal_agent.journal.anchor import ROTATE_BYTES, Anchor, anchored_head
from terminal_agent.journal.database import Database
from terminal_agent.journal.failures import JournalBroken, JournalInUse
from terminal_agent.journal.opening import JOURNAL_FILE
from terminal_agent.journal.schema import SCHEMA_VERSION
from tillday_contracts.entries import Genesis, SignedIn, read_body, read_envelope


def edit(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / JOURNAL_FILE)
    with connection:
        connection.execute(statement)
    connection.close()


async def test_a_restart_finds_till_numbers_and_cash_as_they_were_committed(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        first = (await bench.sell("k1")).json()
        before, head = bench.book.memory, bench.book.head

    async with running_agent(tmp_path, online=False) as bench:
        assert bench.book.memory == before
        assert bench.book.head == Head(head.epoch, head.seq + 1, bench.book.head.hash)  # its BOOT
        bench.go_online()
        await bench.sign_in()
        assert (await bench.sell("k1")).json() == first
        second = (await bench.sell("k2")).json()
        assert second["number"].endswith("-2")


async def test_the_journal_is_durable_at_every_commit(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench, bench.book.database.reading() as connection:
        for question, answer in (("journal_mode", "wal"), ("synchronous", 2)):
            async with connection.execute(f"PRAGMA {question}") as cursor:
                assert tuple(await cursor.fetchone() or ()) == (answer,)


async def test_every_entry_chains_from_the_genesis_and_reads_back(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await bench.sell("k1")
        entries = await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 1000)

    assert first_break(KEY, entries, after=Head(entries[0].epoch)) is None
    kinds = [entry.type for entry in entries]
    assert kinds[:4] == ["GENESIS", "BOOT", "TERMINAL_OPENED", "SIGNED_IN"]
    assert kinds.index("SALE") < kinds.index("PRINTED")
    for entry in entries:
        envelope = read_envelope(entry.data)
        assert (envelope.store, envelope.terminal, envelope.seq) == ("S1", "T1", entry.seq)
        read_body(envelope)


async def test_a_torn_write_leaves_nothing_of_itself(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        head, till = bench.book.head, bench.book.memory.till

        with pytest.raises(ZeroDivisionError):
            await half_written(bench.book.database)

        assert await rows.head_of(bench.book.database, head.epoch) == head
        assert "torn" not in (await rows.states(bench.book.database))["till"]
        assert bench.book.memory.till == till


async def half_written(database: Database) -> None:
    async with database.transaction() as connection:
        await rows.store(connection, rows.Write(state={"till": "torn"}))
        raise ZeroDivisionError


async def test_a_second_agent_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with running_agent(tmp_path):
        with pytest.raises(JournalInUse, match="Another agent"):
            async with open_book(agent_settings(tmp_path), bundle(), TestClock().world):
                pass


async def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    async with running_agent(tmp_path):
        pass
    edit(tmp_path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    with pytest.raises(JournalBroken, match="newer version"):
        await Database.open(tmp_path / JOURNAL_FILE)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE journal SET data = CAST(replace(data, '160', '161') AS BLOB) WHERE type = 'SALE'",
        f"UPDATE journal SET hash = '{'f' * 64}' WHERE type = 'SALE'",
        "DELETE FROM journal WHERE type = 'SALE'",
    ],
)
async def test_an_edited_journal_sells_nothing_and_says_whom_to_call(tmp_path: Path, damage: str) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await bench.sell("k1")
    edit(tmp_path, damage)

    async with running_agent(tmp_path) as bench:
        status = await bench.status()
        assert "JOURNAL DAMAGED" in status["obstacle"]
        assert "call support" in status["alarms"][0]["text"]
        assert (await bench.post("/sign-in", {"person": "CASHIER-1", "pin": "1001"})).status_code == 503
        assert (await bench.http.get("/readyz")).status_code == 503


async def test_a_supervisor_lets_a_damaged_terminal_go_on_and_nothing_is_overwritten(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await bench.sell("k1")
        await bench.sell("k2")
        epoch = bench.book.head.epoch
        await acks.mark(bench.book.database, MarkAcked(epoch, 99, "1" * 16, 10, single=False), "2031-05-06")
    edit(tmp_path, "UPDATE journal SET data = CAST(replace(data, '160', '161') AS BLOB) WHERE type = 'SALE'")
    connection = sqlite3.connect(tmp_path / JOURNAL_FILE)
    held = connection.execute("SELECT seq, data FROM journal").fetchall()
    connection.close()

    async with running_agent(tmp_path) as bench:
        wish = {"person": "CASHIER-1", "pin": "1001", "reason": "support said so"}
        assert (await bench.post("/journal/new-epoch", wish)).status_code == 403
        wish = {"person": "SUPERVISOR-1", "pin": "900001", "reason": "support said so"}
        assert (await bench.post("/journal/new-epoch", {**wish, "pin": "1"})).status_code == 401
        assert (await bench.post("/journal/new-epoch", wish)).status_code == 200
        assert (await bench.post("/journal/new-epoch", wish)).json()["code"] == "not_damaged"

        view = await rows.view_of(bench.book.database, bench.book.head.epoch)
        assert view.left == epoch
        left = await rows.unacknowledged_from(bench.book.database, epoch, 1, 100)
        assert [entry.type for entry in left] == ["SALE", "PRINTED", "SALE", "PRINTED"]
        await open_store(bench, store_settings(rev=2))
        await bench.sign_in()
        assert (await bench.sell("k3")).json()["number"].endswith("-1")

    async with running_agent(tmp_path) as bench:  # what was accepted is not judged again
        assert (await bench.status())["obstacle"] is None
        entries = await rows.entries_from(bench.book.database, epoch, 1, 100)
        assert [(entry.seq, entry.data) for entry in entries] == held


async def test_a_journal_restored_from_a_copy_goes_on_in_a_new_epoch(tmp_path: Path) -> None:
    folder, copy = tmp_path / "t1", tmp_path / "copy"
    async with running_agent(folder) as bench:
        await bench.open_till()
        await bench.sell("k1")
    shutil.copytree(folder, copy)
    async with running_agent(folder) as bench:
        await bench.sign_in()
        await bench.sell("k2")
        lost = bench.book.head
    shutil.copy(copy / JOURNAL_FILE, folder / JOURNAL_FILE)

    async with running_agent(folder) as bench:
        assert bench.book.head.epoch != lost.epoch
        genesis = await rows.entry_at(bench.book.database, bench.book.head.epoch, 1)
        assert genesis is not None
        body = read_body(read_envelope(genesis.data))
        assert isinstance(body, Genesis)
        assert body.follows is not None
        assert body.follows.epoch == lost.epoch
        assert body.follows.seq < lost.seq
        assert body.till_state is not None
        assert body.till_state.status == "open"
        assert "restored" in (await bench.status())["alarms"][0]["text"]
        await bench.sign_in()
        again = (await bench.sell("k3")).json()
        assert again["number"].endswith("-1")


async def test_an_anchor_that_lags_stops_nobody(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        epoch = bench.book.head.epoch
    lines = (tmp_path / "anchor").read_text().splitlines(keepends=True)
    (tmp_path / "anchor").write_text("".join(lines[:2]) + lines[2][:9])

    async with running_agent(tmp_path) as bench:
        assert bench.book.head.epoch == epoch
        assert (await bench.status())["alarms"] == []


async def test_an_anchor_with_another_hash_is_damage(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
    noted = anchored_head(tmp_path / "anchor")
    assert noted is not None
    (tmp_path / "anchor").write_text(f"{noted.epoch} {noted.seq} {'f' * 64}\n")

    async with running_agent(tmp_path) as bench:
        assert "JOURNAL DAMAGED" in (await bench.status())["obstacle"]


def test_the_anchor_stays_small_and_keeps_its_last_head(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "anchor")
    for seq in range(1, 4000):
        anchor.note(Head("e" * 16, seq, f"{seq:064x}"))
    anchor.close()

    assert (tmp_path / "anchor").stat().st_size <= ROTATE_BYTES
    assert anchored_head(tmp_path / "anchor") == Head("e" * 16, 3999, f"{3999:064x}")


async def test_acks_are_kept_with_their_stamps_and_taken_back_exactly(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        database, epoch = bench.book.database, bench.book.head.epoch
        await acks.mark(database, MarkAcked(epoch, 2, "1" * 16, 10, single=False), "2031-05-06T12:00:00")
        await acks.mark(database, MarkAcked(epoch, 4, "1" * 16, 20, single=False), "2031-05-06T12:00:01")
        await acks.mark(database, MarkAcked(epoch, 6, "2" * 16, 3, single=True), "2031-05-06T12:00:02")
        assert await acks.stamps(database) == [("2" * 16, 3), ("1" * 16, 20)]
        assert (await rows.view_of(database, epoch)).low_seq == 5

        await acks.clear_stamps(database, ClearStamps({"1" * 16: 10}))
        assert (await rows.view_of(database, epoch)).low_seq == 3
        assert await acks.stamps(database) == [("2" * 16, 3), ("1" * 16, 10)]
        await acks.clear(database, ClearAcks(epoch, 1))
        assert (await rows.view_of(database, epoch)).low_seq == 1


async def test_a_fork_opens_a_new_epoch_and_the_old_entries_wait_as_quarantine(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await bench.sell("k1")
        old = bench.book.head
        first = await rows.entry_at(bench.book.database, old.epoch, 3)
        assert first is not None

        await bench.book.leave_epoch(LeaveEpoch("fork", old.epoch, first.head.position))
        await bench.book.leave_epoch(LeaveEpoch("fork", old.epoch, first.head.position))  # a late double

        view = await rows.view_of(bench.book.database, bench.book.head.epoch)
        assert view.left == old.epoch
        assert view.head.seq == 1
        assert view.pending == old.seq + 1
        assert (await bench.sell("k2")).json()["number"].endswith("-1")
        assert len(await rows.epochs(bench.book.database)) == 2


async def test_the_ledgers_view_of_the_till_is_taken_over_once(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        own = state_of(bench.book.memory.till, "TILL1")
        assert not await bench.book.take_state((own,))

        closed = own.model_copy(update={"status": "closed_front", "kept": own.expected, "expected": ()})
        before = bench.book.head
        assert await bench.book.take_state((closed,))
        assert not await bench.book.take_state((closed,))

        assert bench.book.head.epoch != before.epoch
        assert (await bench.sell("k1")).json()["code"] == "till_closed"
        status = (await bench.status())["till_state"]
        assert (status["status"], status["expected"]) == (
            "closed_front",
            [{"tender": "cash", "amount": 15000}],
        )


async def test_a_disk_that_is_full_saves_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        head = bench.book.head
        async with bench.book.database.reading() as connection:
            async with connection.execute("PRAGMA page_count") as cursor:
                pages = await cursor.fetchone()
            assert pages is not None
            await connection.execute(f"PRAGMA max_page_count = {pages[0]}")
        answers = [await bench.sell(f"k{number}") for number in range(80)]
        full = [answer for answer in answers if answer.status_code == 507]
        assert full
        assert "disk is full" in full[0].json()["detail"]
        sold = bench.book.memory.till.receipts

        async with bench.book.database.reading() as connection:
            await connection.execute("PRAGMA max_page_count = 1000000")
        await asyncio.sleep(0)
        assert (await bench.sell("again")).json()["number"].endswith(f"-{sold + 1}")
        entries = await rows.entries_from(bench.book.database, head.epoch, 1, 10_000)
        assert first_break(KEY, entries, after=Head(head.epoch)) is None


async def test_the_catalogue_is_in_its_own_order_after_a_restart_too(tmp_path: Path) -> None:
    backwards = tuple(sorted(GOODS.values(), key=lambda item: item.sku, reverse=True))
    async with running_agent(tmp_path) as bench:
        await bench.book.hold_catalogue(2, backwards)

    async with running_agent(tmp_path, online=False) as bench:
        assert tuple(bench.book.memory.catalogue.values()) == backwards


async def test_retained_state_survives_a_restart(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.book.hold(desired(9, business_date=None))

    async with running_agent(tmp_path, online=False) as bench:
        assert bench.book.memory.desired == desired(9, business_date=None)
        assert set(bench.book.memory.people) == {"CASHIER-1", "SUPERVISOR-1"}
        assert "COF-01" in bench.book.memory.catalogue


async def test_an_entry_is_never_written_while_the_journal_is_in_doubt(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        bench.book.broken = "the disk does not keep what is written"
        with pytest.raises(JournalBroken):
            async with bench.book.turn:
                await bench.book.write((SignedIn(person="CASHIER-1"),))
        assert bench.book.identity == IDENTITY
