"""The command line. Each command's own modules are imported when it is called: `--help` stays fast."""

from __future__ import annotations

from datetime import date as date_type
from pathlib import Path
from typing import Annotated

import typer

from tillday_local.command_end import run_to_end
from tillday_local.operator.accounts_app import ledger_app
from tillday_local.operator.alarms_app import add_alarms
from tillday_local.operator.audit_app import audit_app
from tillday_local.operator.desk_app import desk_app
from tillday_local.operator.master_data_app import catalogue_app, people_app, settings_app
from tillday_local.operator.options import asks
from tillday_local.operator.pos_sharing_app import pos_app
from tillday_local.operator.posting_app import posting_app
from tillday_local.operator.report_app import report_app
from tillday_local.operator.rescue_app import rescue_app
from tillday_local.operator.safe_app import balance, safe
from tillday_local.operator.stock_app import stock_app
from tillday_local.operator.store_app import store_app
from tillday_local.operator.terminals_app import terminal_app
from tillday_local.operator.till_app import till_app

app = typer.Typer(
    name="tillday",
    help="Tillday: a store's tills, from the drawer to the ledger.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(store_app, name="store")
app.add_typer(report_app, name="report")
app.add_typer(pos_app, name="pos")
app.add_typer(till_app, name="till")
app.add_typer(rescue_app, name="rescue")
app.add_typer(terminal_app, name="terminal")
app.add_typer(desk_app, name="desk")
app.add_typer(posting_app, name="posting")
app.add_typer(stock_app, name="stock")
app.add_typer(ledger_app, name="ledger")
add_alarms(app)
app.add_typer(audit_app, name="audit")
app.add_typer(settings_app, name="settings")
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(people_app, name="people")
asks(app, "safe")(safe)
asks(app, "balance")(balance)


@app.command()
def demo(
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the former data and begin anew.")] = False,
    terminals: Annotated[int, typer.Option(min=1, max=40, help="How many terminals the store has.")] = 1,
    data: Annotated[Path | None, typer.Option(help="Where the data lies, instead of .tillday/demo.")] = None,
    ready_file: Annotated[
        Path | None, typer.Option(help="Write this file (JSON, with secrets) once everything answers.")
    ] = None,
    port: Annotated[
        list[str] | None, typer.Option(metavar="PART=NUMBER", help="Use this port, e.g. terminal-T1=8090.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not show the parts' logs.")] = False,
    history: Annotated[
        bool, typer.Option(help="Begin a fresh demo with past days; they are worked first.")
    ] = True,
) -> None:
    """Run a store to try: broker, database, services and terminals with virtual printers."""
    from tillday_local.demo import DemoOptions, run_demo
    from tillday_local.settings import LauncherSettings

    if ready_file and not ready_file.absolute().parent.is_dir():
        raise typer.BadParameter(
            f"{ready_file.absolute().parent} is no folder: make it, or name another file"
        )
    options = DemoOptions(
        data=(data or LauncherSettings().demo_folder).absolute(),
        terminals=terminals,
        fresh=fresh,
        ready_file=ready_file.absolute() if ready_file else None,
        ports=_ports(port or []),
        quiet=quiet,
        history=history,
    )
    raise typer.Exit(run_to_end(run_demo(options)))


@app.command()
def day(
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="Cut a terminal's link for part of the day.")
    ] = False,
    terminals: Annotated[int, typer.Option(min=1, max=40, help="How many terminals the store has.")] = 1,
    sales: Annotated[int, typer.Option(min=1, max=5000, help="How many sales each terminal makes.")] = 40,
    seed: Annotated[int, typer.Option(help="Another number, another day.")] = 1,
    tickets: Annotated[Path | None, typer.Option(help="Replay these tickets (CSV) instead.")] = None,
    products: Annotated[Path | None, typer.Option(help="The products of the tickets (CSV).")] = None,
    date: Annotated[
        str | None, typer.Option(help="The day of the tickets, YYYY-MM-DD; several with commas, or all.")
    ] = None,
    speed: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Times real time; by default as fast as it can.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on standard output.")
    ] = False,
    keep: Annotated[Path | None, typer.Option(help="Keep the day's data in this new folder.")] = None,
) -> None:
    """Play one store day unattended, in a fresh folder beside a running demo, and check every invariant."""
    from tillday_local.day.command import DayOptions, run_day
    from tillday_local.day.replay import Replay

    replay = None
    if tickets or products or date or speed:
        if not (tickets and products and date):
            raise typer.BadParameter("--tickets, --products and --date belong together")
        dates = _dates(date, tickets)
        replay = Replay(tickets=tickets, products=products, dates=dates, speed=speed)
    options = DayOptions(
        terminals=terminals,
        sales=sales,
        seed=seed,
        offline=offline,
        as_json=as_json,
        keep=keep,
        replay=replay,
    )
    raise typer.Exit(run_to_end(run_day(options)))


