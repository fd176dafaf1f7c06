"""What may be wished of a virtual printer, and the command that wishes it.

`python -m terminal_agent.hardware.virtual_wishes --data DIR paper=out stalled=true` troubles the device of
that folder; `present=true paper=enough stalled=false` heals it. Without wishes it tells the device's state.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from terminal_agent.hardware.virtual_control import NoVirtualPrinter, VirtualPrinterControl, read_state

_MOST: Final = 10**9
_EXIT_REFUSED: Final = 2


class BadWish(ValueError):
    """Nothing was changed; the text says what can be wished."""


def _count(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST)


def _switch(value: Any) -> bool:
    return isinstance(value, bool)


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: value in words


_WISHES: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "present": (_switch, "true or false: the plug"),
    "paper": (_one_of("enough", "low", "out"), "enough, low or out"),
    "rows_left": (_count, "rows until the paper ends, or null"),
    "cover_open": (_switch, "true or false"),
    "stalled": (_switch, "true or false: takes no bytes"),
    "mute": (_switch, "true or false: answers nothing"),
    "lies": (_switch, "true or false: says that all is well whatever is"),
    "drawer": (_one_of("open", "closed"), "open or closed"),
    "drawer_stuck": (_switch, "true or false: does not close by itself"),
    "vanish_after": (_count, "bytes until the plug is pulled, or null"),
}


def checked_wishes(asked: Any) -> dict[str, Any]:
    """Return the wishes of a JSON object. Raises BadWish."""
    if not isinstance(asked, dict):
        raise BadWish("the wishes are no object")
    for name, value in asked.items():
        if name not in _WISHES:
            raise BadWish(f"{str(name)[:40]!r} cannot be wished: there are {', '.join(_WISHES)}")
        allows, words = _WISHES[name]
        if not allows(value):
            raise BadWish(f"{name} is {words}")
    return dict(asked)


def _read(text: str) -> tuple[str, Any]:
    name, is_one, value = text.partition("=")
    if not is_one:
        raise BadWish(f"{text!r} is no wish: write name=value, such as paper=out")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def main(arguments: Sequence[str]) -> int:
    """Wish what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m terminal_agent.hardware.virtual_wishes", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the device")
    known = "; ".join(f"{name}: {words}" for name, (_, words) in _WISHES.items())
    parser.add_argument("wishes", nargs="*", metavar="NAME=VALUE", help=known)
    options = parser.parse_args(arguments)
    try:
        wishes = checked_wishes(dict(_read(text) for text in options.wishes))
        state = VirtualPrinterControl(options.data).set(**wishes) if wishes else read_state(options.data)
        if state is None:
            raise NoVirtualPrinter(f"no virtual printer runs in {options.data}")
    except (BadWish, NoVirtualPrinter) as error:
        sys.stderr.write(f"virtual printer: {error}\n")
        return _EXIT_REFUSED
    sys.stdout.write(json.dumps(asdict(state), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
