"""Every language is whole: no message without a translation, no words outside the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils import translation

from config.messages import CALLS, CODE, FOLDER, Message, messages, speaks
from records import partial_dates

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))

#: Words that are the same in every language, each with why.
NOT_TRANSLATED = {
    "Anamnesis",  # the product's name
    "– Anamnesis",
    "Anamnesis – Anamnesis",
    "Tab",  # what the keys say; the sentence beside them is translated
    "Enter",
    "Esc",
}


def catalogue(language: str) -> Any:
    return polib.pofile(str(path_of(language)))


def path_of(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def message_of(entry: Any) -> Message:
    return Message(entry.msgctxt, entry.msgid, entry.msgid_plural or None)


def texts_of(entry: Any) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_each_language_has_a_catalogue() -> None:
    assert LANGUAGES == ["de"]
    assert all(path_of(language).exists() for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_in_the_catalogue_and_nothing_else(language: str) -> None:
    held = {message_of(entry) for entry in catalogue(language)}
    found = set(messages())
    assert sorted(map(str, found - held)) == [], "run `make messages` and translate"
    assert sorted(map(str, held - found)) == [], "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_none_is_guessed(language: str) -> None:
    entries = catalogue(language)
    assert [entry.msgid for entry in entries if not all(texts_of(entry))] == []
    assert [entry.msgid for entry in entries if "fuzzy" in entry.flags] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_the_same_values(language: str) -> None:
    wrong = [
        (entry.msgid, text)
        for entry in catalogue(language)
        for text in texts_of(entry)
        # One thing may be said in a word: "an entry" for {count} entry.
        if text
        and set(placeholders(text))
        not in [set(placeholders(each)) for each in (entry.msgid, entry.msgid_plural) if each]
    ]
    assert wrong == []


def placeholders(text: str) -> list[str]:
    return re.findall(r"\{\w*\}|%\(\w+\)[sd]|%[sd]", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_runs_is_compiled_from_the_text(language: str) -> None:
    def content(entries: Any) -> set[tuple[Message, tuple[str, ...]]]:
        return {(message_of(entry), tuple(texts_of(entry))) for entry in entries if any(texts_of(entry))}

    compiled = polib.mofile(str(path_of(language).with_suffix(".mo")))
    assert content(compiled) == content(catalogue(language)), "run `make messages`"
    assert compiled.metadata["Plural-Forms"] == catalogue(language).metadata["Plural-Forms"]


@pytest.mark.parametrize("language", [settings.LANGUAGE_CODE, *LANGUAGES])
def test_a_day_that_is_shown_can_be_typed(language: str) -> None:
    with translation.override(language):
        for month in range(1, 13):
            stored = f"2026-{month:02}-09"
            assert partial_dates.read(str(partial_dates.shown(stored))) == stored


# --- Words outside the catalogues ---------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER / "templates")))
def test_a_template_says_nothing_outside_its_translate_tags(path: Path) -> None:
    bare = [words for words in said_bare(path.read_text()) if words not in NOT_TRANSLATED]
    assert bare == []


def said_bare(source: str) -> list[str]:
    reader = Reader()
    reader.feed("".join(untranslated(source)))
    return reader.said


def untranslated(source: str) -> Iterator[str]:
    """The text of a template between its tags, without what translation tags hold."""
    within = ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            if name in ("blocktranslate", "comment"):
                within = f"end{name}"
            elif name == within:
                within = ""
        elif token.token_type == TokenType.TEXT and not within:
            yield token.contents


class Reader(HTMLParser):
    """What a person reads or hears: text, and the attributes that are read out or shown."""

    SHOWN = {"title", "alt", "placeholder", "aria-label", "aria-description", "data-label", "summary"}

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        for name, value in attrs:
            if name in self.SHOWN or (
                name.startswith("data-") and re.search(r"[A-Za-z]{2,} [a-z]", value or "")
            ):
                self._hear(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._hear(data)

    def _hear(self, text: str) -> None:
        words = " ".join(text.split())
        is_a_class = re.fullmatch(r"[a-z]+--[a-z]+", words)
        if re.search(r"[^\W\d_]{2,}", words) and not is_a_class:
            self.said.append(words)


def test_words_outside_the_tags_are_found() -> None:
    assert said_bare('<p title="Two words">{% translate "x" %} one {{ x }}</p>') == ["Two words", "one"]
    assert said_bare("{% blocktranslate %}all {{ x }} of it{% endblocktranslate %}<b>·</b> 3") == []


def test_no_message_is_put_together_from_pieces() -> None:
    """A message with values in it already (an f-string, a sum) is in no catalogue."""
    glued = [
        f"{path.relative_to(FOLDER)}:{call.lineno}"
        for path in (path for folder in CODE for path in sorted((FOLDER / folder).rglob("*.py")))
        if speaks(path.read_text())
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in CALLS
        and any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in call.args[:1])
    ]
    assert glued == []
