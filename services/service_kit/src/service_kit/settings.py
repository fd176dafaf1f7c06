"""Settings of a service: environment variables with one prefix; secrets may stand in files."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as SourceError

from tillday_contracts.field_faults import FieldFault, faults_of

PREFIX: Final = "TILLDAY_"
SECRETS_DIR: Final = "TILLDAY_SECRETS_DIR"
HIDDEN: Final = "********"

Settings = TypeVar("Settings", bound="BaseSettings")


class SettingsRefused(Exception):
    """The settings cannot be used; the text names each variable and what to do."""


def _replica_name() -> str:
    return f"replica-{secrets.token_hex(4)}"


class ServiceSettings(BaseSettings):
    """What every service needs. A service adds its own fields in a subclass."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    nats_url: str = Field(description="broker, for example tls://127.0.0.1:4222")
    nats_user: str = Field(description="user name of this service at the broker")
    nats_password: SecretStr = Field(description="password of that user")
    mqtt_url: str | None = Field(default=None, description="MQTT side of the broker, mqtts://127.0.0.1:8883")
    broker_ca: Path | None = Field(
        default=None, description="a file with the authorities to trust at the broker, PEM"
    )
    stream_replicas: Annotated[int, Field(ge=1, le=5)] = Field(
        default=1,
        description="how many brokers of a cluster hold each stream, 1 to 5; 3 in a cluster of three",
    )
    inbox_days: Annotated[int, Field(ge=7, le=3650)] = Field(
        default=30, description="how many days answers to commands are remembered, 7 to 3650"
    )
    database_url: str = Field(description="postgresql://user@host:port/database, without a password")
    database_password: SecretStr | None = Field(default=None, description="password of the database user")
    http_host: str = Field(default="127.0.0.1", description="address of health and metrics")
    http_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=0, description="a port (health, metrics)"
    )
    clock_file: Path | None = Field(
        default=None, description="the clock of a day that is played again; unset: the machine's"
    )
    log_format: Literal["json", "console"] = Field(default="json", description="json or console")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug to error"
    )
    instance: str = Field(
        default_factory=_replica_name,
        pattern=r"^[A-Za-z0-9_-]{1,40}$",
        description="name of this replica: letters, digits, - and _",
    )

    @field_validator("nats_url")
    @classmethod
    def _is_nats(cls, value: str) -> str:
        return _with_scheme(value, ("nats://", "tls://"))

    @field_validator("mqtt_url")
    @classmethod
    def _is_mqtt(cls, value: str | None) -> str | None:
        return None if value is None else _with_scheme(value, ("mqtt://", "mqtts://"))

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str) -> str:
        return _with_scheme(value, ("postgresql://", "postgres://"))


def _with_scheme(value: str, schemes: tuple[str, ...]) -> str:
    if value.startswith(schemes):
        return value
    raise ValueError(f"must begin with {' or '.join(schemes)}")


def load(kind: type[Settings], environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingsRefused with one line per wrong variable."""
    folder = (os.environ if environment is None else environment).get(SECRETS_DIR)
    if folder and not Path(folder).is_dir():
        raise SettingsRefused(f"{SECRETS_DIR} names {folder}, which is no folder: create it or unset it")
    try:
        return kind(_secrets_dir=folder) if folder else kind()
    except ValidationError as error:
        raise SettingsRefused("\n".join(_remedies(kind, error))) from None
    except SourceError as error:
        raise SettingsRefused(f"the settings cannot be read: {error}") from None


def _remedies(kind: type[BaseSettings], error: ValidationError) -> list[str]:
    return [_remedy(kind, fault) for fault in faults_of(error.errors())]


def _remedy(kind: type[BaseSettings], fault: FieldFault) -> str:
    field = fault.where.partition(".")[0]
    variable = f"{PREFIX}{field.removeprefix(PREFIX.lower()).upper()}"
    known = kind.model_fields.get(field)
    meaning = known.description if known is not None and known.description else "see .env.example"
    if fault.is_missing:
        return f"{variable} is not set: set it to {meaning}"
    return f"{variable} cannot be used: it {fault.what} (expected: {meaning})"


@dataclass(frozen=True)
class Described:
    """One setting as a person may see it."""

    variable: str
    value: str
    origin: Literal["environment", "secret file", "default"]


def describe(settings: BaseSettings) -> list[Described]:
    """Every setting with its origin; secrets are hidden."""
    folder = os.environ.get(SECRETS_DIR)
    return [_described(settings, field, folder) for field in type(settings).model_fields]


def _described(settings: BaseSettings, field: str, folder: str | None) -> Described:
    variable = f"{PREFIX}{field.upper()}"
    value = getattr(settings, field)
    shown = HIDDEN if isinstance(value, SecretStr) else str(value)
    return Described(variable, shown, _origin(variable, folder))


def _origin(variable: str, folder: str | None) -> Literal["environment", "secret file", "default"]:
    if variable in os.environ:
        return "environment"
    if folder and (Path(folder) / variable.lower()).is_file():
        return "secret file"
    return "default"
