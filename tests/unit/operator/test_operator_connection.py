"""Finding a running system by ready-file, environment or data folder; what is said when there is none."""

import json
from pathlib import Path
from typing import Any

import pytest

from tillday_local.operator.asking import Where
from tillday_local.operator.connection import (
    SystemNotFound,
    find_broker_login,
    find_terminal,
    keep_person_session,
    person_session_file,
)

SECRET = "f" * 64


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NATS_URL", "NATS_USER", "NATS_PASSWORD", "SECRETS_DIR"):
        monkeypatch.delenv(f"TILLDAY_{name}", raising=False)
    monkeypatch.setenv("TILLDAY_ROOT", str(tmp_path))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / ".tillday" / "demo"
    (folder / "secrets").mkdir(parents=True)
    (folder / "secrets" / "broker-tillday").write_text(SECRET)
    (folder / "ports.json").write_text(
        json.dumps({"nats": 4001, "terminal-T2": 4003, "terminal-T1": 4002, "database": 4004})
    )
    return folder


def test_the_demo_is_asked_unless_another_system_is_named(data: Path) -> None:
    login = find_broker_login(Where())
    assert (login.url, login.user, login.password) == ("tls://127.0.0.1:4001", "tillday", SECRET)
    assert login.ca == data / "broker" / "tls" / "ca.pem"


def test_the_environment_names_a_system_of_ones_own(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLDAY_NATS_URL", "nats://broker:4222")
    monkeypatch.setenv("TILLDAY_NATS_USER", "clerk")
    monkeypatch.setenv("TILLDAY_NATS_PASSWORD", "word")
    login = find_broker_login(Where())
    assert (login.url, login.user, login.password) == ("nats://broker:4222", "clerk", "word")


def test_the_password_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tillday_nats_password").write_text("from a file")
    monkeypatch.setenv("TILLDAY_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("TILLDAY_NATS_URL", "nats://broker:4222")
    assert find_broker_login(Where()).password == "from a file"


def test_a_demo_on_a_broker_of_ones_own_keeps_the_password_in_its_folder(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLDAY_NATS_URL", "nats://broker:4222")
    login = find_broker_login(Where())
    assert (login.url, login.password) == ("nats://broker:4222", SECRET)


def test_a_ready_file_goes_before_everything_else(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLDAY_NATS_URL", "nats://broker:4222")
    monkeypatch.setenv("TILLDAY_NATS_PASSWORD", "word")
    ready = tmp_path / "ready.json"
    ready.write_text(json.dumps({"nats": "nats://tillday:secret@127.0.0.1:4999"}))  # no secret: made up
    login = find_broker_login(Where(ready_file=ready))
    assert (login.url, login.password) == ("nats://127.0.0.1:4999", "secret")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"nats": "nats://127.0.0.1:1"}', "{broken"])
def test_a_file_that_is_no_ready_file_is_named(tmp_path: Path, content: str | None) -> None:
    ready = tmp_path / "ready.json"
    if content is not None:
        ready.write_text(content)
    with pytest.raises(SystemNotFound, match="ready"):
        find_broker_login(Where(ready_file=ready))


def test_where_no_system_has_run_the_command_that_helps_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(SystemNotFound, match=r"\./tillday demo"):
        find_broker_login(Where())
    assert list(tmp_path.iterdir()) == []


async def test_the_first_terminal_is_meant_unless_another_is_named(data: Path) -> None:
    for asked, found, port in ((None, "T1", 4002), ("T2", "T2", 4003)):
        code, client = find_terminal(Where(), asked)
        await client.close()
        assert (code, client.url) == (found, f"http://127.0.0.1:{port}")


def test_a_terminal_that_does_not_exist_is_refused_with_those_that_do(data: Path) -> None:
    with pytest.raises(SystemNotFound, match="T1, T2"):
        find_terminal(Where(), "T9")


async def test_who_signed_in_is_remembered_for_the_next_command_by_this_user_alone(data: Path) -> None:
    folder = Where().folder
    keep_person_session(folder, "T1", "session of Cashier 1")
    assert person_session_file(folder, "T1").stat().st_mode & 0o777 == 0o600
    clients: list[Any] = [find_terminal(Where(), code)[1] for code in ("T1", "T2")]
    assert [client.person_session for client in clients] == ["session of Cashier 1", None]

    keep_person_session(folder, "T1", None)
    clients.append(find_terminal(Where(), "T1")[1])
    assert clients[-1].person_session is None
    for client in clients:
        await client.close()
