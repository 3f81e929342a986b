"""How long a session may last: so long without a request, and so long in all.

Why: a chart is not left open on a desk. Source: 45 CFR 164.312(a)(2)(iii), automatic logoff.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

SIGNED_IN_AT = "signed_in_at"
LAST_SEEN = "last_seen"
NOTE_EVERY_SECONDS = 60

#: The query parameter by which the sign-in page says why one is there again, and what it may say.
ENDED = "ended"
IDLE, OVER = "idle", "over"


def begin_session(request: HttpRequest) -> None:
    """Starts both clocks, at sign-in."""
    request.session[SIGNED_IN_AT] = request.session[LAST_SEEN] = int(time.time())


def how_it_ended(request: HttpRequest) -> str | None:
    """IDLE or OVER if this session's time has run out; else notes that it is in use.

    Noted at most once a minute, so that reading pages does not write each time.
    """
    now = int(time.time())
    last_seen = request.session.get(LAST_SEEN, now)
    if now - request.session.get(SIGNED_IN_AT, now) > settings.SESSION_COOKIE_AGE:
        return OVER
    if now - last_seen > settings.SESSION_IDLE_SECONDS:
        return IDLE
    if LAST_SEEN not in request.session or now - last_seen >= NOTE_EVERY_SECONDS:
        request.session[LAST_SEEN] = now
        request.session.setdefault(SIGNED_IN_AT, now)
    return None