@app.command()
def bench(
    *,
    terminals: Annotated[int, typer.Option(min=1, max=200, help="How many terminals send at once.")] = 20,
    rate: Annotated[int, typer.Option(min=1, max=5000, help="Sales a second while acks are timed.")] = 100,
    backlog: Annotated[int, typer.Option(min=1, max=20000, help="Sales each terminal holds back.")] = 1000,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on standard output.")
    ] = False,
    plot: Annotated[Path | None, typer.Option(help="Write a picture (SVG) of the run there.")] = None,
    agent: Annotated[
        bool, typer.Option("--agent", help="Measure a terminal's agent alone: its start and its memory.")
    ] = False,
    sales: Annotated[
        int,
        typer.Option(min=0, max=20000, help="With --agent: a day of so many sales on the screens instead."),
    ] = 0,
    posting: Annotated[
        bool,
        typer.Option("--posting", help="Measure a close and its posting, of ten and 100,000 sales."),
    ] = False,
    board: Annotated[
        int,
        typer.Option(min=0, max=5000, help="Measure the back office with a store of so many terminals."),
    ] = 0,
) -> None:
    """Measure sales per second from journal to acknowledged ledger, and how long an ack takes."""
    if agent and sales:
        from tillday_local.bench.screens_command import measure_screens_and_tell

        raise typer.Exit(run_to_end(measure_screens_and_tell(sales=sales, as_json=as_json)))
    if agent:
        from tillday_local.bench.agent_command import measure_agent_and_tell

        raise typer.Exit(run_to_end(measure_agent_and_tell(as_json=as_json)))
    if posting:
        from tillday_local.bench.posting_command import measure_posting_and_tell

        raise typer.Exit(run_to_end(measure_posting_and_tell(as_json=as_json)))
    if board:
        from tillday_local.bench.board_command import measure_board_and_tell

        raise typer.Exit(run_to_end(measure_board_and_tell(terminals=board, as_json=as_json)))
    from tillday_local.bench.command import BenchOptions, run_and_tell
    from tillday_local.bench.run import BenchPlan

    plan = BenchPlan(terminals=terminals, rate=rate, backlog=backlog)
    raise typer.Exit(run_to_end(run_and_tell(BenchOptions(plan=plan, as_json=as_json, plot=plot))))


@app.command()
def deb(
    out: Annotated[Path, typer.Option(help="The folder for the package.")] = Path("dist"),
    key: Annotated[Path | None, typer.Option(help="Sign it with this private key (Ed25519, PEM).")] = None,
) -> None:
    """Build the terminal agent as a Debian package, for machines with this one's Python."""
    import os

    from tillday_local.console import error_console
    from tillday_local.debian_package import PackageNotBuilt, build
    from tillday_local.package_signature import KeyUnusable, read_key

    try:
        signing = read_key(key) if key is not None else None
        package = build(Path(os.environ.get("TILLDAY_ROOT", ".")).absolute(), out.absolute(), key=signing)
    except (PackageNotBuilt, KeyUnusable) as error:
        error_console().print(f"{error}.")
        raise typer.Exit(1) from None
    unsigned = "not signed: terminals upgrade to signed ones only"
    signed = f"signed in {package}.sig" if key is not None else unsigned
    error_console().print(f"The package is {package}, {signed}.")


@app.command()
def sbom(
    out: Annotated[Path | None, typer.Option(help="The file to write, instead of standard output.")] = None,
) -> None:
    """Tell what a release is made of, as CycloneDX: packages, broker, database, what pages load."""
    import json
    import os

    from terminal_agent import __version__
    from tillday_local.console import error_console
    from tillday_local.sbom import bill_of

    try:
        text = json.dumps(bill_of(Path(os.environ.get("TILLDAY_ROOT", ".")), __version__), indent=1) + "\n"
        if out:
            out.write_text(text, encoding="utf-8")
        else:
            typer.echo(text, nl=False)
    except OSError as error:
        error_console().print(f"{error.filename}: {(error.strerror or str(error)).lower()}.")
        raise typer.Exit(1) from None


def _dates(text: str, tickets: Path) -> tuple[date_type, ...]:
    from tillday_local.day.tickets import TicketsUnusable, dates_in

    try:
        if text == "all":
            return dates_in(tickets)
        return tuple(sorted({date_type.fromisoformat(part) for part in text.split(",")}))
    except TicketsUnusable as error:
        raise typer.BadParameter(str(error)) from None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2016-11-05") from None


def _ports(pairs: list[str]) -> dict[str, int]:
    ports: dict[str, int] = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        if not number.isdecimal() or not 0 < int(number) < 65536:
            raise typer.BadParameter(f"{pair!r} is not PART=NUMBER, for example terminal-T1=8090")
        ports[name] = int(number)
    return ports
