"""Nobody speaks to the broker without TLS, and nobody believes a broker that shows the wrong certificate."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guarded_broker import GuardedBroker, greeting_for, guarded_broker, password
from terminal_agent.link.connection import Address, Connection, LinkDown, Will
from tillday_local.broker import BrokerPorts, broker_answers
from tillday_local.certificates import Authority, broker_tls, issue, make_authority
from tillday_local.service_client import ServiceUnavailable, service_client

# paho-mqtt leaves a socket whose handshake failed to the garbage collector, which closes it and says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[GuardedBroker]:
    async with guarded_broker(tmp_path) as running:
        yield running


def link(url: str, ca: str | None) -> Connection:
    address = Address(url, "S1-T1", "S1.T1", password("S1.T1"), ca)
    return Connection(address, Will("pos/S1/T1/presence/v1", b"gone"), asyncio.Queue())


async def reason(url: str, ca: str | None) -> str | None:
    """Why a terminal does not get through; None: it does."""
    connection = link(url, ca)
    try:
        await connection.open()
    except LinkDown as down:
        return str(down)
    finally:
        await connection.close()
    return None


@asynccontextmanager
async def server_with(
    folder: Path, authority: Authority, *hosts: str, lasts: timedelta = DAY
) -> AsyncIterator[str]:
    """Somebody who shows this certificate and says nothing."""
    issued = issue(authority, hosts, at=NOW, lasts=lasts)
    certificate, key = folder / "shown.pem", folder / "shown-key.pem"
    certificate.write_text(issued.certificate)
    key.write_text(issued.key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"mqtts://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_both_of_the_brokers_doors_open_to_tls_only(broker: GuardedBroker) -> None:
    assert await broker_answers(BrokerPorts(nats=broker.nats, mqtt=broker.mqtt, monitor=0), broker.ca)

    refused = await reason(f"mqtt://127.0.0.1:{broker.mqtt}", None)
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.nats)
    greeting = await reader.readline()
    writer.write(b'CONNECT {"verbose":true,"user":"tillday","pass":"never read"}\r\nPING\r\n')
    async with asyncio.timeout(15):
        said = await reader.read()
    writer.close()

    assert refused is not None
    assert b'"tls_required":true' in greeting
    assert b"PONG" not in said


async def test_nobody_gets_in_without_a_name(broker: GuardedBroker) -> None:
    assert await greeting_for(broker, "", "") == b"-ERR 'Authorization Violation'"


def other_addresses() -> set[str]:
    """Where others reach this machine: what its name stands for, where it speaks from; nothing is sent."""
    found = set()
    with contextlib.suppress(OSError):  # a name that nobody resolves
        found |= {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    with (
        contextlib.suppress(OSError),  # no network at all
        contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as outwards,
    ):
        outwards.connect(("192.0.2.1", 9))
        found.add(outwards.getsockname()[0])
    return {str(address) for address in found if not str(address).startswith("127.")}


async def test_only_loopback_hears_of_the_broker_of_this_machine(broker: GuardedBroker) -> None:
    for address in other_addresses():
        for port in (broker.nats, broker.mqtt, broker.monitor):
            with pytest.raises(OSError), contextlib.closing(socket.socket()) as probe:  # noqa: PT011, PT012
                probe.settimeout(2)
                probe.connect((address, port))


async def test_a_terminal_gets_through_while_one_authority_replaces_the_other(broker: GuardedBroker) -> None:
    url = f"mqtts://127.0.0.1:{broker.mqtt}"
    ours, next_one = broker.ca.read_text(), make_authority("The next one", at=NOW).pem

    assert await reason(url, ours) is None
    assert await reason(url, next_one + ours) is None
    refused = await reason(url, next_one)

    assert refused is not None
    assert f"the certificate of the broker at 127.0.0.1:{broker.mqtt} is refused" in refused


async def test_a_terminal_names_a_certificate_that_has_expired(tmp_path: Path) -> None:
    authority = make_authority("Ours", at=NOW)
    async with server_with(tmp_path, authority, "127.0.0.1", lasts=timedelta(minutes=-1)) as url:
        refused = await reason(url, authority.pem)
    assert refused is not None
    assert "certificate has expired" in refused
    assert "Sales go on" in refused


async def test_a_terminal_refuses_a_certificate_of_another_machine(tmp_path: Path) -> None:
    authority = make_authority("Ours", at=NOW)
    async with server_with(tmp_path, authority, "broker.example") as url:
        refused = await reason(url, authority.pem)
    assert refused is not None
    assert "not valid for '127.0.0.1'" in refused


async def test_a_password_never_leaves_the_machine_unencrypted() -> None:
    refused = await reason("mqtt://192.0.2.1:1883", None)
    assert refused == ("the way to 192.0.2.1 is not encrypted: the broker's address must begin with mqtts://")


async def test_an_operator_is_told_what_is_wrong_with_the_certificate(
    broker: GuardedBroker, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.pem"
    stranger.write_text(make_authority("A stranger", at=NOW).pem)

    with pytest.raises(ServiceUnavailable, match="its certificate is not to be trusted"):
        async with service_client(f"tls://127.0.0.1:{broker.nats}", password("tillday"), ca=stranger):
            pass


def test_the_authority_stays_and_the_certificate_is_renewed_in_time(tmp_path: Path) -> None:
    first = broker_tls(tmp_path / "tls", at=NOW)
    kept = [path.read_text() for path in (first.authority, first.certificate, first.key)]
    again = broker_tls(tmp_path / "tls", at=NOW + 200 * DAY)
    assert [path.read_text() for path in (again.authority, again.certificate, again.key)] == kept

    later = broker_tls(tmp_path / "tls", at=NOW + 350 * DAY)

    assert later.authority.read_text() == kept[0]
    assert later.certificate.read_text() != kept[1]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "tls").iterdir())
