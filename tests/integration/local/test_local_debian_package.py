"""The terminal agent as a Debian package: what is in it runs with the system's libraries left alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terminal_agent.journal.schema import SCHEMA_VERSION
from tillday_local.debian_package import PackageNotBuilt, build, pinned

ROOT = Path(__file__).parents[3]
needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb on this machine")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("deb"), level=1, key=Ed25519PrivateKey.generate())


def field(package: Path, name: str) -> str:
    return subprocess.check_output(["dpkg-deb", "--field", str(package), name], text=True).strip()


@needs_dpkg
def test_the_package_runs_from_its_own_libraries_alone(package: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "-x", str(package), str(tmp_path)], check=True)
    libraries = tmp_path / "usr/lib/tillday-agent"
    assert not list(libraries.rglob("*.pyc"))
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from terminal_agent.__main__ import main; main()"
    )
    # -I -S: neither this environment nor the system's packages are seen.
    command = [sys.executable, "-I", "-S", "-B", "-c", program, str(libraries), "doctor"]
    own = {"TILLDAY_AGENT_DATA": str(tmp_path / "data"), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert "enrolment" in done.stdout, done.stderr
    assert not [name for name in ("asyncpg", "faststream", "nats") if (libraries / name).exists()]


@needs_dpkg
def test_the_package_trusts_the_key_that_signed_it_and_knows_its_form_of_the_journal(
    package: Path, tmp_path: Path
) -> None:
    subprocess.run(["dpkg-deb", "-x", str(package), str(tmp_path)], check=True)
    key = str(tmp_path / "usr/share/tillday-agent/release.pub")
    asked = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", str(package)]
    subprocess.run([*asked, "-sigfile", f"{package}.sig"], check=True, capture_output=True)
    schema = tmp_path / "usr/lib/tillday-agent/terminal_agent/journal/schema.py"
    assert f"SCHEMA_VERSION: Final = {SCHEMA_VERSION}\n" in schema.read_text()


@needs_dpkg
def test_the_package_asks_for_the_interpreter_its_libraries_were_made_for(package: Path) -> None:
    minor = sys.version_info.minor
    assert f"python3 (>= 3.{minor}), python3 (<< 3.{minor + 1})" in field(package, "Depends")


@needs_dpkg
def test_settings_survive_an_upgrade_and_the_journal_survives_a_purge(package: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "-e", str(package), str(tmp_path)], check=True)
    assert (tmp_path / "conffiles").read_text() == "/etc/tillday/agent.env\n"
    for script in ("preinst", "postinst", "prerm", "postrm"):
        text = (tmp_path / script).read_text()
        subprocess.run(["sh", "-n", str(tmp_path / script)], check=True)
        assert "rm -rf /var/lib" not in text
        assert "@" not in text.replace("$@", "")


@needs_dpkg
@pytest.mark.parametrize(("installed", "code"), [("0.0.1", 0), ("99.0", 1)])
def test_an_older_version_is_not_put_over_a_newer_one(
    package: Path, tmp_path: Path, installed: str, code: int
) -> None:
    subprocess.run(["dpkg-deb", "-e", str(package), str(tmp_path)], check=True)
    done = subprocess.run(
        ["sh", str(tmp_path / "preinst"), "upgrade", installed], capture_output=True, check=False
    )
    assert done.returncode == code


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_the_unit_is_understood_and_hardened() -> None:
    unit = ROOT / "deploy/deb/tillday-agent.service"
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_a_lock_that_names_what_is_not_installed_builds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "terminal.txt"
    lock.write_text("no-such-library==1.0 \\\n    --hash=sha256:0\n")
    with pytest.raises(PackageNotBuilt, match="no-such-library"):
        list(pinned(lock))
    lock.write_text("pydantic==0.0.1 \\\n    --hash=sha256:0\n")
    with pytest.raises(PackageNotBuilt, match=r"pins 0\.0\.1"):
        list(pinned(lock))
