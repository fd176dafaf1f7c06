"""Ask the services something over the broker, as an operator does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import nats
from nats.aio.client import Client
from nats.errors import MaxPayloadError, NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from pydantic import BaseModel, ValidationError

from tillday_contracts.field_faults import faults_of
from tillday_contracts.messages import Command, Done, Failed, Question, Refused, sendable

Answer = TypeVar("Answer", bound=Done)
OPERATOR: Final = "tillday"
CONNECT_SECONDS: Final = 5.0


class ServiceUnavailable(Exception):
    """Nobody answered, or the answer makes no sense; the text says what to do."""


class CommandRefused(Exception):
    """The service knows the command and its rules forbid it; `refusal` is its answer."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


class _Outcome(BaseModel):
    outcome: str


class ServiceClient:
    """Request/reply with the services, one connection."""

    def __init__(self, connection: Client) -> None:
        self._connection = connection

    async def ask(
        self, message: Command | Question, expect: type[Answer], *, timeout: float = 15.0
    ) -> Answer:
        """Send a command or question and return its answer.

        Raises CommandRefused for a refusal and ServiceUnavailable where nobody answers within `timeout`
        seconds or the service failed.
        """
        data = await self._request(message, timeout)
        try:
            match _Outcome.model_validate_json(data).outcome:
                case "refused":
                    raise CommandRefused(Refused.model_validate_json(data))
                case "failed":
                    failed = Failed.model_validate_json(data)
                    raise ServiceUnavailable(f"{failed.text} (reference {failed.reference})")
                case _:
                    return expect.model_validate_json(data)
        except ValidationError as error:
            raise ServiceUnavailable(
                f"the answer to {message.subject} is of another version, update this program: "
                f"{readable(error)}"
            ) from None

    async def _request(self, message: Command | Question, timeout: float) -> bytes:
        service = message.subject.split(".")[1] + "_service"
        try:
            reply = await self._connection.request(message.subject, sendable(message), timeout=timeout)
        except MaxPayloadError:
            most = self._connection.max_payload
            raise ServiceUnavailable(f"the request is too long: the broker takes {most} bytes") from None
        except NoRespondersError:
            raise ServiceUnavailable(f"{service} does not run; start it and try again") from None
        except (NatsTimeoutError, TimeoutError):
            raise ServiceUnavailable(
                f"{service} did not answer within {timeout:g} s; look at its log and try again"
            ) from None
        return reply.data


@asynccontextmanager
async def service_client(
    url: str, password: str, *, user: str = OPERATOR, ca: Path | None = None
) -> AsyncIterator[ServiceClient]:
    """Connect as an operator; raises ServiceUnavailable when the broker is away or refuses the password.

    `ca` is the authority to trust at a tls:// address; None: what this machine trusts anyway.
    """
    troubles: list[Exception] = []

    async def remember(error: Exception) -> None:
        # Told below, or by the next request that fails; nats-py alone would write a traceback per attempt.
        troubles[:] = [error]

    connecting = nats.connect(
        url,
        user=user,
        password=password,
        name=f"{user}-cli",
        inbox_prefix=f"_INBOX.{user}".encode(),
        connect_timeout=2,
        allow_reconnect=True,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.3,
        error_cb=remember,
        **_encrypted(url, ca),
    )
    try:
        # The client itself would try for ever, with a wrong password too.
        connection = await asyncio.wait_for(connecting, CONNECT_SECONDS)
    except (OSError, nats.errors.Error, TimeoutError) as error:
        raise ServiceUnavailable(
            f"the broker at {url} does not let us in ({_reason([*troubles, error])}); is the system running?"
        ) from None
    try:
        yield ServiceClient(connection)
    finally:
        await connection.close()


def _encrypted(url: str, ca: Path | None) -> dict[str, Any]:
    if not url.startswith("tls://"):
        return {}
    try:
        context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    except (OSError, ssl.SSLError):
        raise ServiceUnavailable(
            f"{ca} holds no certificate to trust; name it with TILLDAY_BROKER_CA"
        ) from None
    return {"tls": context, "tls_handshake_first": True}


def _reason(errors: list[Exception]) -> str:
    if any(isinstance(error, ConnectionRefusedError) for error in errors):
        return "nothing listens there"
    untrusted = [error for error in errors if isinstance(error, ssl.SSLCertVerificationError)]
    if untrusted:
        return f"its certificate is not to be trusted: {untrusted[0].verify_message}"
    if any("Authorization" in str(error) for error in errors):
        return "it refuses the password"
    told = (getattr(error, "strerror", None) or str(error) for error in errors)
    return next((reason for reason in told if reason), "no answer")


def readable(error: ValidationError) -> str:
    """Return what is wrong with a message, one sentence per field."""
    return "; ".join(fault.said() for fault in faults_of(error.errors()))
