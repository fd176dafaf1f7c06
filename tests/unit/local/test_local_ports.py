import json
import socket
from pathlib import Path

import pytest

from tillday_local.ports import PortTaken, free_port, is_free, settle


def test_ports_are_chosen_once_and_kept(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"

    first = settle(kept, ("nats", "mqtt"), {})

    assert settle(kept, ("nats", "mqtt"), {}) == first
    assert len(set(first.values())) == 2


def test_a_kept_port_that_is_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        kept.write_text(json.dumps({"nats": taken}), encoding="utf-8")

        assert settle(kept, ("nats",), {})["nats"] != taken


def test_a_port_asked_for_by_name_that_is_taken_is_refused_with_another_choice(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        with pytest.raises(PortTaken, match=rf"port {taken} for nats is taken .* --port nats=\d+"):
            settle(tmp_path / "ports.json", ("nats",), {"nats": taken})


def test_a_port_asked_for_by_name_is_used_and_kept(tmp_path: Path) -> None:
    kept, wanted = tmp_path / "ports.json", free_port()

    assert settle(kept, ("nats",), {"nats": wanted})["nats"] == wanted
    assert settle(kept, ("nats",), {})["nats"] == wanted


def test_a_port_asked_for_by_name_is_taken_from_who_had_it(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    former = settle(kept, ("nats", "mqtt"), {})

    ports = settle(kept, ("nats", "mqtt"), {"mqtt": former["nats"]})

    assert ports["mqtt"] == former["nats"] != ports["nats"]


def test_ports_lie_below_what_the_system_hands_out_to_outgoing_connections() -> None:
    assert all(20_000 <= free_port() <= 32_000 for _ in range(20))


def test_a_port_file_of_nonsense_is_no_obstacle(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    kept.write_text("[1, 2", encoding="utf-8")

    assert is_free(settle(kept, ("nats",), {})["nats"])
