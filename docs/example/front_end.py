"""An example of another front end: one page that works a terminal through its local API.

python docs/example/front_end.py --token-file DATA/api-token [--agent http://127.0.0.1:7400] [--port 8090]

The token of the installation stays in this program: it serves the page, and passes what the page asks on to
the terminal with the token added. The page itself holds no secret. Nothing but Python is needed.
"""

from __future__ import annotations

import argparse
import http.client
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PAGE = Path(__file__).with_name("front_end.html")
PASSED_ON = ("Content-Type", "Idempotency-Key", "X-Tillday-Person")
MAX_BODY_BYTES = 64 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class FrontEnd(BaseHTTPRequestHandler):
    """Serves the page; everything below /api/ is asked of the terminal."""

    server: FrontEndServer

    def do_GET(self) -> None:
        if self.path.startswith("/api/"):
            self._pass_on()
        elif self.path == "/":
            self._answer(200, "text/html; charset=utf-8", PAGE.read_bytes())
        else:
            self._answer(404, "text/plain", b"There is one page here: /")

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        # Whoever reaches this program acts with the token: pages from elsewhere must not.
        own = self.server.names
        origin = self.headers.get("Origin")
        if self.headers.get("Host") not in own or (origin and urlsplit(origin).netloc not in own):
            self._answer(403, "text/plain", b"Only the page of this program may ask.")
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY_BYTES:
            self._answer(413, "text/plain", b"A request has at most 65536 bytes.")
            return
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        headers["Authorization"] = f"Bearer {self.server.token}"
        terminal = http.client.HTTPConnection(self.server.agent, timeout=60)
        try:
            terminal.request(self.command, self.path, self.rfile.read(length) or None, headers)
            self._hand_back(terminal.getresponse())
        except OSError:
            self._answer(502, "text/plain", b"The terminal does not answer: is its agent running?")
        finally:
            terminal.close()

    def _hand_back(self, answer: http.client.HTTPResponse) -> None:
        """Hand the answer on as it comes: events have no end."""
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        self.send_header("Connection", "close")
        self.end_headers()
        while part := answer.read1(16_384):
            self.wfile.write(part)
            self.wfile.flush()

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Requests are not logged: they may hold PINs."""


class FrontEndServer(ThreadingHTTPServer):
    """Answers this computer alone."""

    daemon_threads = True

    def __init__(self, port: int, agent: str, token: str) -> None:
        super().__init__(("127.0.0.1", port), FrontEnd)
        self.agent = urlsplit(agent).netloc
        self.token = token

    @property
    def names(self) -> frozenset[str]:
        return frozenset(f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost"))


def main() -> None:
    parser = argparse.ArgumentParser(description="An example front end for a Tillday terminal.")
    parser.add_argument("--agent", default="http://127.0.0.1:7400", help="where the terminal's API is")
    parser.add_argument(
        "--token-file", type=Path, required=True, help="the file api-token in its data folder"
    )
    parser.add_argument("--port", type=int, default=8090, help="where the page is to be (0: any free port)")
    chosen = parser.parse_args()
    server = FrontEndServer(chosen.port, chosen.agent, chosen.token_file.read_text(encoding="utf-8").strip())
    sys.stdout.write(f"Open http://127.0.0.1:{server.server_port}/\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
