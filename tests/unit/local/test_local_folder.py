import stat
from pathlib import Path

import pytest

from tillday_local.folder import DataFolder, FolderUnusable, replace_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_second_system_on_one_folder_is_refused(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path / "data"), DataFolder(tmp_path / "data")
    first.claim()

    with pytest.raises(FolderUnusable, match="another Tillday runs on"):
        second.claim()

    first.release()
    second.claim()
    second.release()


def test_a_folder_with_other_things_in_it_is_never_taken_nor_emptied(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")

    with pytest.raises(FolderUnusable, match="holds other things"):
        DataFolder(tmp_path).claim(fresh=True)

    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "dear"


def test_beginning_anew_forgets_everything_but_the_claim(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.claim()
    secret = folder.secret("broker-tillday")
    folder.release()

    folder.claim(fresh=True)

    assert folder.secret("broker-tillday") != secret
    folder.release()


def test_beginning_anew_does_not_touch_a_folder_in_use(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.claim()
    secret = folder.secret("broker-tillday")

    with pytest.raises(FolderUnusable):
        DataFolder(tmp_path / "data").claim(fresh=True)

    assert folder.secret("broker-tillday") == secret
    folder.release()


def test_a_secret_is_256_bits_kept_where_only_its_owner_reads(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.claim()

    secret = folder.secret("broker-till_service")

    assert len(bytes.fromhex(secret)) == 32
    assert folder.secret("broker-till_service") == secret
    assert mode(folder.secrets / "broker-till_service") == 0o600
    assert mode(folder.secrets) == mode(folder.logs) == mode(folder.broker) == 0o700
    folder.release()


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FolderUnusable, match=r"cannot use .*file/data: not a directory\. Choose another"):
        DataFolder(tmp_path / "file" / "data").claim()


def test_a_private_file_is_private_although_the_former_one_was_not(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text("{}", encoding="utf-8")
    path.chmod(0o644)

    replace_private(path, "secret")

    assert (path.read_text(encoding="utf-8"), mode(path)) == ("secret", 0o600)


def test_what_a_part_is_handed_lies_in_files_for_their_owner_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.claim()
    folder.hand("till_service", {"nats_password": "former"})

    handed = folder.hand("till_service", {"nats_password": "secret"})

    assert (handed / "tillday_nats_password").read_text(encoding="utf-8") == "secret"
    assert (mode(handed), mode(handed / "tillday_nats_password")) == (0o700, 0o600)
    folder.release()
