"""The terminal agent: `run` works a till, `init --bundle FILE` makes a folder the terminal's."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from terminal_agent import __version__
from terminal_agent.agent import PortTaken, run_agent
from terminal_agent.enrolment import NotEnrolled, enrolled, place_bundle, read_bundle
from terminal_agent.journal.failures import JournalError, JournalInUse
from terminal_agent.logs import configure
from terminal_agent.settings import AgentSettings, BadSettings, read_settings

EXIT_USAGE: Final = 2
EXIT_JOURNAL: Final = 3
EXIT_IN_USE: Final = 4
EXIT_PORT: Final = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks and return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        settings = read_settings()
        if asked.command == "init":
            return _init(settings, asked.bundle)
        configure(enrolled(settings.data).terminal, settings.log_format)
        asyncio.run(run_agent(settings))
    except (BadSettings, NotEnrolled) as error:
        return _say(str(error), EXIT_USAGE)
    except JournalInUse as error:
        return _say(str(error), EXIT_IN_USE)
    except JournalError as error:
        return _say(str(error), EXIT_JOURNAL)
    except PortTaken as error:
        return _say(str(error), EXIT_PORT)
    except OSError as error:
        return _say(f"{error.filename or 'The data folder'}: {error.strerror}.", EXIT_JOURNAL)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="terminal_agent", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="work the till of TILLDAY_AGENT_DATA until SIGTERM")
    init = commands.add_parser("init", help="enrol: place a bundle in TILLDAY_AGENT_DATA")
    init.add_argument("--bundle", type=Path, required=True, help="the enrolment bundle (JSON)")
    return parser


def _init(settings: AgentSettings, bundle: Path) -> int:
    placed = read_bundle(bundle)
    place_bundle(placed, settings.data)
    return _say(f"{settings.data} is terminal {placed.terminal} of store {placed.store} now.", 0)


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
