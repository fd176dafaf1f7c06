"""A refusal on its way to whoever asked."""

from terminal_agent.core.refusal import Refusal


class Refused(Exception):
    """The request is against a rule; nothing but the refusal itself came of it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


def refused(code: str, text: str, **details: object) -> Refused:
    """Return a refusal to raise."""
    return Refused(Refusal(code, text, details))
