"""How a browser becomes the terminal's screen: by an address that works once, as a cookie from then on."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from terminal_agent.enrolment import write_private

ADDRESS_FILE: Final = "screen-address"
COOKIE: Final = "tillday-screen"
_ID_CHARACTERS: Final = 32


@dataclass(frozen=True, slots=True)
class Threshold:
    """What the entrance stands on: the terminal's address, its secret, its folder, and the way it is open."""

    port: int
    secret: str
    folder: Path
    open_to_all: bool = False


class Entrance:
    """Lets browsers in. A cookie holds its own proof, so that a restart of the agent locks nobody out."""

    def __init__(self, threshold: Threshold, random_bytes: Callable[[int], bytes]) -> None:
        self._threshold = threshold
        self._random_bytes = random_bytes
        self._key = ""

    def renew(self) -> None:
        """Write a fresh one-time address; the former one works no longer."""
        self._key = self._random_bytes(24).hex()
        address = f"http://127.0.0.1:{self._threshold.port}/screens/enter?key={self._key}\n"
        write_private(self._threshold.folder / ADDRESS_FILE, address)

    def enter(self, key: str) -> str | None:
        """Return the cookie of a new screen where the one-time key is right, None where it is not."""
        if not self._key or not hmac.compare_digest(key.encode(), self._key.encode()):
            return None
        self.renew()
        return self.cookie()

    @property
    def is_open(self) -> bool:
        """Whether any browser of this machine is let in."""
        return self._threshold.open_to_all

    def cookie(self) -> str:
        """Return a cookie that names a new screen."""
        name = self._random_bytes(_ID_CHARACTERS // 2).hex()
        return f"{name}.{self._proof(name)}"

    def screen_of(self, cookie: str) -> str | None:
        """Return the screen that a cookie names, None where nobody here gave it."""
        name, _, proof = cookie.partition(".")
        return name if hmac.compare_digest(proof.encode(), self._proof(name).encode()) else None

    def _proof(self, name: str) -> str:
        return hmac.new(self._threshold.secret.encode(), f"screen {name}".encode(), sha256).hexdigest()
