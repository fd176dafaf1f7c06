"""The agent's settings, from environment variables named TILLDAY_AGENT_…"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tillday_contracts.field_faults import faults_of

PREFIX = "TILLDAY_AGENT_"


class BadSettings(Exception):
    """The settings do not allow a start; the text names the variable."""


class AgentSettings(BaseSettings):
    """`data` holds enrolment, journal and token; `printer` is a serial device, or nothing for none."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data: Path
    http_port: Annotated[int, Field(ge=1, le=65535)] = 7400
    anchor: Path | None = None
    printer: Path | None = None
    printer_answers: bool = True
    paper_columns: Literal[32, 48] = 48
    person_idle_seconds: Annotated[int, Field(ge=10, le=86_400)] = 1800
    clock_file: Path | None = None
    log_format: Annotated[Literal["json", "console"], Field(validation_alias="TILLDAY_LOG_FORMAT")] = "json"

    @property
    def anchor_file(self) -> Path:
        """Where the anchor is: best on another partition than the journal."""
        return self.anchor or self.data / "anchor"


def read_settings() -> AgentSettings:
    """Read the environment. Raises BadSettings."""
    try:
        return AgentSettings()  # type: ignore[call-arg]  # the environment gives the arguments
    except ValidationError as error:
        fault = faults_of(error.errors())[0]
        name = fault.where.upper() if fault.where.startswith("TILLDAY_") else f"{PREFIX}{fault.where.upper()}"
        raise BadSettings(f"{replace(fault, where=name).said()}. Set it and start again.") from None
