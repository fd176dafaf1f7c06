import re
from pathlib import Path

import bcrypt
import pytest

from tillday_contracts.topics import TerminalAddress
from tillday_local.broker import (
    BrokerPorts,
    BrokerSetUp,
    BrokerUnusable,
    broker_configuration,
    check_version,
    password_hash,
)
from tillday_local.certificates import BrokerTls
from tillday_local.grants import DOOR, SERVICE_GRANTS, STORE_SERVICE, TILL_SERVICE, Grant, terminal_grant

TERMINALS = tuple(terminal_grant(TerminalAddress("S1", f"T{n}")) for n in (1, 2))


def configuration(*grants: Grant) -> str:
    return broker_configuration(
        BrokerSetUp(
            ports=BrokerPorts(nats=4222, mqtt=8883, monitor=8222),
            store=Path("/data/jetstream"),
            tls=BrokerTls(Path("/data/ca.pem"), Path("/data/broker.pem"), Path("/data/broker-key.pem")),
            grants=grants,
            hashes={grant.user: "$2a$04$hash" for grant in (*grants, DOOR)},
            issuer="AISSUER",
        )
    )


def test_what_is_not_granted_is_refused_because_there_are_only_allow_lists() -> None:
    text = configuration(*SERVICE_GRANTS, *TERMINALS)

    assert "deny" not in text
    assert "no_auth_user" not in text
    assert text.count("publish: {allow:") == text.count("subscribe: {allow:") == len(SERVICE_GRANTS) + 3


def test_nobody_may_say_or_hear_everything() -> None:
    for grant in (*SERVICE_GRANTS, *TERMINALS):
        for subject in (*grant.publish, *grant.subscribe):
            assert not re.match(r"^(\*|>|pos\.>|tillday\.>|\$JS\.>|\$JS\.API\.>|\$SYS|\$MQTT)", subject), (
                subject
            )
            assert subject.split(".")[0] in ("pos", "enrol", "tillday", "$JS", "_INBOX"), subject


def test_a_terminal_speaks_and_hears_under_its_own_words_only() -> None:
    grant = TERMINALS[0]

    assert set(grant.publish) == {
        "pos.S1.T1.journal.v1",
        "pos.S1.T1.hello.v1",
        "pos.S1.T1.presence.v1",
        "pos.S1.T1.ask.flash.v1",
        "pos.S1.T1.ask.till_totals.v1",
        "pos.S1.T1.ask.catalogue.v1",
        "pos.S1.T1.ask.people.v1",
    }
    assert set(grant.subscribe) == {
        "pos.S1.T1.ack.v1",
        "pos.S1.T1.reply.v1",
        "pos.S1.T1.desired.v1",
        "pos.S1.settings.v1",
    }
    assert grant.connections == ("MQTT",)


@pytest.mark.parametrize(
    ("subject", "owner"),
    [
        ("pos.*.*.ack.v1", TILL_SERVICE),
        ("pos.*.*.desired.v1", STORE_SERVICE),
        ("pos.*.settings.v1", STORE_SERVICE),
        ("tillday.event.till.>", TILL_SERVICE),
        ("tillday.event.store.>", STORE_SERVICE),
    ],
)
def test_each_word_down_to_the_terminals_has_one_owner(subject: str, owner: Grant) -> None:
    assert [grant.user for grant in SERVICE_GRANTS if subject in grant.publish] == [owner.user]


def test_every_listener_is_on_loopback() -> None:
    text = configuration(*SERVICE_GRANTS)

    listeners = re.findall(r'^\s*(?:listen|http): "([^"]+)"$', text, re.MULTILINE)
    assert sorted(listeners) == ["127.0.0.1:4222", "127.0.0.1:8222", "127.0.0.1:8883"]


def test_the_server_name_is_quoted_and_messages_are_bounded() -> None:
    text = configuration()

    assert 'server_name: "tillday-local"' in text
    assert "max_payload: 524288" in text
    assert "max_connections: 4096" in text
    assert "max_subscriptions: 256" in text
    assert "max_file_store: 17179869184" in text
    assert "max_memory_store: 268435456" in text
    assert "max_streams: 16" in text
    assert "max_consumers: 20000" in text


def test_the_configuration_holds_hashes_that_the_broker_recognises() -> None:
    hashed = password_hash("secret")

    assert hashed.startswith("$2a$")
    assert bcrypt.checkpw(b"secret", hashed.encode())


@pytest.mark.parametrize("said", ["nats-server: v2.15.0", "nats-server: v1.99.9", "something else"])
def test_a_broker_below_the_floor_is_refused(tmp_path: Path, said: str) -> None:
    program = tmp_path / "nats-server"
    program.write_text(f"#!/bin/sh\necho '{said}'\n", encoding="utf-8")
    program.chmod(0o755)

    with pytest.raises(BrokerUnusable, match=r"Tillday needs nats-server 2\.15\.1 or newer"):
        check_version(program)


def test_a_broker_at_the_floor_is_taken(tmp_path: Path) -> None:
    program = tmp_path / "nats-server"
    program.write_text("#!/bin/sh\necho 'nats-server: v2.15.1'\n", encoding="utf-8")
    program.chmod(0o755)

    assert check_version(program) == (2, 15, 1)
