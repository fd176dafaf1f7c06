"""Terminals before the broker's door: who is let in, for what, and who is thrown out."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guarded_broker import Terminal, as_service, greeting_for
from integration.store_service.door_world import DoorWorld, door_world, eventually, nonce
from integration.store_service.store_world import command
from servers import FreshDatabase, Postgres
from store_service.messaging import door
from terminal_agent.enrolment import NotEnrolled, held_keys, with_former_keys
from terminal_agent.link import enrolling
from terminal_agent.link.enrolling import redeem
from tillday_contracts.enrolment import EnrolmentBundle, HeldKeys
from tillday_contracts.identity_messages import KeysCompromised, RevokeTerminal
from tillday_contracts.messages import Done, Refused
from tillday_contracts.streams import JOURNAL_STREAM

OTHERS_WORDS = (
    "pos/S1/T6/ack/v1",
    "pos/S1/T6/reply/v1",
    "pos/S1/T6/desired/v1",
    "pos/S1/T6/journal/v1",
    "pos/+/+/ack/v1",
    "pos/S2/settings/v1",
    "pos/#",
    "#",
    "enrol/#",
    "$JS/API/#",
    "$MQTT/#",
    "$SYS/#",
    "_INBOX/#",
    "tillday/#",
)


REVOKED_WHILE_NOBODY_HEARD = """
    UPDATE store.terminal_credential SET ended_at = now(), ended_why = 'revoked' WHERE terminal = $1
