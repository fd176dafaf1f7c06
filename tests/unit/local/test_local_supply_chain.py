"""What a release is made of is listed, and no secret is in the repository."""

from pathlib import Path

import pytest

from tillday_local.locks import PINNED
from tillday_local.sbom import bill_of, document, locked, vendored
from tillday_local.secret_scan import findings, look_through

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / "locks" / "run.txt").read_text(encoding="utf-8")


def test_the_bill_names_every_locked_package_the_servers_and_what_pages_load() -> None:
    bill = bill_of(ROOT, "0.1.0")

    named = {one["purl"].rpartition("@")[0]: one for one in bill["components"]}
    packages = [name for name in named if name.startswith("pkg:pypi/")]
    assert len(packages) == len(PINNED.findall(LOCK)) > 50
    assert all(named[name]["hashes"] for name in packages)
    assert named["pkg:golang/github.com/nats-io/nats-server/v2"]["version"] >= "2.15.1"
    assert named["pkg:generic/postgresql"]["version"]
    assert {"pkg:npm/htmx.org", "pkg:npm/%40alpinejs/csp"} <= set(named)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert set(bill["dependencies"][0]["dependsOn"]) == {one["bom-ref"] for one in bill["components"]}


def test_the_same_parts_make_the_same_bill_and_another_version_another() -> None:
    parts = locked("a==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\nb==2.0 ; python_version < '3.12'\n")

    assert [(part.name, part.version, len(part.hashes)) for part in parts] == [
        ("a", "1.0", 1),
        ("b", "2.0", 0),
    ]
    assert document("1", parts) == document("1", reversed(parts))
    assert document("1", parts)["serialNumber"] != document("1", parts[:1])["serialNumber"]
    assert vendored("| what | version | licence | where from |\n|---|---|---|---|\n") == []


# Put together here, so that the check does not find its own test.
PLANTED = {
    "a private key": "-----BEGIN " + "EC PRIVATE KEY-----",
    "an nkey seed": 'seed = "S' + "U" + "A" * 56 + '"',
    "a token of a code host": "gh" + "p_" + "a1" * 18,
    "a cloud's key": "AK" + "IA" + "1234567890ABCDEF",
    "a password in an address": "postgresql://tillday:" + "hunter2hunter@10.0.0.1/tillday",
    "a secret with a name": "pass" + "word: " + "0f" * 16,
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_secret_that_somebody_commits_is_found_with_its_line_and_not_repeated(what: str) -> None:
    (found,) = findings("notes.txt", f"one\n{PLANTED[what]}\n")

    assert (found.line, found.what) == (2, what)
    assert PLANTED[what] not in str(found)


def test_what_is_no_secret_may_say_so_and_pictures_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "excused.txt").write_text(f"{PLANTED['a private key']} no secret: an example\n")
    (tmp_path / "picture.png").write_bytes(b"\0" + PLANTED["a private key"].encode())
    (tmp_path / "found.txt").write_text(PLANTED["a private key"])

    found = look_through(tmp_path, ["excused.txt", "picture.png", "found.txt", "gone.txt"])

    assert [one.path for one in found] == ["found.txt"]
