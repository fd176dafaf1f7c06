"""The terminal agent: works a till, and answers a technician's questions about it."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from terminal_agent import __version__
from terminal_agent.allocation import give_back_what_is_large, look_for_no_waste
from terminal_agent.enrolment import NotEnrolled, enrolled, place_bundle, read_bundle
from terminal_agent.invitation import enrol, take_waiting
from terminal_agent.journal.failures import JournalError, JournalInUse
from terminal_agent.logs import configure
from terminal_agent.settings import AgentSettings, BadSettings, read_settings

EXIT_USAGE: Final = 2
EXIT_JOURNAL: Final = 3
EXIT_IN_USE: Final = 4
EXIT_PORT: Final = 5
EXIT_REFUSED: Final = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks and return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        return _COMMANDS[asked.command](read_settings(), asked)
    except (BadSettings, NotEnrolled) as error:
        return _say(str(error), EXIT_USAGE)
    except JournalInUse as error:
        return _say(str(error), EXIT_IN_USE)
    except JournalError as error:
        return _say(str(error), EXIT_JOURNAL)
    except OSError as error:
        return _say(f"{error.filename or 'The data folder'}: {error.strerror}.", EXIT_JOURNAL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tillday-agent", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="work the till of TILLDAY_AGENT_DATA until SIGTERM")
    init = commands.add_parser("init", help="enrol: place a bundle in TILLDAY_AGENT_DATA")
    init.add_argument("--bundle", type=Path, required=True, help="the enrolment bundle (JSON)")
    enrol = commands.add_parser("enrol", help="redeem an invitation for TILLDAY_AGENT_DATA")
    enrol.add_argument("--invitation", type=Path, required=True, help="the invitation (JSON, one-time code)")
    _add_questions(commands)
    return parser


def _add_questions(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    doctor = commands.add_parser("doctor", help="look at everything and say what to do about it")
    outbox = commands.add_parser("outbox", help="what the back office has not acknowledged yet")
    outbox.add_argument("--entries", type=int, default=0, metavar="N", help="list the N oldest too")
    backup = commands.add_parser("backup", help="write the journal to a file; the agent may run")
    restore = commands.add_parser("restore", help="put a backup in place of the journal; the agent rests")
    support = commands.add_parser("support-bundle", help="collect what support needs, without secrets")
    for one in (backup, restore, support):
        one.add_argument("file", type=Path)
    config = commands.add_parser("config", help="the settings, and where each comes from")
    shown = config.add_subparsers(dest="of_config", required=True).add_parser("show", help="list them")
    for one in (doctor, outbox, shown):
        one.add_argument("--json", action="store_true", help="one JSON value instead of lines")
    commands.add_parser("drawer-calibrate", help="find out which level of the drawer's pin means open")


def _run(settings: AgentSettings, _: argparse.Namespace) -> int:
    give_back_what_is_large()
    look_for_no_waste()
    from terminal_agent.agent import PortTaken, run_agent  # noqa: PLC0415 - only a till needs all of it

    trouble = take_waiting(settings.data)
    if trouble is not None:
        _say(trouble, 0)
    configure(enrolled(settings.data).terminal, settings.log_format)
    try:
        asyncio.run(run_agent(settings))
    except PortTaken as error:
        return _say(str(error), EXIT_PORT)
    return 0


def _init(settings: AgentSettings, asked: argparse.Namespace) -> int:
    placed = read_bundle(asked.bundle)
    place_bundle(placed, settings.data)
    return _say(f"{settings.data} is terminal {placed.terminal} of store {placed.store} now.", 0)


def _enrol(settings: AgentSettings, asked: argparse.Namespace) -> int:
    bundle = enrol(settings.data, asked.invitation)
    return _say(f"{settings.data} is terminal {bundle.terminal} of store {bundle.store} now.", 0)


def _question(settings: AgentSettings, asked: argparse.Namespace) -> int:
    # A running till needs none of this in its memory.
    from terminal_agent.commands import questions  # noqa: PLC0415

    try:
        return questions.ANSWERS[asked.command](settings, asked)
    except questions.REFUSALS as error:
        return _say(str(error), EXIT_REFUSED)


_COMMANDS: Final[Mapping[str, Callable[[AgentSettings, argparse.Namespace], int]]] = {
    "run": _run,
    "init": _init,
    "enrol": _enrol,
    **dict.fromkeys(
        ("doctor", "outbox", "backup", "restore", "support-bundle", "config", "drawer-calibrate"), _question
    ),
}


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
