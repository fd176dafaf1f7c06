"""What is derived from the one secret of the back office: a key to seal with and one to sign with."""

from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES: Final = 12


class SealBroken(Exception):
    """It was sealed with another secret, or for somebody else."""


class Keys:
    """Seals what authenticators share with us, and signs the heads of the audit trail."""

    def __init__(self, secret: bytes) -> None:
        self._sealing = AESGCM(_derived(secret, b"tillday authenticators"))
        self._signing = Ed25519PrivateKey.from_private_bytes(_derived(secret, b"tillday audit heads"))

    @property
    def public(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return self._signing.public_key().public_bytes_raw()

    def seal(self, plain: bytes, whose: str, nonce: bytes) -> bytes:
        """Return what only `open` with the same secret and person turns back. A nonce is used once."""
        return nonce + self._sealing.encrypt(nonce, plain, whose.encode())

    def open(self, sealed: bytes, whose: str) -> bytes:
        """Return what was sealed. Raises SealBroken."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._sealing.decrypt(nonce, rest, whose.encode())
        except InvalidTag:
            raise SealBroken(f"the authenticator of {whose} was set up under another secret") from None

    def sign(self, told: bytes) -> bytes:
        """Return our signature."""
        return self._signing.sign(told)


def is_signed(told: bytes, signature: bytes, public: bytes) -> bool:
    """Whether the holder of the secret behind a public key signed this."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, told)
    except (InvalidSignature, ValueError):
        return False
    return True


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
