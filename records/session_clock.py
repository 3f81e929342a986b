"""How long a session may last: so long without a request, and so long in all.

Why: a chart is not left open on a desk. Source: 45 CFR 164.312(a)(2)(iii), automatic logoff.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

SIGNED_IN_AT = "signed_in_at"
LAST_SEEN = "last_seen"

#: How long before its end a session says so.
WARNING_SECONDS = 120

#: The query parameter by which the sign-in page says why one is there again, and what it may say.
ENDED = "ended"
IDLE, OVER, LOCKED = "idle", "over", "locked"


def begin_session(request: HttpRequest) -> None:
    """Starts both clocks, at sign-in."""
    request.session[SIGNED_IN_AT] = request.session[LAST_SEEN] = int(time.time())


def how_it_ended(request: HttpRequest, *, attended: bool = True) -> str | None:
    """IDLE or OVER if this session's time has run out; else notes that it is in use, where someone is there.

    Noted at most once in `note_every` seconds, so that reading pages does not write each time.
    """
    now = int(time.time())
    last_seen = request.session.get(LAST_SEEN, now)
    if now - request.session.get(SIGNED_IN_AT, now) > settings.SESSION_COOKIE_AGE:
        return OVER
    if now - last_seen > settings.SESSION_IDLE_SECONDS:
        return IDLE
    if attended and (LAST_SEEN not in request.session or now - last_seen >= note_every()):
        in_use(request)
    return None


def in_use(request: HttpRequest) -> None:
    """Notes that someone is there now."""
    now = int(time.time())
    request.session[LAST_SEEN] = now
    request.session.setdefault(SIGNED_IN_AT, now)


def seconds_left(request: HttpRequest) -> tuple[int, bool]:
    """How long this session lasts if nothing more is done, and whether it can be prolonged."""
    now = int(time.time())
    idle = request.session.get(LAST_SEEN, now) + settings.SESSION_IDLE_SECONDS - now
    over = request.session.get(SIGNED_IN_AT, now) + settings.SESSION_COOKIE_AGE - now
    return max(0, min(idle, over)), idle < over


def warning_seconds() -> int:
    """How long before its end a session says so; half of it where it is that short."""
    return min(WARNING_SECONDS, int(settings.SESSION_IDLE_SECONDS) // 2)


def note_every() -> int:
    """A minute; less where a session is shorter than ten."""
    return min(60, int(settings.SESSION_IDLE_SECONDS) // 10)
