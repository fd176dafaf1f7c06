"""`tillday demo`: a store to try, until somebody stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tillday_local.console import Narrator, error_console
from tillday_local.demo_logins import demo_logins
from tillday_local.demo_store import STORE, STORE_NAME
from tillday_local.folder import DataFolder, FolderUnusable, write_private
from tillday_local.history.make import HistoryPlan, begin_with_history
from tillday_local.history.store import SECOND_NAME, SECOND_STORE, has_history
from tillday_local.log_view import LogView
from tillday_local.parts import SERVICES
from tillday_local.preparation import demo_terminals, prepare_demo
from tillday_local.ready_file import write_ready_file
from tillday_local.settings import LauncherSettings
from tillday_local.system import SHARED_PORTS, LocalSystem, Plan, Watchers


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """What the command line asked for."""

    data: Path
    terminals: int = 1
    fresh: bool = False
    ready_file: Path | None = None
    ports: Mapping[str, int] = field(default_factory=dict)
    quiet: bool = False
    history: bool = True
    """Whether a fresh folder begins with past days."""


async def run_demo(options: DemoOptions) -> int:
    """Run until cancelled. Raises what LocalSystem raises when it cannot start."""
    console = error_console()
    narrator = Narrator(console)
    demo = _Demo(options, narrator)
    logs = LogView(narrator.line)
    began = False
    if options.ready_file:
        _clear(options.ready_file)
    try:
        await demo.begin()
        async with demo.system as system:
            began = True
            _show(console, system, options)
            demo.ready()
            if not options.quiet:
                _follow(logs, system)
            await asyncio.Event().wait()
    finally:
        if options.ready_file:
            options.ready_file.unlink(missing_ok=True)
        logs.stop()
        if began:
            console.print("Everything is stopped. The next start finds its data.")
    return 0


class _Demo:
    """A system together with the file that tells of it: each new process is told of at once."""

    def __init__(self, options: DemoOptions, narrator: Narrator) -> None:
        self._options = options
        self._is_ready = False
        self._step = narrator.step
        plan = Plan(
            terminals=demo_terminals(options.terminals),
            prepare=prepare_demo,
            services=SERVICES,
            printer_pages=True,
            ports=options.ports,
            fresh=options.fresh,
            settings=LauncherSettings(),
        )
        watchers = Watchers(step=narrator.step, incident=narrator.incident, started=self._started)
        self.system = LocalSystem(DataFolder(options.data), plan, watchers)

    async def begin(self) -> None:
        """Work the past days first, where the folder is fresh and everything runs here."""
        plan, settings = self.system.plan, self.system.plan.settings
        self.system.refuse_unknown_ports()
        if not self._options.history or settings.nats_url or settings.database_admin_url:
            return
        known = {name: port for name, port in plan.ports.items() if name in (*SHARED_PORTS, "terminal-T1")}
        past = HistoryPlan(settings=settings, ports=known, step=self._step)
        await begin_with_history(self.system.folder, past, fresh=plan.fresh)
        self.system.plan = replace(plan, fresh=False)

    def ready(self) -> None:
        """Everything answers: tell the other programs."""
        self._is_ready = True
        self._write()

    def _started(self, _name: str) -> None:
        if self._is_ready:
            self._write()

    def _write(self) -> None:
        if self._options.ready_file:
            write_ready_file(self._options.ready_file, self.system, demo_logins(self._options.terminals))


def _clear(ready_file: Path) -> None:
    """Remove the former ready-file; raises FolderUnusable at once where a new one could not be written."""
    try:
        write_private(probe := ready_file.with_name(f".{ready_file.name}.new"), "")
        probe.unlink()
        ready_file.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FolderUnusable(
            f"{ready_file} cannot be written: {reason}. Name another with --ready-file"
        ) from None


def _follow(logs: LogView, system: LocalSystem) -> None:
    for name in system.shown:
        logs.follow(name, system.supervisor.log_of(name))
    logs.start()


def _show(console: Console, system: LocalSystem, options: DemoOptions) -> None:
    console.print()
    console.print(f"[bold]{STORE_NAME}[/bold] (store {STORE}) runs. Its data: {options.data}")
    if has_history(system.folder):
        console.print(
            f"It has worked some days. In [bold]{SECOND_NAME}[/bold] (store {SECOND_STORE}) the last one is"
            " open: a drawer was short, and two sales came late. Its terminals are switched off."
        )
    console.print(_places(system, options))
    console.print(_people(options))
    console.print(_what_to_try(options))


def _places(system: LocalSystem, options: DemoOptions) -> Table:
    table = Table("part", title="What runs where", title_justify="left")
    table.add_column("where", overflow="fold")  # whole, also in a narrow window: it is to be copied
    table.add_column("process")
    pids = system.pids
    office = str(pids.get("backoffice_service", ""))
    table.add_row("[bold]back office[/bold]", system.service_url("backoffice_service"), office)
    for address in system.plan.terminals:
        name = f"terminal-{address.terminal}"
        table.add_row(f"terminal {address.terminal}", system.terminal_url(address), str(pids.get(name, "")))
        printer = str(pids.get(f"printer-{address.terminal}", ""))
        table.add_row(f"printer and drawer of {address.terminal}", system.printer_url(address), printer)
        table.add_row(f"{address.terminal} with both beside it", system.beside_url(address), "")
    table.add_row("broker, for services", system.nats_url, str(pids.get("broker", "elsewhere")))
    table.add_row("broker, for terminals", system.mqtt_url, "")
    table.add_row("database", system.database.url, str(pids.get("database", "elsewhere")))
    for name in system.services:
        if name == "backoffice_service":
            continue
        table.add_row(name.replace("_", " "), system.service_url(name), str(pids.get(name, "")))
    table.add_row("logs", str(options.data / "logs"), "")
    return table


def _people(options: DemoOptions) -> Table:
    table = Table("who", "role", "PIN", "back office password", title="People", title_justify="left")
    for one in demo_logins(options.terminals):
        table.add_row(one.name, one.role, one.pin or "", one.password)
    return table


def _what_to_try(options: DemoOptions) -> str:
    join = "  ./tillday pos join TILL1 --terminal T2    sell at T2 into the till that T1 counts\n"
    codes = (
        "Everybody at the back office needs an authenticator app: Second factor, in its menu.\n"
        if LauncherSettings().mfa == "required"
        else "Second factors are optional here: TILLDAY_MFA=required ./tillday demo asks everybody.\n"
    )
    return (
        "[bold]What to try[/bold], in another window:\n"
        "  the back office's address       open and close the store, see terminals and tills\n"
        "  ./tillday store open            the same by hand: open the store for today\n"
        "  ./tillday pos --help            count the drawer, sell, cash up\n"
        f"{join if options.terminals > 1 else ''}"
        "  ./tillday report board          see what the back office knows\n"
        "  ./tillday day --offline         a whole day by itself, beside this one\n"
        f"{codes}"
        "Kill any process: it comes back, and no sale is lost. [bold]Ctrl-C[/bold] stops everything.\n"
    )
