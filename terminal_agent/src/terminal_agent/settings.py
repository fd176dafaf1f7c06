"""The agent's settings: environment variables named TILLDAY_AGENT_…, else the installation's file of them."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from terminal_agent.hardware.addresses import PrinterAddress, printer_address
from tillday_contracts.field_faults import faults_of

PREFIX = "TILLDAY_AGENT_"
INSTALLED_FILE = Path("/etc/tillday/agent.env")


class BadSettings(Exception):
    """The settings do not allow a start; the text names the variable."""


def _address(value: object) -> object:
    return (printer_address(value) if value else None) if isinstance(value, str) else value


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdigit() else value


class AgentSettings(BaseSettings):
    """`data` holds enrolment, journal and token; `printer` says where the printer is, nothing means none.

    `drawer_sensor`: the level of the drawer's pin that means open, as `drawer calibrate` found it.
    `keep_days`: how long an acknowledged entry stays at least; it must be archived, too.
    `screens`: whether a browser needs the one-time address, or is let in at once (for trying out).
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data: Path
    http_port: Annotated[int, Field(ge=1, le=65535)] = 7400
    anchor: Path | None = None
    printer: Annotated[PrinterAddress | None, BeforeValidator(_address)] = None
    printer_answers: bool = True
    paper_columns: Annotated[Literal[32, 48], BeforeValidator(_number)] = 48
    logo: Path | None = None
    drawer_pin: Annotated[Literal[2, 5], BeforeValidator(_number)] = 2
    drawer_pulse_ms: Annotated[int, Field(ge=50, le=500)] = 100
    drawer_sensor: Literal["none", "high", "low"] = "none"
    drawer_alarm_seconds: Annotated[int, Field(ge=5, le=3600)] = 60
    person_idle_seconds: Annotated[int, Field(ge=10, le=86_400)] = 1800
    keep_days: Annotated[int, Field(ge=30, le=3650)] = 90
    lock_seconds: Annotated[int, Field(ge=10, le=86_400)] = 180
    screens: Literal["key", "open"] = "key"
    clock_file: Path | None = None
    log_format: Annotated[Literal["json", "console"], Field(validation_alias="TILLDAY_LOG_FORMAT")] = "json"

    @property
    def drawer_open_level(self) -> bool | None:
        """The level that means open, None without a sensor."""
        return None if self.drawer_sensor == "none" else self.drawer_sensor == "high"

    @property
    def anchor_file(self) -> Path:
        """Where the anchor is: best on another partition than the journal."""
        return self.anchor or self.data / "anchor"


def settings_file() -> Path | None:
    """Return the file that is read: the installation's, where the environment names no data folder."""
    named = f"{PREFIX}DATA" in os.environ
    return None if named or not INSTALLED_FILE.exists() else INSTALLED_FILE


def variable_of(name: str) -> str:
    """Return the name of a setting's variable."""
    alias = AgentSettings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{name.upper()}"


def read_settings() -> AgentSettings:
    """Read environment and file. Raises BadSettings, OSError."""
    try:
        return AgentSettings(_env_file=settings_file())  # type: ignore[call-arg]  # they give the arguments
    except ValidationError as error:
        fault = faults_of(error.errors())[0]
        name = fault.where.upper() if fault.where.startswith("TILLDAY_") else f"{PREFIX}{fault.where.upper()}"
        raise BadSettings(f"{replace(fault, where=name).said()}. Set it and start again.") from None
