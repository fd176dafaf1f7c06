import io

from rich.console import Console

from tillday_local.console import Narrator, readable
from tillday_local.supervisor import Incident

LINE = (
    "2026-11-21T20:58:16.650179Z [info     ] service is up                  instance=x-1 service=x stream=A"
)


def test_a_log_line_is_shown_without_what_the_name_before_it_says() -> None:
    assert readable(LINE) == "20:58:16 [info     ] service is up stream=A"


def test_a_line_of_another_form_is_shown_as_it_is() -> None:
    assert readable("something [else]  entirely") == "something [else]  entirely"


def narrate(width: int = 200) -> tuple[Narrator, io.StringIO]:
    target = io.StringIO()
    return Narrator(Console(file=target, width=width, highlight=False)), target


def test_a_line_stands_behind_the_name_of_its_part() -> None:
    narrator, target = narrate()

    narrator.line("till_service", "[warning  ] markup like [bold] is no markup")

    assert target.getvalue() == "till_service   [warning  ] markup like [bold] is no markup\n"


def test_a_part_that_died_is_told_with_how_and_what_happens_next() -> None:
    narrator, target = narrate()

    narrator.incident(Incident("broker", -9, 0.2))
    narrator.incident(Incident("terminal-T1", 3, 0.4))

    assert target.getvalue().splitlines() == [
        "broker was ended by signal 9; starting it again in 0.2 s",
        "terminal-T1 ended with code 3; starting it again in 0.4 s",
    ]
