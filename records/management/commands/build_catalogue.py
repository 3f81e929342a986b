"""Makes the shipped catalogue of drugs anew from the US NDC directory."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.catalogue import build
from records.catalogue.entries import FILE


class Command(BaseCommand):
    help = (
        "Make the catalogue of drugs anew from the US NDC directory: its product.txt, or a wheel or archive "
        "that holds it. The same input gives the same file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="PATH", help="product.txt, or a wheel that holds it")
        parser.add_argument("--to", type=Path, default=FILE, help="where to write (default: what is shipped)")

    def handle(self, *_args: Any, **options: Any) -> None:
        source: Path = options["source"]
        if not source.is_file():
            raise CommandError(f"There is no file at {source}.")
        try:
            made = build.build(build.read(source))
        except (KeyError, StopIteration, ValueError) as problem:
            raise CommandError(f"{source} is not a product file of the NDC directory.") from problem
        options["to"].write_text(build.written(made), encoding="utf-8")
        self.stdout.write(
            f"{len(made['drugs'])} drugs of {len(made['substances'])} substances in {len(made['classes'])} "
            f"classes, from {made['products']} products as of {made['as_of']}, to {options['to']}."
        )
