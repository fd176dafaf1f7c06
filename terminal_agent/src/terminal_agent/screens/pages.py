"""The templates of the screens, in every language they speak."""

from pathlib import Path
from typing import Final

from terminal_agent.screens.words import CATALOGUES
from tillday_ui_kit.pages import Pages

PAGES: Final = Pages([Path(__file__).parent / "templates"], CATALOGUES)
