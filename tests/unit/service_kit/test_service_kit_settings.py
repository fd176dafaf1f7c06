"""Settings come from the environment or from secret files, and say what is wrong with them."""

from pathlib import Path

import pytest

from service_kit.settings import ServiceSettings, SettingsRefused, describe, load

RIGHT = {
    "TILLDAY_NATS_URL": "nats://127.0.0.1:4222",
    "TILLDAY_NATS_USER": "till_service",
    "TILLDAY_NATS_PASSWORD": "broker word",
    "TILLDAY_DATABASE_URL": "postgresql://till_service@127.0.0.1:5432/tillday",
    "TILLDAY_DATABASE_PASSWORD": "database word",
}


@pytest.fixture(autouse=True)
def right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TILLDAY_SECRETS_DIR", raising=False)


def test_settings_come_from_the_environment() -> None:
    assert load(ServiceSettings).nats_user == "till_service"


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TILLDAY_NATS_PASSWORD")
    (tmp_path / "tillday_nats_password").write_text("from the file\n")
    monkeypatch.setenv("TILLDAY_SECRETS_DIR", str(tmp_path))

    assert load(ServiceSettings).nats_password.get_secret_value() == "from the file"


def test_a_missing_variable_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TILLDAY_NATS_URL")

    with pytest.raises(SettingsRefused, match=r"TILLDAY_NATS_URL is not set: set it to broker"):
        load(ServiceSettings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TILLDAY_NATS_URL", "http://127.0.0.1"),
        ("TILLDAY_DATABASE_URL", "mysql://x"),
        ("TILLDAY_HTTP_PORT", "70000"),
        ("TILLDAY_INSTANCE", "a name with spaces"),
        ("TILLDAY_LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsRefused, match=f"{variable} cannot be used"):
        load(ServiceSettings)


def test_a_missing_folder_of_secrets_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TILLDAY_SECRETS_DIR", str(tmp_path / "nowhere"))

    with pytest.raises(SettingsRefused, match="TILLDAY_SECRETS_DIR"):
        load(ServiceSettings)


def test_a_description_shows_origins_and_hides_secrets() -> None:
    described = {each.variable: each for each in describe(load(ServiceSettings))}

    assert described["TILLDAY_NATS_URL"].origin == "environment"
    assert described["TILLDAY_HTTP_HOST"].origin == "default"
    assert described["TILLDAY_NATS_PASSWORD"].value == "********"
    assert "word" not in str([each.value for each in described.values()])


def test_every_replica_has_a_name_of_its_own() -> None:
    assert load(ServiceSettings).instance != load(ServiceSettings).instance
