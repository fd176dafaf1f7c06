"""How the broker writes down the public key of who signs its admissions."""

import base64
import binascii
from typing import Final

KEY_BYTES: Final = 32
_ACCOUNT: Final = b"\x00"


def account_name(public_key: bytes) -> str:
    """Return an Ed25519 public key (32 bytes) as the broker names an account: base 32 with a checksum."""
    if len(public_key) != KEY_BYTES:
        raise ValueError(f"a public key has {KEY_BYTES} bytes, not {len(public_key)}")
    body = _ACCOUNT + public_key
    checksum = binascii.crc_hqx(body, 0).to_bytes(2, "little")
    return base64.b32encode(body + checksum).rstrip(b"=").decode("ascii")
