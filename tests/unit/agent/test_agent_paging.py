"""Lists that come page by page."""

from terminal_agent.core.paging import Fetching, Page, Progress, ask, due, take

REQUEST_1, REQUEST_2, REQUEST_3, REQUEST_9 = (digit * 32 for digit in "1239")


def page(number: int, *items: str, revision: int = 4, of: int = 2, request: str = REQUEST_1) -> Page[str]:
    return Page(request, revision, number, of, items)


def first_page(held: int | None = None) -> tuple[Fetching[str], Progress[str]]:
    asked, _ = ask(Fetching[str](held), REQUEST_1, wanted=4, at=0.0)
    return asked, take(asked, page(0, "a", "b"), at=0.1)


def test_a_list_is_whole_only_with_its_last_page() -> None:
    _, progress = first_page()
    assert (progress.whole, progress.more) == (None, True)

    nxt, question = ask(progress.fetching, REQUEST_2, wanted=4, at=0.2)
    assert (question.page, question.revision) == (1, 4)
    done = take(nxt, page(1, "c", request=REQUEST_2), at=0.3)

    assert done.whole == ("a", "b", "c")
    assert done.fetching.held == 4


def test_pages_of_two_revisions_are_never_mixed() -> None:
    _, progress = first_page()
    nxt, _ = ask(progress.fetching, REQUEST_2, wanted=4, at=0.2)

    changed = take(nxt, page(1, "c", revision=5, request=REQUEST_2), at=0.3)

    assert changed.more
    assert changed.fetching.items == ()
    _, again = ask(changed.fetching, REQUEST_3, wanted=5, at=0.4)
    assert again.page == 0


def test_a_page_of_another_request_is_dropped() -> None:
    asked, _ = first_page()

    assert take(asked, page(0, "x", request="somebody"), at=0.1).fetching == asked


def test_an_answer_that_stays_away_is_asked_for_again_from_the_beginning() -> None:
    _, progress = first_page()

    assert not due(progress.fetching, 4, at=1.0)
    assert due(progress.fetching, 4, at=9.0)
    restarted, question = ask(progress.fetching, REQUEST_9, wanted=4, at=9.0)
    assert (question.page, restarted.items) == (0, ())


def test_a_list_that_is_held_is_not_asked_for() -> None:
    assert not due(Fetching[str](held=4), 4, at=0.0)
    assert due(Fetching[str](held=3), 4, at=0.0)
    assert due(Fetching[str](), 0, at=0.0)
    assert not due(Fetching[str](), None, at=0.0)
