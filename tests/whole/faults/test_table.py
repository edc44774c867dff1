"""The page says what the suite declares."""

from __future__ import annotations

from tests.whole.faults.table import PAGE, page


def test_the_page_has_every_fault() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text == page(text), "run: python -m tests.whole.faults.table"
