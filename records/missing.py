"""What is not filled in yet, as a word in the line that is being written. Knows nothing of Django."""

from __future__ import annotations

from html import escape
from typing import Self


class Missing(str):
    """A word that stands for what is not filled in yet. before, after: what is known beside it."""

    __slots__ = ("markup",)
    markup: str

    def __new__(cls, word: str, *, before: str = "", after: str = "") -> Self:
        missing = super().__new__(cls, f"{before}{word}{after}")
        missing.markup = (
            f'{escape(before)}<span class="preview__missing">{escape(word)}</span>{escape(after)}'
        )
        return missing

    def __html__(self) -> str:
        return self.markup
