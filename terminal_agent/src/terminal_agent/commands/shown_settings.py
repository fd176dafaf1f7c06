"""The settings as they hold, and where each comes from. No secret is among them."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terminal_agent.settings import AgentSettings, settings_file, variable_of


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """A setting by the name of its variable."""

    name: str
    value: str
    origin: str


def shown_settings(settings: AgentSettings) -> list[ShownSetting]:
    """Return every setting with its origin: the environment, the settings file, or the default."""
    file = settings_file()
    return [
        ShownSetting(variable_of(name), _said(getattr(settings, name)), _origin(name, settings, file))
        for name in AgentSettings.model_fields
    ]


def _origin(name: str, settings: AgentSettings, file: Path | None) -> str:
    if variable_of(name) in os.environ:
        return "environment"
    return str(file) if name in settings.model_fields_set and file is not None else "default"


def _said(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
