"""What may be wrong with a line of a catalogue file, as sentences that pages can say in other languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

NOT_UTF_8: Final = "this is not UTF-8 text; save the file as CSV UTF-8"
NO_HEADING: Final = "the first line cannot be read (%(error)s)"
NO_COMMAS: Final = "the columns must be separated by commas: %(wanted)s"
LACKING: Final = "the first line must name the columns %(wanted)s; it lacks %(missing)s"
NO_SUCH_COLUMN: Final = 'there is no column "%(column)s"; besides %(wanted)s there may be %(optional)s'
COLUMN_TWICE: Final = "the column %(column)s stands there twice"
OPEN_QUOTE: Final = "this line or one after it cannot be read (%(error)s); a quote is open, or one is missing"
NO_PRODUCT: Final = "the file has no product; each line after the first one is a product"
CELLS: Final = "there are %(cells)s cells for %(columns)s columns; a name with a comma needs quotes"
TWICE: Final = 'the %(column)s "%(value)s" stands in line %(first)s already'
EMPTY: Final = "%(column)s is empty"
TOO_LONG: Final = "%(column)s has %(length)s characters; %(most)s are the most"
CONTROL: Final = "%(column)s holds a line break or another control character"
NO_PRICE: Final = 'price_minor "%(cell)s" is no price: whole minor units, 199 for 1.99'
NO_RATE: Final = 'tax_percent "%(cell)s" is no tax rate: write it like 19 or 5.5, without %%'
RATE_TOO_HIGH: Final = "tax_percent %(cell)s is more than 100"

SENTENCES: Final = (
    *(NOT_UTF_8, NO_HEADING, NO_COMMAS, LACKING, NO_SUCH_COLUMN, COLUMN_TWICE, OPEN_QUOTE, NO_PRODUCT),
    *(CELLS, TWICE, EMPTY, TOO_LONG, CONTROL, NO_PRICE, NO_RATE, RATE_TOO_HIGH),
)


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why one line (counted from 1, the heading included) is no product: a sentence and what stands in it."""

    line: int
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the sentence in English."""
        return self.sentence % self.values if self.values else self.sentence
