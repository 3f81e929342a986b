"""`manage.py makemessages`: brings every language's catalogue up to date with the messages of the product.

New messages are added untranslated, those that are gone are dropped with their translation, and the compiled
catalogue that runs is written beside the text. docs/languages.md tells how to add a language.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.messages import Message, messages


class Command(BaseCommand):
    requires_system_checks = []
    help = "Bring the catalogues in locale/ up to date with the messages of the product, and compile them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-l", "--locale", action="append", help="a language, as de; default: all that are there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            import polib  # noqa: PLC0415 - only the development tools hold it
        except ImportError:
            raise CommandError("This needs the development tools: run `make messages`.") from None
        folder = Path(settings.LOCALE_PATHS[0])
        languages = options["locale"] or sorted(path.name for path in folder.iterdir() if path.is_dir())
        found = messages()
        for language in languages:
            path = folder / language / "LC_MESSAGES" / "django.po"
            catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else _new(polib, language)
            known = {Message(each.msgctxt, each.msgid, each.msgid_plural or None): each for each in catalogue}
            for message, entry in known.items():
                if message not in found:
                    catalogue.remove(entry)
            for message, places in found.items():
                entry = known.get(message) or _entry(polib, message)
                entry.occurrences = [(place, "") for place in places]
                entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
                if message not in known:
                    catalogue.append(entry)
            order = {message: number for number, message in enumerate(found)}
            catalogue.sort(
                key=lambda each: order[Message(each.msgctxt, each.msgid, each.msgid_plural or None)]
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            catalogue.save_as_mofile(str(path.with_suffix(".mo")))
            left = len(catalogue.untranslated_entries())
            self.stdout.write(f"{language}: {len(catalogue)} messages, {left} without a translation.")


def _new(polib: Any, language: str) -> Any:
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "Anamnesis",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _entry(polib: Any, message: Message) -> Any:
    entry = polib.POEntry(msgid=message.one, msgstr="")
    if message.context is not None:
        entry.msgctxt = message.context
    if message.many is not None:
        entry.msgid_plural, entry.msgstr_plural = message.many, {0: "", 1: ""}
    return entry
