"""Pages as text: templates of the kit and of whoever shows them, in one language each."""

from collections.abc import Callable, Iterable, Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    """Renders templates; what one prints is escaped, what it does not know is an error."""

    def __init__(
        self,
        folders: Iterable[Path],
        languages: Mapping[str, NullTranslations],
        filters: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        places = [*folders, TEMPLATES]
        self._by_language = {
            name: _environment(places, words, filters or {}) for name, words in languages.items()
        }

    def render(self, template: str, language: str, values: Mapping[str, Any]) -> str:
        """Return a page in a language that was given."""
        return self._by_language[language].get_template(template).render(values)


def _environment(
    places: list[Path], words: NullTranslations, filters: Mapping[str, Callable[..., Any]]
) -> Environment:
    made = Environment(
        loader=FileSystemLoader(places),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    made.filters.update(filters)
    return made
