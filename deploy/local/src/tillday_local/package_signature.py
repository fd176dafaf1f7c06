"""The signature of a package: Ed25519 over its bytes, in a file beside it, for tillday-agent-upgrade."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


class KeyUnusable(Exception):
    """Nothing can be signed with it; the text says why and how to make one."""


_HOW = "make one: openssl genpkey -algorithm ed25519 -out release.pem"


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the private key of a PEM file. Raises KeyUnusable."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, TypeError):
        raise KeyUnusable(f"{path} holds no private key without a password; {_HOW}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} holds a key of another kind than Ed25519; {_HOW}")
    return key


def public_part(key: Ed25519PrivateKey) -> bytes:
    """Return what a terminal checks signatures with, as PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign(package: Path, key: Ed25519PrivateKey) -> Path:
    """Write the signature beside the package and return its path."""
    signature = package.with_name(f"{package.name}.sig")
    signature.write_bytes(key.sign(package.read_bytes()))
    return signature
