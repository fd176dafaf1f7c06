"""The code pages a document may switch between, in the numbering of the ESC/POS standard.

Encoder and tape share this table, so that what is printed can be read back. The euro's page comes first: it
holds western European letters, the euro and the lines of a rule, so most documents never switch.
"""

from typing import Final

FIRST_PAGE: Final = "CP858"
CODE_PAGES: Final[dict[str, int]] = {
    "CP858": 19,
    "CP852": 18,
    "CP866": 17,
    "CP737": 14,
    "CP857": 13,
    "CP775": 33,
}
CODECS: Final[dict[int, str]] = {number: name.lower() for name, number in CODE_PAGES.items()} | {0: "cp437"}
