"""What the broker asks about somebody at its door, and our signed answers, in its own form of JWT."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store_service.domain.admission import Admitted, Knock
from tillday_contracts.broker_keys import account_name

UNLIMITED: Final = -1
MQTT_ONLY: Final = ["MQTT"]


class Unreadable(ValueError):
    """Not a question of a broker."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A broker's question: who knocks, and to whom the answer is addressed."""

    knock: Knock
    server_id: str
    user_key: str


def read_question(token: bytes) -> Asked:
    """Read a question. Only the broker itself can send one: its account lets nobody else publish there."""
    try:
        claims = json.loads(_decoded(token.split(b".")[1]))["nats"]
        client, options = claims["client_info"], claims["connect_opts"]
        knock = Knock(
            user=str(options.get("user", "")),
            secret=str(options.get("pass", "")),
            client_id=str(client.get("mqtt_id", "")),
            door=str(client.get("type", "")),
            host=str(client.get("host", ""))[:60],
        )
        return Asked(knock, str(claims["server_id"]["id"]), str(claims["user_nkey"]))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Unreadable(f"not a broker's question: {type(error).__name__}") from None


class Signer:
    """Signs answers with the key that the broker was told of; `account` is where everybody meets."""

    def __init__(self, seed: bytes, account: str) -> None:
        self._account = account
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.name = account_name(self._key.public_key().public_bytes_raw())

    def admit(self, asked: Asked, admitted: Admitted, *, at: datetime, token_id: str) -> bytes:
        """Let somebody in for the words that were decided."""
        user = {
            "type": "user",
            "version": 2,
            "pub": {"allow": list(admitted.publish)},
            "sub": {"allow": list(admitted.subscribe)},
            "allowed_connection_types": MQTT_ONLY,
            # The form wants these three. The broker heeds its own limits alone for whom it asked us about.
            **dict.fromkeys(("subs", "data", "payload"), UNLIMITED),
        }
        claims = {"sub": asked.user_key, "aud": self._account, "name": admitted.name, "nats": user}
        return self._answer(asked, {"jwt": self._signed(claims, at, token_id)}, at, token_id)

    def turn_away(self, asked: Asked, *, at: datetime, token_id: str) -> bytes:
        """Let somebody stand outside; the reason stays with us."""
        return self._answer(asked, {"error": "not admitted"}, at, token_id)

    def _answer(self, asked: Asked, content: dict[str, Any], at: datetime, token_id: str) -> bytes:
        answer = {"type": "authorization_response", "version": 2, **content}
        claims = {"sub": asked.user_key, "aud": asked.server_id, "nats": answer}
        return self._signed(claims, at, token_id).encode("ascii")

    def _signed(self, claims: dict[str, Any], at: datetime, token_id: str) -> str:
        full = {**claims, "iss": self.name, "iat": int(at.timestamp()), "jti": token_id}
        parts = f"{_encoded({'typ': 'JWT', 'alg': 'ed25519-nkey'})}.{_encoded(full)}"
        return f"{parts}.{_plain(self._key.sign(parts.encode('ascii')))}"


def _encoded(content: dict[str, Any]) -> str:
    return _plain(json.dumps(content, separators=(",", ":")).encode())


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
