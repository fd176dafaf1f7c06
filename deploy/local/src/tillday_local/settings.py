"""What the launcher takes from the environment. Everything has a default: the demo needs no settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class LauncherSettings(BaseSettings):
    """Variables with the prefix TILLDAY_."""

    model_config = SettingsConfigDict(
        env_prefix="TILLDAY_", extra="ignore", frozen=True, env_ignore_empty=True
    )

    root: Annotated[Path, Field(description="the folder that .tillday lies in")] = Path()
    nats_url: Annotated[str | None, Field(description="a broker of your own, tls://host:4222")] = None
    mqtt_url: Annotated[str | None, Field(description="its MQTT listener, mqtts://host:8883")] = None
    broker_ca: Annotated[
        Path | None, Field(description="a file with the authority of its certificate, PEM")
    ] = None
    database_admin_url: Annotated[
        str | None, Field(description="a PostgreSQL of your own, postgresql://user@host:5432/postgres")
    ] = None
    database_admin_password: Annotated[SecretStr | None, Field(description="the password of that user")] = (
        None
    )

    mfa: Annotated[
        Literal["required", "optional"],
        Field(description="whether everybody at the back office needs an authenticator for grave decisions"),
    ] = "optional"

    @property
    def home(self) -> Path:
        """Where Tillday keeps what it makes."""
        return self.root.absolute() / ".tillday"

    @property
    def demo_folder(self) -> Path:
        """The demo's data folder unless another is named."""
        return self.home / "demo"
