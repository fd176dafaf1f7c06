"""What `tillday catalogue` does: import a CSV file line by line, and show what a store sells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from pydantic import BaseModel

from tillday_contracts.asks import CatalogueItem
from tillday_contracts.catalogue_csv import CatalogueFile, read_catalogue
from tillday_contracts.catalogue_parts import parts_of
from tillday_contracts.catalogue_problems import LineProblem
from tillday_contracts.money import plain_minor
from tillday_contracts.store_messages import (
    Catalogue,
    CatalogueAnswer,
    ImportCatalogue,
    Revised,
    SettingsAnswer,
    StoreSettings,
)
from tillday_local.operator.asking import Asking, NothingToAsk
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.tables import rows_table
from tillday_local.service_client import CommandRefused, ServiceClient

MOST_FILE_BYTES: Final = 32 * 1024 * 1024
SHOWN_PROBLEMS: Final = 20
NOT_IMPORTED: Final = 1


class BadLine(BaseModel):
    """A line that is no product."""

    line: int
    text: str


class ImportReport(BaseModel):
    """What an import did; `revision` is None where nothing was imported."""

    imported: int
    revision: int | None
    problems: tuple[BadLine, ...]


async def import_catalogue(asking: Asking, path: Path, *, skip_bad: bool) -> int:
    """Replace a store's catalogue by a file's products; a bad line stops it unless it may be skipped."""
    found = read_catalogue(_read(path))
    _tell(asking, found.problems)
    if found.problems and not (skip_bad and found.usable):
        return _refuse(asking, found, path)
    if not found.items:
        return _refuse(asking, found, path)
    try:
        async with find_broker_login(asking.where).connect() as client:
            revision = await _send(client, asking, found.items)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    report = ImportReport(imported=len(found.items), revision=revision, problems=_bad(found.problems))
    left_out = f", {len(found.problems)} lines left out" if found.problems else ""
    asking.show(report, f"{len(found.items)} products{left_out}. The catalogue is at revision {revision}.")
    return 0


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise NothingToAsk(f"{path} is larger than {MOST_FILE_BYTES // 2**20} MB; is it a catalogue?")
        return path.read_bytes()
    except OSError as error:
        raise NothingToAsk(f"{path} cannot be read: {error.strerror}") from None


def _tell(asking: Asking, problems: Sequence[LineProblem]) -> None:
    for problem in problems[:SHOWN_PROBLEMS]:
        asking.say(f"line {problem.line}: {problem.text}")
    if len(problems) > SHOWN_PROBLEMS:
        asking.say(f"and {len(problems) - SHOWN_PROBLEMS} more lines; --json lists all of them")


def _refuse(asking: Asking, found: CatalogueFile, path: Path) -> int:
    good = f"; its {len(found.items)} good lines can be imported with --skip-bad" if found.usable else ""
    asking.say(f"nothing of {path.name} was imported{good if found.items else ''}")
    report = ImportReport(imported=0, revision=None, problems=_bad(found.problems))
    asking.show(report)
    return NOT_IMPORTED


def _bad(problems: Sequence[LineProblem]) -> tuple[BadLine, ...]:
    return tuple(BadLine(line=problem.line, text=problem.text) for problem in problems)


async def _send(client: ServiceClient, asking: Asking, items: Sequence[CatalogueItem]) -> int:
    """Send the parts; the catalogue is replaced when the last of them is there."""
    parts = list(parts_of(items))
    import_id, revision = uuid4(), 0
    for number, part in enumerate(parts):
        command = ImportCatalogue(
            message_id=uuid4(),
            correlation_id=import_id,
            occurred_at=datetime.now(UTC),
            by=asking.by,
            store=asking.store,
            items=part,
            part=number,
            parts=len(parts),
        )
        revision = (await client.ask(command, Revised)).revision
    return revision


async def show_catalogue(asking: Asking, *, find: str | None) -> int:
    """Show what a store sells, all of it or what holds a text."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            settings = (await client.ask(StoreSettings(store=asking.store), SettingsAnswer)).settings
            answer = await _whole(client, asking.store)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    found = tuple(item for item in answer.items if find is None or _holds(item, find))
    title = f"{len(found)} of {len(answer.items)} products, revision {answer.revision}"
    columns = ("SKU", "Name", f"Price {settings.currency}", "Tax %", "Barcode", "Category")
    rows = [_row(item, settings.currency) for item in found]
    asking.show(answer.model_copy(update={"items": found}), rows_table(title, columns, rows))
    return 0


async def _whole(client: ServiceClient, store: str) -> CatalogueAnswer:
    """Return all pages of one revision as one."""
    while True:
        pages = [await client.ask(Catalogue(store=store), CatalogueAnswer)]
        for page in range(1, pages[0].pages):
            pages.append(await client.ask(Catalogue(store=store, page=page), CatalogueAnswer))
        if len({page.revision for page in pages}) == 1:
            items = tuple(item for page in pages for item in page.items)
            return pages[0].model_copy(update={"page": 0, "pages": 1, "items": items})


def _holds(item: CatalogueItem, text: str) -> bool:
    words = (item.sku, item.name, item.barcode or "", item.category or "")
    return any(text.casefold() in word.casefold() for word in words)


def _row(item: CatalogueItem, currency: str) -> tuple[str, ...]:
    rate = f"{item.tax_rate / 100:g}"
    price = plain_minor(item.price, currency)
    return item.sku, item.name, price, rate, item.barcode or "", item.category or ""
