"""An ERP subscribes from outside: it has the contract, its own broker user, and nothing else."""

import asyncio
import csv
import json
import sys
from pathlib import Path

import pytest
from nats.errors import Error as NatsError

from guarded_broker import as_service, guarded_broker, make_streams, password
from tillday_contracts.examples import examples

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "example" / "erp_subscriber.py"
TOLD = ("event.session_posted", "event.stock_moved", "event.bank_deposited", "event.task_raised")


async def take(arguments: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(EXAMPLE), *arguments, stderr=asyncio.subprocess.PIPE
    )
    _, told = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, told.decode()


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


async def test_postings_reach_a_foreign_program_once_and_nothing_else_is_open_to_it(tmp_path: Path) -> None:
    out, secret = tmp_path / "out", tmp_path / "secret"
    secret.write_text(password("erp"), encoding="utf-8")
    async with guarded_broker(tmp_path) as broker:
        service = await as_service(broker, "till_service")
        await make_streams(service)
        for name in TOLD:
            event = examples()[name]
            subject = str(getattr(event, "subject"))  # noqa: B009 - a class variable of events
            await service.jetstream().publish(subject, event.model_dump_json().encode())
        arguments = ["--broker", f"tls://127.0.0.1:{broker.nats}", "--ca", str(broker.ca)]
        arguments += ["--password-file", str(secret), "--out", str(out), "--until-idle"]

        await take(arguments)
        posted = examples()["event.session_posted"].model_dump_json().encode()
        await service.jetstream().publish("tillday.event.till.session_posted.v1", posted)
        await take(arguments)

        erp = await as_service(broker, "erp")
        with pytest.raises(NatsError):
            await erp.jetstream(timeout=1).publish("tillday.event.till.stock_moved.v1", b"{}")
        await erp.close()
        await service.close()

    entries, stock = rows(out / "entries.csv"), rows(out / "stock.csv")
    assert sum(int(row["minor"]) for row in entries) == 0
    assert [row["entry"] for row in entries] == ["3", "3", "3", "4", "4"]
    assert [(row["sku"], row["quantity"]) for row in stock] == [("4001", "-1")]
    assert json.loads(posted)["entry"] == 3
