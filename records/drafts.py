"""What someone had typed when their session ended: kept, sealed, in the sign-in page, and given back to them.

Why: nobody loses a prescription to an automatic logoff, and the page that anyone may read from a locked
screen holds no patient. The server keeps nothing; the seal opens for the same person only, and for a day.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.http.request import QueryDict

from eventstore.envelope import keyed_digest
from records.models import User

#: What is not given back: who one was, that one confirmed, and which button it was.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "confirm", "read_back"})


@dataclass(frozen=True)
class Draft:
    """A form as it was sent: where to, and every value by name."""

    path: str
    typed: tuple[tuple[str, str], ...]


def is_a_command(request: HttpRequest) -> bool:
    """A form of ours that can be sent again. One with a password in it is never given back."""
    return request.method == "POST" and "command_id" in request.POST and "password" not in request.POST


def typed(posted: QueryDict, *, without: frozenset[str] = NOT_KEPT) -> tuple[tuple[str, str], ...]:
    """Every value that was sent, by name."""
    return tuple(
        (name, str(value)) for name, values in posted.lists() if name not in without for value in values
    )


def sealed(request: HttpRequest) -> str | None:
    """The form that this request sent, sealed for the person who is signed in; None if it sent none."""
    if not is_a_command(request) or not isinstance(request.user, User):
        return None
    draft = {"user": str(request.user.pk), "path": request.get_full_path(), "typed": typed(request.POST)}
    return _seal().encrypt(json.dumps(draft).encode()).decode()


def opened(text: str, user: User) -> Draft | None:
    """The draft, if it is this person's and not older than a session may be."""
    try:
        draft: dict[str, Any] = json.loads(_seal().decrypt(text.encode(), ttl=settings.SESSION_COOKIE_AGE))
    except (InvalidToken, UnicodeEncodeError):
        return None
    if draft["user"] != str(user.pk):
        return None
    return Draft(draft["path"], tuple((name, value) for name, value in draft["typed"]))


def _seal() -> Fernet:
    """Under a key of its own, derived from the key file's digest key."""
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(keyed_digest("draft", "seal"))))
