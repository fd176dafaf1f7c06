"""Say something to the broker as a terminal does, right or wrong."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tillday_contracts.enrolment import EnrolmentBundle
from tillday_contracts.topics import TerminalAddress
from tillday_local.grants import terminal_user
from tillday_local.system import LocalSystem


def _password(system: LocalSystem, address: TerminalAddress) -> str:
    if address in system.plan.guests:
        return system.guest_password(address)
    bundle = EnrolmentBundle.model_validate_json(system.enrolment(address).read_bytes())
    return bundle.mqtt_password


def publish_as(system: LocalSystem, address: TerminalAddress, kind: Any, payload: bytes) -> bool:
    """Publish on a terminal's own topic as that terminal; False when the broker hangs up on it."""
    place = urlsplit(system.mqtt_url)
    assert place.hostname
    client = Client(CallbackAPIVersion.VERSION2, client_id=address.client_id)
    client.username_pw_set(terminal_user(address), _password(system, address))
    settled, taken = threading.Event(), threading.Event()

    def say(*_: Any) -> None:
        client.publish(address.topic(kind), payload, qos=1)

    def note(*_: Any) -> None:
        taken.set()
        settled.set()

    def end(*_: Any) -> None:
        settled.set()

    client.on_connect, client.on_publish, client.on_disconnect = say, note, end
    client.tls_set(str(system.broker_ca))
    client.connect(place.hostname, place.port or 8883)
    client.loop_start()
    try:
        assert settled.wait(10), "the broker neither took it nor hung up"
        return taken.is_set()
    finally:
        client.on_disconnect = None
        client.disconnect()
        client.loop_stop()
