"""What every response gets, whichever view answered."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
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


def response_headers(get_response: GetResponse) -> GetResponse:
    """Isolate pages from other sites and keep records out of every cache; static files may be cached."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        kept = "immutable" in response.headers.get("Cache-Control", "")
        if not kept and not request.path.startswith(settings.STATIC_URL):
            patch_cache_control(response, no_store=True)
        return response

    return middleware


def a_browser_hears_ok(get_response: GetResponse) -> GetResponse:
    """A form that comes back is 422 to every client, but 200 to a person's browser.

    Why: a browser writes each status from 400 on into its console as an error, and a form that comes back is
    none. See docs/decisions/0006.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and _is_a_persons_browser(request):
            response.status_code = HTTPStatus.OK
        return response

    return middleware


def _is_a_persons_browser(request: HttpRequest) -> bool:
    """A page that a browser opens says so itself; other programs do not, nor does a script's fetch."""
    headers = request.headers
    return headers.get("Sec-Fetch-Mode") == "navigate" or headers.get("HX-Request") == "true"
