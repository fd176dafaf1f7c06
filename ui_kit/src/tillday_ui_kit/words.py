"""What pages say in other languages: gettext catalogues read from their `.po` files as they lie."""

from collections.abc import Iterable
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def catalogue(path: Path) -> GNUTranslations:
    """Return the translations of a `.po` file."""
    with path.open("rb") as file:
        read = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return GNUTranslations(compiled)


def languages(folder: Path, names: Iterable[str]) -> dict[str, NullTranslations]:
    """Return the translations per language; a language without a file speaks as the pages are written."""
    known = {name: folder / f"{name}.po" for name in names}
    return {name: catalogue(file) if file.exists() else NullTranslations() for name, file in known.items()}
