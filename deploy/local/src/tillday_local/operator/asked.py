"""One question or command, its answer as tables or JSON, or as a CSV file for another program."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from tillday_contracts.messages import Command, Done, Question
from tillday_local.operator.connection import find_broker_login
from tillday_local.service_client import CommandRefused

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tillday_local.operator.asking import Asking

Answer = TypeVar("Answer", bound=Done)


async def ask(
    asking: Asking,
    request: Command | Question,
    kind: type[Answer],
    show: Callable[[Answer], Iterable[RenderableType]],
) -> int:
    """Ask once and show the answer; say why not where it is refused."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(request, kind)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, *([] if asking.as_json else show(answer)))
    return 0


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows to standard output as CSV with a heading, amounts in minor units."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
