"""Turning a PIN into what is kept of it: argon2id, in a thread, because it is slow on purpose."""

import asyncio
import hmac
from collections.abc import Callable
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from store_service.domain.people import PinCost, StoredPin

SALT_BYTES: Final = 16
VALUE_BYTES: Final = 32


class PinHasher:
    """Makes the kept form of new PINs at one cost."""

    def __init__(self, cost: PinCost, random_bytes: Callable[[int], bytes]) -> None:
        self._cost = cost
        self._random_bytes = random_bytes

    async def keep(self, pin: str, before: StoredPin | None) -> StoredPin:
        """Return what is kept of a PIN; the same PIN at the same cost stays as it is kept already."""
        if before is not None and before.cost == self._cost:
            again = await asyncio.to_thread(_value, pin, before.salt, before.cost)
            if hmac.compare_digest(again, before.value):
                return before
        salt = self._random_bytes(SALT_BYTES)
        return StoredPin(salt, await asyncio.to_thread(_value, pin, salt, self._cost), self._cost)


def _value(pin: str, salt: bytes, cost: PinCost) -> bytes:
    return hash_secret_raw(
        pin.encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=VALUE_BYTES,
        type=Type.ID,
    )
