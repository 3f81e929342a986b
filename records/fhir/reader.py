"""Files on disk as FHIR resources, one file at a time, and a plain sentence for what is none.

Reads .json and .ndjson, each also gzipped: bundles of any type (nested ones too), single resources,
arrays of resources, one resource a line. Knows nothing of patients or events; nothing a file holds
makes it raise anything but `Unreadable`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from records.fhir.elements import Json, Number, part, parts, text

SUFFIXES = (".json", ".ndjson", ".json.gz", ".ndjson.gz")
#: A bundle is read whole, a line of NDJSON alone: more than this in one piece is refused.
LARGEST = 1 << 30
_DEEPEST_BUNDLE = 8


class Unreadable(Exception):
    """A file, or a line of one, that cannot be understood. Its text is a sentence for people."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)


@dataclass(frozen=True)
class Entry:
    """One resource as it stands in a file.

    Shape: full_url is the bundle's name for it; bundle counts the bundles of a file (None: loose).
    """

    resource: Json
    full_url: str | None = None
    bundle: int | None = None

    @property
    def kind(self) -> str:
        return text(self.resource.get("resourceType")) or ""


def find_files(paths: Iterable[str]) -> Iterator[tuple[Path, str | None]]:
    """Every file to read, in a stable order, with the reason where one cannot be.

    Folders are walked for files of our suffixes; a file that was named outright is taken as it is.
    """
    for given in paths:
        path = Path(given)
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                        yield Path(folder) / name, None
        elif not path.exists():
            yield path, "There is no such file or folder"
        elif not path.is_file():
            yield path, "It is not a regular file"
        elif not path.name.lower().endswith(SUFFIXES):
            yield path, f"Only {', '.join(SUFFIXES)} files are read"
        else:
            yield path, None


class FhirFile:
    """One file being read. digest: SHA-256 of its content (unzipped), known once it was read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sha = hashlib.sha256()
        self._bundles = 0

    @property
    def digest(self) -> str:
        return self._sha.hexdigest()

    def entries(self) -> Iterator[Entry | Unreadable]:
        """Its resources; an `Unreadable` for a bad line. Raises: Unreadable for a bad file."""
        try:
            with self.path.open("rb") as raw:
                zipped = raw.read(2) == b"\x1f\x8b"
                raw.seek(0)
                if zipped:
                    with gzip.GzipFile(fileobj=raw) as unzipped:
                        yield from self._read(unzipped)
                elif self.path.name.lower().endswith(".gz"):
                    raise Unreadable("It is named .gz but is not a gzip file")
                else:
                    yield from self._read(raw)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise Unreadable("The gzip file is damaged or cut off") from None
        except OSError as error:
            raise Unreadable(f"It cannot be read: {error.strerror or error}") from None

    def _read(self, stream: IO[bytes] | gzip.GzipFile) -> Iterator[Entry | Unreadable]:
        if self.path.name.lower().removesuffix(".gz").endswith(".ndjson"):
            yield from self._lines(stream)
            return
        content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Unreadable("It is larger than 1 GiB; split it, or use NDJSON")
        self._sha.update(content)
        if not content.strip(b"\xef\xbb\xbf \t\r\n"):
            raise Unreadable("It is empty")
        yield from self._document(content)

    def _document(self, content: bytes) -> Iterator[Entry | Unreadable]:
        try:
            value = decode(content)
        except Unreadable:
            lines = content.splitlines()
            if len(lines) > 1 and _is_object(lines[0]):  # NDJSON under the name of .json
                for number, line in enumerate(lines, start=1):
                    yield from self._line(line, number)
                return
            raise
        yield from self._resources(value)

    def _lines(self, stream: IO[bytes] | gzip.GzipFile) -> Iterator[Entry | Unreadable]:
        number = 0
        while line := stream.readline(LARGEST + 1):
            number += 1
            self._sha.update(line)
            if len(line) > LARGEST:
                raise Unreadable("The line is longer than 1 GiB", line=number)
            yield from self._line(line, number)
        if number == 0:
            raise Unreadable("It is empty")

    def _line(self, line: bytes, number: int) -> Iterator[Entry | Unreadable]:
        if not line.strip():
            return
        try:
            yield from self._resources(decode(line))
        except Unreadable as bad:
            yield Unreadable(str(bad), line=number)

    def _resources(self, value: Any) -> Iterator[Entry]:
        if isinstance(value, list):
            items = [item for item in value if isinstance(item, dict) and text(item.get("resourceType"))]
            if not items:
                raise Unreadable("It is a JSON array without a FHIR resource in it")
            for item in items:
                yield from self._resources(item)
            return
        if not isinstance(value, dict):
            raise Unreadable("It is JSON, but no FHIR resource")
        if text(value.get("resourceType")) is None:
            raise Unreadable("It is JSON, but has no resourceType: no FHIR resource")
        yield from self._unpacked(value)

    def _unpacked(self, resource: Json, depth: int = 0) -> Iterator[Entry]:
        if text(resource.get("resourceType")) != "Bundle":
            yield Entry(resource)
            return
        if depth > _DEEPEST_BUNDLE:
            return
        self._bundles += 1
        number = self._bundles
        for entry in parts(resource, "entry"):
            inner = part(entry, "resource")
            if text(inner.get("resourceType")) == "Bundle":
                yield from self._unpacked(inner, depth + 1)
            elif inner and text(part(entry, "request").get("method")) != "DELETE":
                yield Entry(inner, text(entry.get("fullUrl")), number)


def decode(content: bytes) -> Any:
    """JSON with its numbers as they were written. Raises: Unreadable, saying where it goes wrong."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise Unreadable("It is XML or HTML; only FHIR JSON is read")
    try:
        return json.loads(content, parse_float=Number, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Unreadable("It is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
            raise Unreadable("It is not complete JSON: it ends too early") from None
        place = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"It is not valid JSON: {error.msg} ({place})") from None
    except RecursionError:
        raise Unreadable("Its JSON is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"It is not valid JSON: {error}") from None


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
