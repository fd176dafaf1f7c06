"""`python -m tillday_local`: the installed command behind ./tillday."""

import signal

# Before anything else is read: an early Ctrl-C ends quietly, also where SIGINT was ignored at the start.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from tillday_local.cli import app  # noqa: E402

if __name__ == "__main__":
    app(prog_name="./tillday")