"""


@pytest.fixture
async def world(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[DoorWorld]:
    monkeypatch.setattr(enrolling, "PAUSE_SECONDS", 0.05)
    async with door_world(fresh_database, tmp_path) as made:
        yield made


async def refused(world: DoorWorld, bundle: EnrolmentBundle, **other: str) -> bool:
    return (await world.knock(bundle, **other)).refusal is not None


async def test_a_code_enrols_one_terminal_once_and_its_secrets_stay_secret(world: DoorWorld) -> None:
    code = await world.code("T5")
    attempt, invitation = nonce(), world.invitation(code)
    first = await redeem(invitation, attempt)
    again = await redeem(invitation, attempt)

    with pytest.raises(NotEnrolled, match="not valid any more"):
        await redeem(invitation, nonce())
    with pytest.raises(NotEnrolled, match="refuses this terminal"):
        await redeem(world.invitation("0" * 22), nonce())

    assert (first.terminal, first.key_id, first.journal_key) == ("T5", again.key_id, again.journal_key)
    assert await refused(world, first)
    assert (await world.knock(again)).refusal is None

    tables = await world.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'store'")
    kept = [str(await world.rows(f"SELECT t::text FROM store.{row[0]} AS t")) for row in tables]
    kept.append(world.broker.log.read_text())
    for secret in (code, code.replace("-", ""), first.mqtt_password, again.mqtt_password):
        assert not any(secret in text for text in kept)


async def test_a_code_ends_with_time_with_guesses_and_with_the_next_code(world: DoorWorld) -> None:
    old = await world.code("T5")
    code = await world.code("T5")
    with pytest.raises(NotEnrolled):
        await redeem(world.invitation(old), nonce())
    head, _, _ = code.partition("-")
    for _ in range(2):
        with pytest.raises(NotEnrolled):
            await redeem(world.invitation(head + "-ZZZZ-ZZZZ-ZZZZ-ZZZZ"), nonce())
    with pytest.raises(NotEnrolled):
        await redeem(world.invitation(code), nonce())

    refusal = await world.operator.refused(
        command(RevokeTerminal, store="S1", terminal="T9", reason="There is none")
    )
    assert isinstance(refusal, Refused)
    assert refusal.code == "unknown_terminal"


async def test_a_terminal_reaches_nothing_of_another(world: DoorWorld) -> None:
    service = await as_service(world.broker, "till_service")
    t5, t6 = await world.knock(await world.enrol("T5")), await world.knock(await world.enrol("T6"))
    assert await asyncio.to_thread(t6.subscribe, "pos/S1/T6/ack/v1") == 0

    granted = [await asyncio.to_thread(t5.subscribe, words) for words in OTHERS_WORDS]
    for kind in ("journal", "hello", "presence", "desired", "ack", "reply"):
        await asyncio.to_thread(t5.publish, f"pos/S1/T6/{kind}/v1", b"forged", retain=kind == "desired")
    await asyncio.to_thread(t5.publish, "pos/S1/settings/v1", b"forged", retain=True)
    await asyncio.to_thread(t5.publish, "pos/S1/T5/journal/v1", b"own")

    async def taken() -> dict[str, int]:
        info = await service.jetstream().stream_info(JOURNAL_STREAM.name, subjects_filter=">")
        return info.state.subjects or {}

    async def has_taken() -> bool:
        return bool(await taken())

    await eventually(has_taken)  # what it forged was said before, on the same connection
    retained = Terminal(world.broker, "S1.T1")
    await asyncio.to_thread(retained.subscribe, "pos/S1/settings/v1")
    await service.publish("pos.S1.T6.ack.v1", b"for T6 alone")
    await eventually(lambda: _is(bool(t6.heard)))
    retained.close()
    arrived = await taken()
    await service.close()

    assert granted == [0x80] * len(OTHERS_WORDS)
    assert arrived == {"pos.S1.T5.journal.v1": 1}
    assert t6.heard == [("pos/S1/T6/ack/v1", b"for T6 alone")]
    assert not [payload for _, payload in (*retained.heard, *t5.heard) if payload == b"forged"]
    said = world.broker.log.read_text()
    assert 'Publish Violation - Subject "pos.S1.T6.journal.v1"' in said
    assert 'Subscription Violation - Subject "pos.S1.T6.ack.v1"' in said


async def _is(value: bool) -> bool:
    return value


async def test_who_is_not_the_terminal_stays_outside_and_is_reported_also_without_a_database(
    world: DoorWorld, postgres: Postgres
) -> None:
    bundle = await world.enrol("T5")
    assert (await world.knock(bundle)).refusal is None
    name = world.database.name
    admin = await postgres.admin()
    await admin.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)

    assert (await world.knock(bundle)).refusal is None
    nobody = await asyncio.to_thread(Terminal, world.broker, "", secret="")
    assert nobody.refusal is not None, "who gives no name"
    nobody.close()
    assert await refused(world, bundle, client_id="S1-T6")
    assert await refused(world, bundle, secret="0" * 64)
    assert b"Authorization Violation" in await greeting_for(world.broker, "S1.T5", bundle.mqtt_password)

    await admin.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    await admin.close()

    async def reported() -> bool:
        told = " ".join(await world.misuses())
        return all(kind in told for kind in ("wrong_client_id", "wrong_secret", "wrong_door"))

    await eventually(reported)


async def test_a_revoked_terminal_is_thrown_out_at_once_whichever_replica_it_asks(
    world: DoorWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "RELOAD_SECONDS", 1.0)
    await world.replica("two")
    stolen, other = await world.enrol("T-7"), await world.enrol("T6")
    thief, neighbour = await world.knock(stolen), await world.knock(other)
    assert (thief.refusal, neighbour.refusal) == (None, None)

    began = time.monotonic()
    asked = command(RevokeTerminal, store="S1", terminal="T-7", reason="It was stolen")
    await world.operator.ask(asked, Done)
    await eventually(lambda: _is(bool(thief.lost_at)))

    assert thief.lost_at[0] - began < 5
    assert [await refused(world, stolen) for _ in range(6)] == [True] * 6
    assert neighbour.lost_at == []
    assert "ended_credential" in " ".join(await world.misuses()) or await _soon_reported(world)

    await world.rows(REVOKED_WHILE_NOBODY_HEARD, "T6")
    await eventually(lambda: _is(bool(neighbour.lost_at)))
    assert [await refused(world, other) for _ in range(6)] == [True] * 6


async def _soon_reported(world: DoorWorld) -> bool:
    async def reported() -> bool:
        return "ended_credential" in " ".join(await world.misuses())

    await eventually(reported)
    return True


async def test_a_rotation_leaves_no_moment_without_a_valid_credential(world: DoorWorld) -> None:
    old = await world.enrol("T5")
    new = await world.enrol("T5", rotate=True)

    assert (new.key_id, new.journal_key) != (old.key_id, old.journal_key)
    assert new.pepper == old.pepper
    assert (await world.knock(old)).refusal is None
    assert (await world.knock(new)).refusal is None

    async def old_is_worthless() -> bool:
        return await refused(world, old)

    await eventually(old_is_worthless)
    assert (await world.knock(new)).refusal is None
    assert not new.compromised, "the old key may finish what it began"
    assert await world.told("keys_compromised") == []

    # The database goes back to before the rotation: the terminal tells what it holds when it is let in again.
    await world.rows("DELETE FROM store.terminal_key")
    ignorant = await world.enrol("T5")
    held = held_keys(with_former_keys(new, old))
    told = await redeem(world.invitation(await world.code("T5")), nonce(), held)
    third = await redeem(world.invitation(await world.code("T5", rotate=True)), nonce(), held)

    assert ignorant.key_id == old.key_id, "the control: nobody told"
    assert (told.key_id, told.journal_key) == (new.key_id, new.journal_key)
    kept = await world.rows("SELECT key_id FROM store.terminal_key ORDER BY made_at")
    assert [key["key_id"] for key in kept] == [new.key_id, third.key_id]


async def test_a_compromised_terminal_has_no_credential_until_it_redeems_its_code(world: DoorWorld) -> None:
    old = await world.enrol("T5")
    (people,) = await world.rows("SELECT people_rev FROM store.store")
    code = await world.code("T5", compromised=True)
    assert await refused(world, old)
    (told,) = await world.told("keys_compromised")
    assert KeysCompromised.model_validate_json(told).key_ids == (old.key_id,)

    new = await redeem(world.invitation(code), nonce())

    assert new.compromised
    assert new.key_id != old.key_id
    assert new.pepper != old.pepper
    assert (await world.knock(new)).refusal is None
    (afterwards,) = await world.rows("SELECT people_rev FROM store.store")
    assert afterwards["people_rev"] > people["people_rev"], "PINs are fetched anew for the new pepper"

    await world.code("T5", compromised=True)  # nobody redeems it
    third = await world.enrol("T5")
    assert third.compromised
    assert third.key_id not in (old.key_id, new.key_id), "a key that was given up is never given again"
    assert (await world.enrol("T5")).key_id == third.key_id, "the control: this one is nobody else's"

    doubtful = HeldKeys(store="S1", terminal="T5", keys={"e" * 16: "ab" * 32})
    fourth = await redeem(world.invitation(await world.code("T5")), nonce(), doubtful)
    assert fourth.key_id not in (third.key_id, "e" * 16)
    assert set(fourth.given_up) == {old.key_id, new.key_id, "e" * 16}
    assert any("e" * 16 in told for told in await world.told("keys_compromised"))
