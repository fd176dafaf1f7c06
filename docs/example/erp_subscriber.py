"""An ERP that takes postings: it knows the contract (contracts/asyncapi.json) and nothing else of Tillday.

python docs/example/erp_subscriber.py --broker tls://HOST:PORT --ca CA.pem --password-file FILE --out FOLDER

It writes the lines of entries to FOLDER/entries.csv and stock moves to FOLDER/stock.csv. What it wrote is on
the disk before it tells the broker so; what comes twice is known by its numbers. Needs nats-py alone.
"""

import argparse
import asyncio
import csv
import json
import os
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nats
from nats.errors import TimeoutError as NothingCame
from nats.js.api import ConsumerConfig, DeliverPolicy

USER = "erp"
STREAM = "TILL_EVENTS"
POSTED = "tillday.event.till.session_posted.v1"
DEPOSITED = "tillday.event.till.bank_deposited.v1"
STOCK = "tillday.event.till.stock_moved.v1"
ENTRY_COLUMNS = (
    "entry",
    "store",
    "company",
    "session",
    "revision",
    "date",
    "account",
    "role",
    "key",
    "currency",
    "minor",
)
STOCK_COLUMNS = ("document", "part", "store", "location", "kind", "session", "sku", "quantity")

Row = tuple[object, ...]


class Table:
    """A CSV file that takes each row once; half a row of a crash is cut off when it is opened.

    No two rows are equal: an entry has one line per account, role, key and currency, a document one per sku.
    """

    def __init__(self, path: Path, columns: Row) -> None:
        if not path.exists():
            path.write_text(",".join(map(str, columns)) + "\n", encoding="utf-8")
        kept = path.read_bytes()
        whole = kept[: kept.rfind(b"\n") + 1]
        self._file = path.open("r+", newline="", encoding="utf-8")
        self._file.truncate(len(whole))
        self._file.seek(0, os.SEEK_END)
        self._known = {tuple(row) for row in csv.reader(whole.decode().splitlines())}

    def add(self, rows: Iterable[Row]) -> None:
        """Write what is not there yet; it is on the disk when this returns."""
        new = [row for row in (tuple(map(str, row)) for row in rows) if row not in self._known]
        csv.writer(self._file, lineterminator="\n").writerows(new)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._known.update(new)


def entry_rows(event: dict[str, Any]) -> Iterator[Row]:
    """Yield the lines of an entry: debit > 0, credit < 0, minor units of the currency."""
    head = (
        event["entry"],
        event["store"],
        event["company"],
        event.get("session_id", ""),
        event.get("revision", ""),
    )
    for line in event["lines"]:
        yield (
            *head,
            event["entry_date"],
            *(line[name] for name in ("account", "role", "key", "currency", "amount")),
        )


def stock_rows(event: dict[str, Any]) -> Iterator[Row]:
    """Yield the moves of a stock document: into the location > 0, out of it < 0."""
    names = ("document", "part", "store", "location", "kind", "session_id")
    for move in event["moves"]:
        yield (*(event[name] for name in names), move["sku"], move["quantity"])


async def run(options: argparse.Namespace) -> None:
    """Take events for ever, or until none came for a while."""
    options.out.mkdir(parents=True, exist_ok=True)
    entries = Table(options.out / "entries.csv", ENTRY_COLUMNS)
    stock = Table(options.out / "stock.csv", STOCK_COLUMNS)
    client = await nats.connect(
        options.broker,
        user=USER,
        password=options.password_file.read_text(encoding="utf-8").strip(),
        tls=ssl.create_default_context(cafile=str(options.ca)),
        tls_handshake_first=True,
        inbox_prefix=f"_INBOX.{USER}".encode(),
    )
    wanted = ConsumerConfig(filter_subjects=[POSTED, DEPOSITED, STOCK], deliver_policy=DeliverPolicy.ALL)
    events = await client.jetstream().pull_subscribe("", durable=USER, stream=STREAM, config=wanted)
    while True:
        try:
            messages = await events.fetch(100, timeout=options.idle)
        except NothingCame:
            if options.until_idle:
                break
            continue
        for message in messages:
            event = json.loads(message.data)
            if message.subject == STOCK:
                stock.add(stock_rows(event))
            else:
                entries.add(entry_rows(event))
            await message.ack_sync()
    await client.close()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--broker", required=True, help="tls://host:port")
    parser.add_argument("--ca", required=True, type=Path, help="the authority of the broker's certificate")
    parser.add_argument("--password-file", required=True, type=Path, help="the password of the user erp")
    parser.add_argument("--out", required=True, type=Path, help="a folder for the CSV files")
    parser.add_argument("--until-idle", action="store_true", help="end when nothing came for a while")
    parser.add_argument("--idle", type=float, default=2.0, help="how long to wait for more, seconds")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
