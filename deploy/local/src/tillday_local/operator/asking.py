"""What every command that asks the back office is given, and how it shows what came back.

Rich and the settings are imported when something is shown or looked for, so that `--help` stays fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import RenderableType

    from tillday_contracts.messages import Refused
    from tillday_local.folder import DataFolder

REFUSED: Final = 1


class NothingToAsk(Exception):
    """The command names too little; the text says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """How the person named the system: a ready-file, a data folder, or neither."""

    ready_file: Path | None = None
    data: Path | None = None

    @property
    def folder(self) -> DataFolder:
        """The data folder, the demo's unless another is named. Reading it needs no claim."""
        from tillday_local.folder import DataFolder
        from tillday_local.settings import LauncherSettings

        return DataFolder(self.data or LauncherSettings().demo_folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Where to ask, which store, in whose name. `say` tells the person a sentence beside the result."""

    where: Where
    store: str
    by: str
    as_json: bool
    say: Callable[[str], None]

    def command(self) -> dict[str, object]:
        """Return what every command of this person about this store carries."""
        return {**self.ids(), "store": self.store}

    def ids(self) -> dict[str, object]:
        """Return what every command of this person carries."""
        message_id = uuid4()
        ids = {"message_id": message_id, "correlation_id": message_id}
        return {**ids, "occurred_at": datetime.now(UTC), "by": self.by}

    def show(self, answer: BaseModel, *tables: RenderableType) -> None:
        """Print the result: tables, or one JSON object and nothing else."""
        from tillday_local.operator.tables import result_console

        console = result_console()
        if self.as_json:
            console.print(answer.model_dump_json(indent=1), markup=False, soft_wrap=True)
            return
        for table in tables:
            console.print(table)

    def refused(self, refusal: Refused) -> int:
        """Say why not, with the tills in the way."""
        from tillday_local.operator.tables import tills_in_the_way

        self.say(refusal.text)
        in_the_way = tills_in_the_way(refusal)
        if in_the_way is not None:
            self.say("cash up the tills listed here, each at its terminal, then try again")
        self.show(refusal, *([] if in_the_way is None else [in_the_way]))
        return REFUSED
