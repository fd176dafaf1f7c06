"""What every request has to pass: small enough, and changes asked for by our own pages only."""

import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response

from backoffice_service.http.door import give
from backoffice_service.http.office import language_in
from backoffice_service.http.problems import is_api, problem
from backoffice_service.pages.speech import Speech
from tillday_ui_kit.assets import HEADERS

# Without its own origin a form could not show that it is ours.
PAGE_HEADERS: Final = {**HEADERS, "Referrer-Policy": "same-origin"}
MOST_BYTES: Final = 64 * 1024
MOST_CATALOGUE_BYTES: Final = 4 * 1024 * 1024
NOT_OURS: Final = "This request does not come from a page of the back office."
NO_LENGTH: Final = "Say how long the request is."
TOO_LONG: Final = "A request has %(most)s bytes at most."
_CATALOGUE: Final = re.compile(r"/stores/[^/]+/settings/catalogue|/api/stores/[^/]+/import-catalogue")
READS: Final = frozenset({"GET", "HEAD"})
Next = Callable[[Request], Awaitable[Response]]


async def guard(request: Request, call_next: Next) -> Response:
    """Refuse what is too long or comes from a foreign page; add the headers, and a visit's new secret."""
    refusal = _refusal(request)
    answer = _refused(request, *refusal) if refusal else await call_next(request)
    for name, value in PAGE_HEADERS.items():
        answer.headers.setdefault(name, value)
    if secret := getattr(request.state, "visit_secret", None):
        give(answer, secret)
    return answer


def _refused(request: Request, status: int, sentence: str) -> Response:
    said = Speech(language_in(request)).text(sentence, most=most_bytes(request.url.path))
    return problem(status, said) if is_api(request) else PlainTextResponse(said, status)


def _refusal(request: Request) -> tuple[int, str] | None:
    if request.method in READS:
        return None
    if not _is_ours(request):
        return 403, NOT_OURS
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        return 411, NO_LENGTH
    if int(length) > most_bytes(request.url.path):
        return 413, TOO_LONG
    return None


def most_bytes(path: str) -> int:
    """Return how long a request to an address may be: a catalogue is longer than what people type."""
    return MOST_CATALOGUE_BYTES if _CATALOGUE.fullmatch(path) else MOST_BYTES


def _is_ours(request: Request) -> bool:
    """Browsers name the page's origin with every request that changes something."""
    origin = urlsplit(request.headers.get("origin", ""))
    return origin.scheme in ("http", "https") and origin.netloc == request.headers.get("host", "")
