"""The style sheets of a page as one file, under a name that changes with what is in it.

Why: one request instead of twenty before anything is drawn, and a browser may keep it for good: what changed
has another address. The files stay apart for whoever reads them (templates/stylesheets.html lists them).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

#: What says nothing to a browser: comments, and the room at the beginning of lines.
_SILENT = re.compile(r"/\*.*?\*/|(?<=\n)\s+", re.DOTALL)
FOR_GOOD = "public, max-age=31536000, immutable"

#: Name -> style sheet, of everything that this process has joined.
_JOINED: dict[str, str] = {}


def joined(names: Sequence[str]) -> str:
    """The name of the file that holds these, in this order. Follows the files as they change on the disk."""
    paths = tuple(Path(str(finders.find(name))) for name in names)
    return _join(paths, tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=8)
def _join(paths: tuple[Path, ...], _changed: tuple[int, ...]) -> str:
    text = _SILENT.sub("", "\n".join(path.read_text(encoding="utf-8") for path in paths))
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    _JOINED[name] = text
    return name


@require_safe
def stylesheet(_request: HttpRequest, name: str) -> HttpResponse:
    """The joined file; a name of another version gets this version's, which is not kept."""
    if name not in _JOINED:
        render_to_string("stylesheets.html")
    known = name in _JOINED
    text = _JOINED[name] if known else next(reversed(_JOINED.values()), "")
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = FOR_GOOD if known else "no-store"
    return response
