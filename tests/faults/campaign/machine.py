"""What this machine lets a campaign try: root, loop devices, small file systems, network name spaces."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

Need = Literal["root", "power cuts", "small disks", "network name spaces", "other languages"]
SHUTDOWN: Final = 0x8004587D
"""FS_IOC_SHUTDOWN of Linux: the file system ends at once."""
WITHOUT_LOG_FLUSH: Final = 2
IMAGE_MEGABYTES: Final = 96


def run(*command: str) -> None:
    """Run a program of the system; raises CalledProcessError with what it said."""
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def missing() -> dict[Need, str]:
    """Return what cannot be tried here, and why."""
    if os.geteuid() != 0:
        return dict.fromkeys(_PROBES, "needs root") | {"root": "needs root"}
    return {need: why for need, probe in _PROBES.items() if (why := _why_not(probe)) is not None}


def _why_not(probe: "type[Probe]") -> str | None:
    folder = Path(tempfile.mkdtemp(prefix="tillday-probe-"))
    try:
        probe.try_in(folder)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        return f"{said.decode(errors='replace').strip() or error}".splitlines()[0][:100]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


class Probe:
    """Tries one thing in an empty folder; raises where it does not work."""

    @staticmethod
    def try_in(folder: Path) -> None:
        raise NotImplementedError


class _PowerCuts(Probe):
    @staticmethod
    def try_in(folder: Path) -> None:
        with power_disk(folder) as disk:
            disk.cut()
            disk.restore()


class _SmallDisks(Probe):
    @staticmethod
    def try_in(folder: Path) -> None:
        with small_disk(folder / "small", kilobytes=512):
            pass


class _Languages(Probe):
    @staticmethod
    def try_in(folder: Path) -> None:
        run("localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8"))


class _NameSpaces(Probe):
    @staticmethod
    def try_in(folder: Path) -> None:
        name = f"tillday-{os.getpid()}"
        run("ip", "netns", "add", name)
        run("ip", "netns", "del", name)


_PROBES: Final[dict[Need, type[Probe]]] = {
    "power cuts": _PowerCuts,
    "small disks": _SmallDisks,
    "network name spaces": _NameSpaces,
    "other languages": _Languages,
}


@contextmanager
def small_disk(at: Path, *, kilobytes: int) -> Iterator[Path]:
    """A file system in memory of so many kilobytes."""
    at.mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(at))
    try:
        yield at
    finally:
        run("umount", "-l", str(at))


class PowerDisk:
    """An ext4 file system in a file, whose power can be cut: what was not synced is gone."""

    def __init__(self, folder: Path, *, megabytes: int) -> None:
        self._megabytes = megabytes
        self.image = folder / "disk.img"
        self.path = folder / "disk"

    def make(self) -> None:
        """Make it new and mount it."""
        self.path.mkdir(exist_ok=True)
        with self.image.open("wb") as image:
            image.truncate(self._megabytes * 1024 * 1024)
        run("mkfs.ext4", "-q", "-F", str(self.image))
        self._mount()
        self.path.chmod(0o777)

    def cut(self) -> None:
        """End the file system at once. Processes that use it get errors; kill them, then restore."""
        root = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(root, SHUTDOWN, WITHOUT_LOG_FLUSH.to_bytes(4, "little"))
        finally:
            os.close(root)

    def restore(self) -> None:
        """Mount it again, as a machine does after its power came back."""
        run("umount", str(self.path))
        self._mount()

    def remove(self) -> None:
        """Unmount it for good."""
        subprocess.run(["umount", "-l", str(self.path)], check=False, capture_output=True, timeout=60)

    def _mount(self) -> None:
        run("mount", "-o", "loop", str(self.image), str(self.path))


@contextmanager
def power_disk(folder: Path, *, megabytes: int = IMAGE_MEGABYTES) -> Iterator[PowerDisk]:
    """A disk whose power can be cut."""
    disk = PowerDisk(folder, megabytes=megabytes)
    try:
        disk.make()
        yield disk
    finally:
        disk.remove()
