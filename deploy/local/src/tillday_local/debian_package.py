"""`tillday deb`: the terminal agent as a Debian package, from this source tree and this environment.

The libraries are those of the running environment, whose versions the terminal's lock pins; the package
depends on the interpreter's version that they were made for.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terminal_agent import __version__
from tillday_local.package_signature import public_part, sign

NAME: Final = "tillday-agent"
_LIBRARIES: Final = Path("usr/lib/tillday-agent")
_DOCS: Final = Path(f"usr/share/doc/{NAME}")
_OWN: Final = (
    "contracts/src/tillday_contracts",
    "ui_kit/src/tillday_ui_kit",
    "terminal_agent/src/terminal_agent",
)
_PINNED: Final = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<condition>\s*;[^\\\n]*)?", re.M
)
_PLACES: Final[Mapping[str, tuple[str, int]]] = {
    "tillday-agent": ("usr/bin/tillday-agent", 0o755),
    "tillday-agent-upgrade": ("usr/sbin/tillday-agent-upgrade", 0o755),
    "tillday-agent.service": ("lib/systemd/system/tillday-agent.service", 0o644),
    "60-tillday-agent.rules": ("lib/udev/rules.d/60-tillday-agent.rules", 0o644),
    "sysusers.conf": ("usr/lib/sysusers.d/tillday-agent.conf", 0o644),
    "agent.env": ("etc/tillday/agent.env", 0o644),
    "kiosk/tillday-kiosk.service": ("usr/share/tillday-agent/kiosk/tillday-kiosk.service", 0o644),
    "kiosk/screens": ("usr/share/tillday-agent/kiosk/screens", 0o755),
}
_AUTHORS: Final = "The Tillday authors <authors@tillday.invalid>"
_NEEDS: Final = "libusb-1.0-0, adduser, libc6, openssl"
_TRUSTED: Final = Path("usr/share/tillday-agent/release.pub")
_SCRIPTS: Final = ("preinst", "postinst", "prerm", "postrm")
_CONFIGURATION: Final = "/etc/tillday/agent.env\n"


class PackageNotBuilt(Exception):
    """There is no package; the text says what is missing."""


def build(root: Path, folder: Path, *, level: int = 9, key: Ed25519PrivateKey | None = None) -> Path:
    """Build the package into `folder` and return its path; `level`: 1 packs fast, 9 small. With a key it is
    signed, and trusts that key for the version after it.

    Raises PackageNotBuilt.
    """
    if shutil.which("dpkg-deb") is None:
        raise PackageNotBuilt("dpkg-deb is not installed: build on Debian or Ubuntu")
    architecture = _ask("dpkg", "--print-architecture")
    target = folder / f"{NAME}_{__version__}_{architecture}.deb"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tillday-deb-") as room:
        tree = Path(room) / "tree"
        _lay_out(root, tree)
        if key is not None:
            (tree / _TRUSTED).write_bytes(public_part(key))
            (tree / _TRUSTED).chmod(0o644)
        _describe(root, tree, architecture)
        packing = ("-Zgzip", f"-z{level}")
        _ask("dpkg-deb", "--root-owner-group", *packing, "--build", str(tree), str(target))
    if key is not None:
        sign(target, key)
    return target


def _lay_out(root: Path, tree: Path) -> None:
    sources = root / "deploy" / "deb"
    for name, (place, mode) in _PLACES.items():
        _put(sources / name, tree / place, mode)
    for source in _OWN:
        _copy_package(root / source, tree / _LIBRARIES / Path(source).name)
    for library in pinned(root / "locks" / "terminal.txt"):
        _copy_distribution(library, tree / _LIBRARIES)
    _document(root, tree / _DOCS)
    for path in (tree, *tree.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)  # whatever the umask of the builder


def _document(root: Path, docs: Path) -> None:
    _put(root / "docs" / "terminal.md", docs / "terminal.md", 0o644)
    _put(root / "deploy" / "deb" / "copyright", docs / "copyright", 0o644)
    _put(root / "CHANGELOG.md", docs / "CHANGELOG.md", 0o644)
    released = formatdate(float(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    entry = (
        f"{NAME} ({__version__}) stable; urgency=medium\n\n"
        f"  * See CHANGELOG.md.\n\n -- {_AUTHORS}  {released}\n"
    )
    with gzip.GzipFile(docs / "changelog.gz", "wb", mtime=0) as file:
        file.write(entry.encode())


def pinned(lock: Path) -> Iterator[Distribution]:
    """Yield the lock's distributions that this platform needs. Raises PackageNotBuilt."""
    for match in _PINNED.finditer(lock.read_text(encoding="utf-8")):
        try:
            found = distribution(match["name"])
        except PackageNotFoundError:
            if match["condition"]:
                continue  # another platform's
            raise PackageNotBuilt(
                f"{match['name']} of {lock} is not installed here: run ./tillday once"
            ) from None
        if found.version != match["version"]:
            raise PackageNotBuilt(f"{match['name']} is {found.version} here, {lock} pins {match['version']}")
        yield found


def _copy_package(source: Path, target: Path) -> None:
    for file in sorted(source.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            _put(file, target / file.relative_to(source), 0o644)


def _copy_distribution(found: Distribution, libraries: Path) -> None:
    for file in found.files or ():
        if file.parts[0] == ".." or "__pycache__" in file.parts:
            continue  # commands and what is compiled again at the installation
        _put(Path(str(found.locate_file(file))), libraries / file, 0o644)


def _put(source: Path, target: Path, mode: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def _describe(root: Path, tree: Path, architecture: str) -> None:
    control = tree / "DEBIAN"
    control.mkdir()
    control.chmod(0o755)
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    major, minor = sys.version_info[:2]
    (control / "control").write_text(
        f"Package: {NAME}\n"
        f"Version: {__version__}\n"
        f"Architecture: {architecture}\n"
        f"Maintainer: {_AUTHORS}\n"
        f"Installed-Size: {size}\n"
        f"Depends: python3 (>= {major}.{minor}), python3 (<< {major}.{minor + 1}), {_NEEDS}\n"
        "Recommends: udev\n"
        "Suggests: cage, chromium\n"
        "Section: misc\n"
        "Priority: optional\n"
        "Description: till at a point of sale, with its printer and drawer\n"
        " Opens, counts and closes the till of a terminal, sells without any network,\n"
        " prints receipts and loses no sale. Its journal lies in /var/lib/tillday and\n"
        " survives upgrades and removal.\n",
        encoding="utf-8",
    )
    (control / "conffiles").write_text(_CONFIGURATION, encoding="ascii")
    for name in _SCRIPTS:
        text = (root / "deploy" / "deb" / name).read_text(encoding="utf-8")
        (control / name).write_text(text.replace("@VERSION@", __version__), encoding="utf-8")
        (control / name).chmod(0o755)


def _ask(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageNotBuilt(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout.strip()
