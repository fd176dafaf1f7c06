"""A browser at the agent's screens without a browser: it keeps its cookie and reads what the screen says."""

import asyncio
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx

from agent_bench import PORT, Bench
from agent_shop import PINS


@dataclass
class Screen:
    """One browser; `html` is what it shows now."""

    bench: Bench
    http: httpx.AsyncClient
    html: str = ""

    async def do(self, name: str, **form: object) -> str:
        """Tap something, and return what is shown then."""
        answer = await self.http.post(f"/screens/do/{name}", data={key: str(form[key]) for key in form})
        assert answer.status_code == 200, answer.text
        self.html = answer.text
        return self.html

    async def look(self) -> str:
        self.html = (await self.http.get("/screens/now")).text
        return self.html

    async def sign_in(self, person: str = "CASHIER-1") -> str:
        return await self.do("sign-in", person=person, pin=PINS[person])

    async def approve(self, reason: str = "counted twice") -> str:
        return await self.do("approve", person="SUPERVISOR-1", pin=PINS["SUPERVISOR-1"], reason=reason)

    async def open_till(self) -> None:
        """From the first screen to selling, with 150.00 in three notes."""
        await self.sign_in()
        await self.do("start-till")
        for _ in range(3):
            await self.do("tap", tender="cash", value=5000)
        await self.do("confirm-float")
        await self.approve()

    @property
    def name(self) -> str:
        """Which screen this is."""
        found = re.search(r'<main id="screen-([a-z-]+)"', self.html)
        assert found is not None, self.html
        return found[1]

    @property
    def notice(self) -> str:
        found = re.search(r"data-notice.*?<span>(.*?)</span>", self.html, re.DOTALL)
        return unescape(found[1]) if found else ""

    async def paper(self) -> bytes:
        """What has come out, once no document waits any more."""
        async with asyncio.timeout(15):
            while self.bench.agent.printing.unfinished:
                await asyncio.sleep(0.01)
        return self.bench.printer.tape

    def figure(self, name: str) -> str:
        """What stands in a marked place: `figure("total")`."""
        found = re.search(rf"data-{name}[^>]*>([^<]*)<", self.html)
        return unescape(found[1]).strip() if found else ""


def address_in(folder: Path) -> str:
    """The one-time address, as the kiosk reads it."""
    return (folder / "screen-address").read_text().strip()


async def screen_at(bench: Bench, folder: Path) -> Screen:
    """Let a browser in by the one-time address. It has no token of the installation."""
    transport = bench.http._transport
    http = httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=True)
    answer = await http.get(address_in(folder))
    assert answer.status_code == 200
    return Screen(bench, http, answer.text)
