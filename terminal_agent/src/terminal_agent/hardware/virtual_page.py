"""The virtual printer and drawer as a page on the loopback interface: the receipts as pictures, the drawer,
and the troubles one can give them.

It reads what the device leaves in its folder and obeys through the device's pipe, so that it shows nothing
but what happened. Its libraries are imported where a page is asked for.
"""

import io
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from terminal_agent.hardware.tape import Document, decode
from terminal_agent.hardware.virtual_control import TAPE, NoVirtualPrinter, VirtualPrinterControl, read_state
from terminal_agent.hardware.virtual_wishes import BadWish, checked_wishes

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_ASSETS: Final = Path(__file__).with_name("page")
_KINDS: Final = {"page.css": "text/css", "page.js": "text/javascript", "beside.css": "text/css"}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self' http://127.0.0.1:* "
    "http://localhost:*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_NEWEST: Final = 12
_MAX_WISH_BYTES: Final = 2000
_SHOWN_TITLE: Final = 40


class TapeOnDisk:
    """The documents of a tape file, decoded again only where it has grown."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = -1
        self._documents: tuple[Document, ...] = ()
        self._reading = threading.Lock()

    def documents(self) -> tuple[Document, ...]:
        """Return what can be seen on the paper, oldest first."""
        with self._reading:
            data = self._path.read_bytes() if self._path.exists() else b""
            if len(data) != self._size:
                self._documents = tuple(one for one in decode(data) if not one.is_blank)
                self._size = len(data)
            return self._documents


class Page:
    """The answers of the page, whatever serves them. `screens`: the address of its terminal's."""

    def __init__(self, data: Path, name: str, screens: str = "") -> None:
        self._data = data
        self._name = name
        self.screens = screens
        self._tape = TapeOnDisk(data / TAPE)

    def state(self) -> dict[str, Any]:
        """Return the device's state and its newest documents, newest first."""
        documents = self._tape.documents()
        device = read_state(self._data)
        newest = list(enumerate(documents))[: -_NEWEST - 1 : -1]
        return {
            "name": self._name,
            "device": asdict(device) if device is not None else None,
            "printed": len(documents),
            "documents": [
                {"number": at, "complete": one.complete, "title": _title(one)} for at, one in newest
            ],
        }

    def picture(self, number: int) -> bytes | None:
        """Return a document as PNG, None where there is none of that number."""
        from terminal_agent.hardware.tape_picture import picture  # noqa: PLC0415 - costs a library

        documents = self._tape.documents()
        if not 0 <= number < len(documents):
            return None
        device = read_state(self._data)
        narrow = device is not None and device.paper_mm == 58
        drawn = io.BytesIO()
        picture(documents[number], columns=32 if narrow else 48, scale=1).save(drawn, "PNG")
        return drawn.getvalue()

    def text(self, number: int) -> str | None:
        """Return a document's rows, None where there is none of that number."""
        documents = self._tape.documents()
        return documents[number].text if 0 <= number < len(documents) else None

    def obey(self, body: bytes) -> dict[str, Any]:
        """Trouble the device as a JSON object asks. Raises BadWish, NoVirtualPrinter."""
        try:
            asked = json.loads(body)
        except ValueError:
            raise BadWish("the body is no JSON") from None
        return asdict(VirtualPrinterControl(self._data).set(**checked_wishes(asked)))


def _title(document: Document) -> str:
    rows = [row.text.strip() for row in document.rows if row.text.strip()]
    marked = next((row for row in rows if row.startswith(("Receipt", "***", "TILL", "CASH"))), None)
    return " ".join((marked or (rows[0] if rows else "a code")).split())[:_SHOWN_TITLE]


