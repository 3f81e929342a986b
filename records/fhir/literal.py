"""What the source wrote, kept in full: cleaned of what no database holds, in lines, and digested.

The lines are the source's own elements, "dosageInstruction[0].doseAndRate[0].doseQuantity.value: 0.10",
with its own digits. They are kept with the event, so that nothing a source says is lost, and two
versions of one resource differ by exactly the lines that changed. Knows nothing of events.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from records.fhir.elements import Json, Number, part, text

#: U+2400, the sign that stands for the character that PostgreSQL refuses.
NUL_SIGN = "\u2400"

#: Elements that a server rewrites at every export; they say nothing of the patient.
_OF_THE_COPY = ("resourceType", "id", "meta", "text")
_LONGEST_LITERAL = 4000
_DEEPEST = 100
_NUL_OR_SURROGATE = re.compile("[\x00\ud800-\udfff]")
#: A second line of one text is indented, so that it never reads as an element.
_CONTINUED = "\n    "
_TAG = re.compile(r"<[^<>]*>")


class NestedTooDeeply(Exception):
    """A resource of more levels than any real one has."""


def cleaned(value: Any, depth: int = 0) -> tuple[Any, bool]:
    """Replace NUL by its sign and half characters by U+FFFD, at any depth; whether any was there.

    Raises: NestedTooDeeply.
    """
    if depth > _DEEPEST:
        raise NestedTooDeeply
    if isinstance(value, str):
        if not _NUL_OR_SURROGATE.search(value):
            return value, False
        return _NUL_OR_SURROGATE.sub(lambda found: NUL_SIGN if found[0] == "\x00" else "\ufffd", value), True
    if isinstance(value, dict):
        pairs = [(cleaned(key, depth), cleaned(item, depth + 1)) for key, item in value.items()]
        dirty = any(key[1] or item[1] for key, item in pairs)
        return ({key[0]: item[0] for key, item in pairs}, True) if dirty else (value, False)
    if isinstance(value, list):
        items = [cleaned(item, depth + 1) for item in value]
        return ([item[0] for item in items], True) if any(item[1] for item in items) else (value, False)
    return value, False


def digest(resource: Json) -> str:
    """SHA-256 of the content, whatever the order of its elements and whichever copy it came in."""
    content = {name: value for name, value in resource.items() if name not in ("meta", "text", "id")}
    if narrative := narrative_of(resource):
        content["text"] = narrative
    if tags := part(resource, "meta").get("security"):
        content["meta.security"] = tags
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def narrative_of(resource: Json) -> str | None:
    """The narrative where it says more than the elements do (its status says so)."""
    narrative = part(resource, "text")
    if text(narrative.get("status")) in (None, "generated", "empty"):
        return None
    return " ".join(_TAG.sub(" ", text(narrative.get("div")) or "").split()) or None


def source_lines(resource: Json, *, also: Iterable[tuple[str, Any]] = ()) -> str:
    """Every element of the resource, a line each. also: resolved references, under a name of ours."""
    own = ((name, value) for name, value in resource.items() if name not in _OF_THE_COPY)
    lines = [line for name, value in own for line in _lines(name, value)]
    if narrative := narrative_of(resource):
        lines.append(f"text: {narrative}")
    for name, value in also:
        lines.extend(_lines(name, value))
    return "\n".join(lines)


def _lines(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _lines(f"{path}.{name}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _lines(f"{path}[{index}]", item)
    elif value is None:
        return
    elif isinstance(value, bool):
        yield f"{path}: {'true' if value else 'false'}"
    elif isinstance(value, str) and not isinstance(value, Number) and len(value) > _LONGEST_LITERAL:
        sha = hashlib.sha256(value.encode()).hexdigest()
        yield f"{path}: {value[:80]}… ({len(value):,} characters, SHA-256 {sha})"
    else:
        yield f"{path}: {value}".replace("\n", _CONTINUED)


def changed_elements(before: str, after: str) -> frozenset[str]:
    """The top elements that differ between two versions: {"status", "dosageInstruction"}."""
    old, new = _by_path(before), _by_path(after)
    return frozenset(
        re.split(r"[.\[]", path, maxsplit=1)[0] for path in {*old, *new} if old.get(path) != new.get(path)
    )


def changed_lines(before: str, after: str, *, limit: int = 6) -> str:
    """What differs between two versions, in the source's own elements: "gender: male → female"."""
    old, new = _by_path(before), _by_path(after)
    said = [
        f"{path}: {old.get(path, 'absent')} → {new.get(path, 'absent')}"
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]
    more = f"; and {len(said) - limit} more" if len(said) > limit else ""
    return "; ".join(said[:limit]) + more


def _by_path(lines: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines.replace(_CONTINUED, "\r").split("\n"):
        path, _, value = line.partition(": ")
        found[path] = value.replace("\r", "\n")
    return found
