"""Every page needs someone who signed in, was active lately, and signed in today.

Deny by default: a view is open to others only if it is marked `permissions.public`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from records import drafts
from records.session_clock import ENDED, how_it_ended


class SignedInLately(LoginRequiredMiddleware):
    """Sends everyone else to the sign-in page, which leads back; an htmx request as a whole page.

    A form that was sent after its session ended is kept for the person who typed it (drafts.py).
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if request.user.is_authenticated and (
            ended := how_it_ended(request, attended=not getattr(view_func, "unattended", False))
        ):
            back = drafts.kept_of(request)
            logout(request)
            return to_sign_in(request, ended, back=back)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        return to_sign_in(request, back=drafts.kept_of(request))


def to_sign_in(request: HttpRequest, ended: str | None = None, *, back: str | None = None) -> HttpResponse:
    """The way to the sign-in page and back. back: where to, if not to what was asked for."""
    htmx = request.headers.get("HX-Request") == "true"
    back = back or (_page_behind(request) if htmx else request.get_full_path())
    address = f"{reverse('sign-in')}?{urlencode({'next': back, **({ENDED: ended} if ended else {})})}"
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if htmx else redirect(address)


def _page_behind(request: HttpRequest) -> str:
    """The page that an htmx request came from, by its path alone: no other site can be named."""
    try:
        parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return "/"
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
