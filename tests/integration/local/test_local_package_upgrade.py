"""A terminal takes a newer package that is signed, refuses any other with words, and finds its way back."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tillday_local.package_signature import KeyUnusable, public_part, read_key, sign

PROGRAM = Path(__file__).parents[3] / "deploy" / "deb" / "tillday-agent-upgrade"
pytestmark = pytest.mark.skipif(
    shutil.which("dpkg") is None or shutil.which("openssl") is None or os.geteuid() != 0,
    reason="needs dpkg and openssl, as root",
)
OURS, THEIRS = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
SCHEMA = "usr/lib/tillday-agent/terminal_agent/journal/schema.py"
CONTROL = """Package: {name}
Version: {version}
Architecture: all
Maintainer: Nobody <nobody@tillday.invalid>
Description: nothing
"""


class Terminal:
    """The files of a terminal under a folder of their own, with version 1.0 installed by hand."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "terminal"
        self.shelf = folder / "shelf"
        self.shelf.mkdir()
        for name in ("updates", "info"):
            (self.root / "var/lib/dpkg" / name).mkdir(parents=True)
        (self.root / "var/lib/dpkg/status").touch()
        by_hand = ["dpkg", f"--root={self.root}", "-i", str(self.package("1.0"))]
        subprocess.run(by_hand, check=True, capture_output=True)

    def package(
        self,
        version: str,
        *,
        signed: Ed25519PrivateKey | None = OURS,
        name: str = "tillday-agent",
        form: int = 1,
    ) -> Path:
        tree = self.shelf / f"tree-{version}"
        content = {
            "DEBIAN/control": CONTROL.format(name=name, version=version).encode(),
            SCHEMA: f"SCHEMA_VERSION: Final = {form}\n".encode(),
            "usr/share/tillday-agent/release.pub": public_part(OURS),
        }
        for path, text in content.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(text)
        target = self.shelf / f"{name}_{version}.deb"
        build = ["dpkg-deb", "-Znone", "--build", str(tree), str(target)]
        subprocess.run(build, check=True, capture_output=True)
        if signed is not None:
            sign(target, signed)
        return target

    def upgrade(self, asked: str | Path) -> subprocess.CompletedProcess[str]:
        command = ["sh", str(PROGRAM), "--root", str(self.root), str(asked)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def takes(self, asked: str | Path) -> None:
        done = self.upgrade(asked)
        assert done.returncode == 0, done.stderr

    def refuses(self, asked: str | Path, why: str) -> None:
        before = self.version
        done = self.upgrade(asked)
        assert done.returncode == 1
        assert why in done.stderr
        assert done.stderr.endswith("Nothing was changed.\n")
        assert self.version == before

    @property
    def version(self) -> str:
        known = f"--admindir={self.root}/var/lib/dpkg"
        return subprocess.check_output(
            ["dpkg-query", known, "-W", "-f", "${Version}", "tillday-agent"], text=True
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_newer_version_is_installed_where_the_trusted_key_signed_it(terminal: Terminal) -> None:
    terminal.takes(terminal.package("1.1"))
    assert terminal.version == "1.1"


def test_what_is_unsigned_changed_or_signed_by_others_is_refused(terminal: Terminal) -> None:
    terminal.refuses(terminal.package("1.1", signed=None), "is not signed")
    terminal.refuses(terminal.package("1.2", signed=THEIRS), "not made over this package")
    changed = terminal.package("1.3")
    changed.write_bytes(changed.read_bytes().replace(b"Description: nothing", b"Description: notHing"))
    terminal.refuses(changed, "not made over this package")
    terminal.refuses(terminal.package("1.4", name="another"), "another package")
    terminal.refuses(terminal.shelf / "missing.deb", "cannot be read")


def test_an_older_version_is_refused_though_it_is_signed(terminal: Terminal) -> None:
    terminal.refuses(terminal.package("0.9"), "older than the installed 1.0")


def test_the_version_before_is_kept_and_found_again(terminal: Terminal) -> None:
    terminal.refuses("--back", "No version before 1.0 is kept")
    for version in ("1.0", "1.1", "1.2"):
        terminal.takes(terminal.package(version))
    terminal.takes("--back")
    assert terminal.version == "1.1"
    assert not (terminal.root / "var/lib/tillday-packages/back").exists()
    terminal.refuses("--back", "No version before 1.1 is kept")


def test_there_is_no_way_back_past_a_new_form_of_the_journal(terminal: Terminal) -> None:
    for version, form in (("1.0", 1), ("2.0", 2)):
        terminal.takes(terminal.package(version, form=form))
    journal = terminal.root / "var/lib/tillday/journal.db"
    journal.parent.mkdir()
    connection = sqlite3.connect(journal)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    terminal.refuses("--back", "newer form than version 1.0 can open")


def test_a_terminal_without_a_key_trusts_nobody(terminal: Terminal) -> None:
    (terminal.root / "usr/share/tillday-agent/release.pub").unlink()
    terminal.refuses(terminal.package("1.1"), "trusts none")


def test_only_a_private_key_of_the_right_kind_signs(tmp_path: Path) -> None:
    file = tmp_path / "release.pem"
    with pytest.raises(KeyUnusable, match="cannot be read"):
        read_key(file)
    file.write_text("no key")
    with pytest.raises(KeyUnusable, match="openssl genpkey"):
        read_key(file)
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(generate_private_key(SECP256R1()).private_bytes(*plain))
    with pytest.raises(KeyUnusable, match="another kind"):
        read_key(file)
    file.write_bytes(OURS.private_bytes(*plain))
    assert public_part(read_key(file)) == public_part(OURS)
