"""Forms that hold a file: `multipart/form-data`, read by the library that reads mail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import Final

from fastapi import Request

KIND: Final = "multipart/form-data"
MOST_PARTS: Final = 20


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, and its files as they came, both by name."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def holds_files(request: Request) -> bool:
    """Whether a request is a form that may hold files."""
    return request.headers.get("content-type", "").lower().startswith(KIND)


async def form_of(request: Request) -> Form:
    """Return the form of a request; whatever its bytes are, it is a form, if need be an empty one."""
    if not holds_files(request):
        return Form()
    if not hasattr(request.state, "form"):
        request.state.form = form_in(request.headers["content-type"], await request.body())
    form: Form = request.state.form
    return form


def form_in(content_type: str, body: bytes) -> Form:
    """Return what a form holds; of a field, what cannot be stored anywhere is left out."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    parts = list(_parts(BytesParser().parsebytes(head + body)))
    return Form(
        {name: _text(data) for name, data, is_file in parts if not is_file},
        {name: data for name, data, is_file in parts if is_file},
    )


def _parts(message: Message) -> Iterator[tuple[str, bytes, bool]]:
    """Yield name, content and whether it is a file of each part that has a name. No browser encodes one."""
    parts = message.get_payload()
    if not isinstance(parts, list):
        return
    for part in parts[:MOST_PARTS]:
        if not isinstance(part, Message) or part.is_multipart() or "content-transfer-encoding" in part:
            continue
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            yield name, data, part.get_param("filename", header="content-disposition") is not None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\x00", "")
