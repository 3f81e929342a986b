"""What every response and every session gets, whichever view answered."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Nothing in a chart needs a sensor, a device or a payment.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
        "xr-spatial-tracking",
    )
)
LAST_SEEN = "last_seen"
NOTE_EVERY_SECONDS = 60


def response_headers(get_response: GetResponse) -> GetResponse:
    """Isolate pages from other sites and keep records out of every cache; static files may be cached."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        if not request.path.startswith(settings.STATIC_URL):
            patch_cache_control(response, no_store=True)
        return response

    return middleware


def sign_out_when_idle(get_response: GetResponse) -> GetResponse:
    """End a session that nobody has used for SESSION_IDLE_SECONDS: a chart is not left open on a desk.

    Why: the time is noted at most once a minute, so that reading pages does not write each time.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = int(time.time())
            last_seen = request.session.get(LAST_SEEN, now)
            if now - last_seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif LAST_SEEN not in request.session or now - last_seen >= NOTE_EVERY_SECONDS:
                request.session[LAST_SEEN] = now
        return get_response(request)

    return middleware
