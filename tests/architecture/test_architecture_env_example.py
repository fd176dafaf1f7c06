"""`.env.example` names every setting, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from backoffice_service.settings import OfficeSettings
from service_kit.settings import ServiceSettings
from store_service.settings import StoreSettings
from terminal_agent.settings import AgentSettings
from till_service.settings import TillSettings
from tillday_local.settings import LauncherSettings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
KINDS: tuple[type[BaseSettings], ...] = (
    ServiceSettings,
    StoreSettings,
    TillSettings,
    OfficeSettings,
    AgentSettings,
    LauncherSettings,
)
# Read from the environment without a settings class.
OTHERS = {
    "TILLDAY_SECRETS_DIR",
    "TILLDAY_STORE_SERVICE_PASSWORD",
    "TILLDAY_TILL_SERVICE_PASSWORD",
    "TILLDAY_REPORT_SERVICE_PASSWORD",
}


def variables(kind: type[BaseSettings]) -> set[str]:
    prefix = str(kind.model_config["env_prefix"])
    return {
        field.validation_alias if isinstance(field.validation_alias, str) else f"{prefix}{name}".upper()
        for name, field in kind.model_fields.items()
    }


def named() -> set[str]:
    return set(re.findall(r"^(?:# )?(TILLDAY_[A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_in_the_example(kind: type[BaseSettings]) -> None:
    assert variables(kind) - named() == set()


def test_the_example_names_nothing_that_is_not_read() -> None:
    assert named() - OTHERS - {name for kind in KINDS for name in variables(kind)} == set()
