"""The money in a virtual drawer: real coins and notes, moved by payments, change, the safe and thieves.

What a count finds comes from here, never from an expected amount.
"""

import json
from pathlib import Path

from terminal_agent.hardware.coins import Pieces, add, checked, make_amount, make_at_most, remove, worth


class VirtualDrawer:
    """The content of one drawer, kept as JSON {value in minor units: quantity}; one writer at a time.

    Each operation is stored as a whole or, when it raises, not at all.
    """

    def __init__(self, path: Path) -> None:
        """A file that is not there is an empty drawer."""
        self._path = path

    def beside(self, name: str) -> "VirtualDrawer":
        """Return a compartment of its own for other money, in a file beside this one."""
        return VirtualDrawer(self._path.with_name(f"{self._path.stem}-{name}.json"))

    def count(self) -> dict[int, int]:
        """Return quantity by value of what lies in the drawer, empty compartments left out."""
        if not self._path.exists():
            return {}
        return checked(
            {int(value): quantity for value, quantity in json.loads(self._path.read_bytes()).items()}
        )

    def total(self) -> int:
        """Return what the drawer is worth."""
        return worth(self.count())

    def put(self, pieces: Pieces) -> None:
        """Lay pieces into the drawer: a float, a loan from the safe."""
        self._store(add(self.count(), checked(pieces)))

    def pay_in(self, tendered: Pieces) -> int:
        """Take a customer's pieces and return what they are worth."""
        self.put(tendered)
        return worth(tendered)

    def give_change(self, amount: int) -> dict[int, int]:
        """Take pieces worth exactly `amount` out and return them; raises coins.CannotMakeAmount."""
        content = self.count()
        given = make_amount(content, amount)
        self._store(remove(content, given))
        return given

    def sell(self, due: int, tendered: Pieces) -> dict[int, int]:
        """Take what a customer hands over for `due` and return the change, which may come from these pieces.

        Raises coins.CannotMakeAmount, with the drawer as before, when the change cannot be given;
        ValueError when too little was handed over.
        """
        if worth(tendered) < due:
            raise ValueError(f"{worth(tendered)} does not pay {due}")
        content = add(self.count(), checked(tendered))
        change = make_amount(content, worth(tendered) - due)
        self._store(remove(content, change))
        return change

    def take_out(self, amount: int) -> dict[int, int]:
        """Take pieces worth exactly `amount` for the safe; raises coins.CannotMakeAmount."""
        return self.give_change(amount)

    def move_to_safe(self, keep: int) -> dict[int, int]:
        """Leave pieces worth `keep` and return the others.

        Where no choice leaves exactly that, the least possible above it stays: a drawer cannot split a note.
        """
        content = self.count()
        moved = make_at_most(content, max(worth(content) - keep, 0))
        self._store(remove(content, moved))
        return moved

    def steal(self, amount: int) -> dict[int, int]:
        """Let pieces worth exactly `amount` disappear; raises coins.CannotMakeAmount."""
        return self.give_change(amount)

    def _store(self, content: Pieces) -> None:
        new = self._path.with_name(f"{self._path.name}.new")
        new.write_text(json.dumps({str(value): quantity for value, quantity in sorted(content.items())}))
        new.replace(self._path)
