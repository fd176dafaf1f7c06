"""Back-off, cancelling, delivery counters, dead-letter digests, positions."""

import asyncio
import contextlib
import itertools
from datetime import timedelta

import pytest

from service_kit.backoff import Backoff, cancel, finish, together
from service_kit.consumer import delay_after, delivery_of
from service_kit.deadletters import DeadLetter
from service_kit.migrate import MigrationRefused, read_migrations, schema_of
from service_kit.relay import Producer, must_renew


def test_delays_grow_to_a_limit_and_are_shortened_by_at_most_half() -> None:
    longest = list(itertools.islice(Backoff(0.1, 1.0, jitter=lambda: 0.0).delays(), 6))
    shortest = list(itertools.islice(Backoff(0.1, 1.0, jitter=lambda: 1.0).delays(), 6))

    assert longest == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    assert shortest == [delay / 2 for delay in longest]


def test_a_message_that_fails_again_and_again_comes_back_ever_more_rarely() -> None:
    assert delay_after(1) <= 0.25
    assert 15.0 <= delay_after(30) <= 30.0


def test_the_delivery_counter_is_read_from_both_forms_of_reply() -> None:
    assert delivery_of("$JS.ACK.POS_JOURNAL.till_service.3.120.7.1763755200000000000.0") == (3, 120)
    assert delivery_of("$JS.ACK.hub.ACC.POS_JOURNAL.till_service.3.120.7.1763755200000000000.0.rnd") == (
        3,
        120,
    )


def test_the_same_bytes_on_another_subject_are_another_letter() -> None:
    one, two = DeadLetter("a.b", b"x", "why"), DeadLetter("a.c", b"x", "why")

    assert one.digest != two.digest
    assert one.digest == DeadLetter("a.b", b"x", "another reason").digest


def test_a_timeline_is_renewed_when_the_database_went_back() -> None:
    stored = Producer(timeline=5, position=40)

    assert must_renew(stored, Producer(5, 80))
    assert not must_renew(stored, Producer(5, 40))
    assert not must_renew(stored, Producer(4, 80))
    assert not must_renew(stored, None)


def test_a_package_name_that_could_escape_into_sql_is_refused() -> None:
    with pytest.raises(MigrationRefused):
        read_migrations('till"; DROP SCHEMA till')


def test_an_unknown_package_is_named() -> None:
    with pytest.raises(MigrationRefused, match="no_such_service"):
        read_migrations("no_such_service")


def test_the_schema_is_the_services_word() -> None:
    assert schema_of("till_service") == "till"


async def test_work_that_has_begun_is_finished_before_a_cancellation_takes_effect() -> None:
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(timedelta(milliseconds=50).total_seconds())
        done.append("committed")

    task = asyncio.create_task(finish(work()))
    await asyncio.sleep(0.01)
    await cancel(task)

    assert done == ["committed"]
    assert task.cancelled()


async def test_a_cancellation_that_a_library_swallowed_is_repeated() -> None:
    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)

    await asyncio.wait_for(cancel(task), 5)

    assert task.done()


async def deaf_once() -> None:
    """Loses one cancellation, as `asyncio.wait_for` of Python 3.11 may."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(60)
    await asyncio.sleep(60)


async def test_works_that_run_together_end_though_one_lost_the_cancellation() -> None:
    task = asyncio.create_task(together(deaf_once(), asyncio.sleep(60)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    await asyncio.wait_for(cancel(task), 10)

    assert task.cancelled()


async def test_control_a_task_group_waits_for_a_work_that_lost_the_cancellation() -> None:
    works: list[asyncio.Task[None]] = []

    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            works.append(tasks.create_task(deaf_once()))

    task = asyncio.create_task(group())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for _ in range(2):
        task.cancel()
        await asyncio.wait([task], timeout=0.1)

    assert not task.done()
    works[0].cancel()
    await asyncio.wait([task])


async def test_the_first_failure_ends_works_that_run_together_and_is_raised() -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("waits")

    async def fails() -> None:
        await asyncio.sleep(0.01)
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError, match="gone"):
        await together(waits(), fails())

    assert ended == ["waits"]