def application(page: Page) -> "Starlette":
    """Return the page as an application that answers this machine alone."""
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.middleware import Middleware  # noqa: PLC0415
    from starlette.middleware.trustedhost import TrustedHostMiddleware  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    routes = [
        Route("/", _file("page.html", "text/html")),
        Route("/beside", _beside(page)),
        *(Route(f"/{name}", _file(name, kind)) for name, kind in _KINDS.items()),
        Route("/state", _json(lambda _: page.state())),
        Route("/documents/{number:int}.png", _found(page.picture, "image/png")),
        Route("/documents/{number:int}.txt", _found(page.text, "text/plain")),
        Route("/control", _control(page), methods=["POST"]),
    ]
    own = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[own])


def _file(name: str, kind: str) -> Callable[["Request"], "Response"]:
    from starlette.responses import Response  # noqa: PLC0415

    content = (_ASSETS / name).read_bytes()
    return lambda _: Response(content, media_type=kind, headers=_HEADERS)


def _beside(page: Page) -> Callable[["Request"], "Response"]:
    """Return the terminal's screens with printer and drawer beside them, live."""
    from starlette.responses import PlainTextResponse, Response  # noqa: PLC0415

    if not page.screens:
        return lambda _: PlainTextResponse("No terminal is named: start with --screens URL.", status_code=404)
    shown = (_ASSETS / "beside.html").read_text(encoding="utf-8").replace("SCREENS", escape(page.screens))
    policy = f"{_HEADERS['Content-Security-Policy']}; frame-src 'self' {page.screens}"
    headers = {**_HEADERS, "Content-Security-Policy": policy}
    return lambda _: Response(shown, media_type="text/html", headers=headers)


def _json(answer: Callable[["Request"], dict[str, Any]]) -> Callable[["Request"], "Response"]:
    from starlette.responses import JSONResponse  # noqa: PLC0415

    return lambda request: JSONResponse(answer(request), headers=_HEADERS)


def _found(find: Callable[[int], bytes | str | None], kind: str) -> Callable[["Request"], "Response"]:
    from starlette.responses import PlainTextResponse, Response  # noqa: PLC0415

    def answer(request: "Request") -> "Response":
        content = find(request.path_params["number"])
        if content is None:
            return PlainTextResponse("There is no document of this number.", status_code=404)
        return Response(content, media_type=kind, headers=_HEADERS)

    return answer


def _control(page: Page) -> Callable[["Request"], Any]:
    from starlette.concurrency import run_in_threadpool  # noqa: PLC0415
    from starlette.responses import JSONResponse, PlainTextResponse  # noqa: PLC0415

    async def answer(request: "Request") -> "Response":
        # A page from elsewhere can send no JSON here without asking first, and nobody answers that.
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return PlainTextResponse("Send JSON (Content-Type: application/json).", status_code=415)
        body = await request.body()
        if len(body) > _MAX_WISH_BYTES:
            return PlainTextResponse(f"At most {_MAX_WISH_BYTES} bytes.", status_code=413)
        try:
            return JSONResponse(await run_in_threadpool(page.obey, body), headers=_HEADERS)
        except BadWish as error:
            return PlainTextResponse(f"{error}.", status_code=422)
        except NoVirtualPrinter as error:
            return PlainTextResponse(f"{error}.", status_code=503)

    return answer


def listen(port: int) -> socket.socket:
    """Take a port of the loopback interface. Raises OSError."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
    except OSError:
        door.close()
        raise
    return door


class PageServer:
    """The page on a thread of its own, beside the device."""

    def __init__(self, page: Page, door: socket.socket) -> None:
        self._page, self._door = page, door
        self._server: Any = None
        self._thread = threading.Thread(target=self._serve, name="page", daemon=True)

    def start(self) -> None:
        """Serve soon."""
        self._thread.start()

    def _serve(self) -> None:
        import uvicorn  # noqa: PLC0415

        configuration = uvicorn.Config(
            application(self._page),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(configuration)
        self._server.run(sockets=[self._door])

    def stop(self) -> None:
        """Stop serving within two seconds."""
        if self._server is not None:
            self._server.should_exit = True
            self._thread.join(2)
