"""A certificate for the broker and the authority that signs it, made for one machine alone."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tillday_contracts.broker_keys import account_name
from tillday_local.folder import replace_private

HOSTS: Final = ("127.0.0.1", "localhost")
AUTHORITY_LASTS: Final = timedelta(days=3650)
CERTIFICATE_LASTS: Final = timedelta(days=397)
RENEW_BEFORE: Final = timedelta(days=90)
# A machine whose clock is a little slow must not find the certificate invalid.
BACKDATED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs. Whoever holds `key` can pretend to be the broker."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """The certificate that others trust."""
        return _pem(self.certificate)


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed certificate and its private key, both PEM."""

    certificate: str
    key: str


@dataclass(frozen=True, slots=True)
class BrokerTls:
    """Where the broker finds its certificate and key, and others the authority to trust."""

    authority: Path
    certificate: Path
    key: Path


def make_authority(name: str, *, at: datetime, lasts: timedelta = AUTHORITY_LASTS) -> Authority:
    """Return a new authority that may sign servers and nothing below them."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        _draft(subject, subject, key, at=at, lasts=lasts)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(made, key)


def issue(
    authority: Authority, hosts: Iterable[str], *, at: datetime, lasts: timedelta = CERTIFICATE_LASTS
) -> Issued:
    """Return a server's certificate for these names and addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.subject
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    made = (
        _draft(_name("Tillday broker"), issuer, key, at=at, lasts=lasts)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(signer, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Issued(_pem(made), _key_pem(key))


def broker_tls(folder: Path, *, at: datetime) -> BrokerTls:
    """Return the broker's files in this folder: made where they are missing, renewed before they expire.

    The authority stays the same as long as it lasts, for terminals have pinned it.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    files = BrokerTls(folder / "ca.pem", folder / "broker.pem", folder / "broker-key.pem")
    authority = _kept_authority(files.authority, folder / "ca-key.pem", at)
    if not _is_good(files, authority, at):
        issued = issue(authority, HOSTS, at=at)
        replace_private(files.key, issued.key)
        replace_private(files.certificate, issued.certificate)
    return files


def issuer_of(seed: bytes) -> str:
    """Return the public key of a signing key (32 bytes) as the broker names it."""
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return account_name(public.public_bytes_raw())


def client_context(authority: Path) -> ssl.SSLContext:
    """Return what trusts this authority and no other, and checks the server's name."""
    return ssl.create_default_context(cafile=str(authority))


def _kept_authority(certificate: Path, key: Path, at: datetime) -> Authority:
    try:
        held = x509.load_pem_x509_certificate(certificate.read_bytes())
        secret = serialization.load_pem_private_key(key.read_bytes(), None)
    except (FileNotFoundError, ValueError):
        held, secret = None, None
    lasts = held is not None and held.not_valid_after_utc - at > CERTIFICATE_LASTS
    if held is not None and lasts and isinstance(secret, ec.EllipticCurvePrivateKey):
        return Authority(held, secret)
    made = make_authority("Tillday on this machine", at=at)
    replace_private(key, _key_pem(made.key))
    replace_private(certificate, made.pem)
    return made


def _is_good(files: BrokerTls, authority: Authority, at: datetime) -> bool:
    try:
        held = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        held.verify_directly_issued_by(authority.certificate)
    except Exception:
        # Missing, torn, or of another authority: whatever it is, a new one is made.
        return False
    return files.key.exists() and held.not_valid_after_utc - at > RENEW_BEFORE


def _draft(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, at: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATED)
        .not_valid_after(at + lasts)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
