"""What a person reads when something cannot be answered: refused, not there, not possible now.

Also the reason why bad input or an absent database is never an unexplained error page. A form that was sent
while the database was away comes back with everything typed and one button: pressing it again is safe, since
the command id decides whether it was saved.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from eventstore.errors import LedgerBusy
from records.access import AccessNotRecorded, Refused


class NotThere(Http404):
    """The address names something that the record does not have (any more); the sentence says what to do."""


#: The database or the ledger cannot answer now; trying again may help.
UNAVAILABLE = (AccessNotRecorded, LedgerBusy, OperationalError, InterfaceError)

NOT_NOW = "The record cannot be reached now."
NOT_KNOWN_WHETHER_SAVED = (
    "It is not known whether this was saved. Press again: it cannot be saved twice. Everything you typed is "
    "kept."
)


class RefusalPages:
    """Middleware: turns what a view could not do into a page in plain words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return not_allowed(request, exception)
        return unavailable(request, exception) if isinstance(exception, UNAVAILABLE) else None


def unavailable(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """503. Rendered without the session or the database: neither may be there."""
    if isinstance(exception, AccessNotRecorded):
        words = (
            "This page was not shown, because the viewing could not be recorded.",
            "Every look at a record is recorded before it is shown. Try again in a moment.",
        )
    elif _is_a_command(request):
        words = (NOT_NOW, NOT_KNOWN_WHETHER_SAVED)
    else:
        words = (NOT_NOW, "Nothing was changed. Try again in a moment.")
    context = {
        "title": words[0],
        "sentence": words[1],
        "typed": _typed(request) if _is_a_command(request) else None,
        "path": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    page = render_to_string("records/notice_standalone.html", context)
    return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: handler403."""
    sentence = str(exception) if isinstance(exception, Refused) else "Ask an account administrator."
    return _notice(request, HTTPStatus.FORBIDDEN, "You may not do this", sentence)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form did not come from our own page, or its session is over: CSRF_FAILURE_VIEW."""
    return _notice(
        request,
        HTTPStatus.FORBIDDEN,
        "This form is no longer valid",
        "Nothing was recorded. Go back, load the page again, and send the form from there.",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: handler404. A view that raised `NotThere` says what to do instead."""
    said = str(exception) if isinstance(exception, NotThere) else "Check the address, or find the patient."
    return _notice(request, HTTPStatus.NOT_FOUND, "There is nothing here", said)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: handler400."""
    return _notice(
        request, HTTPStatus.BAD_REQUEST, "This request was not understood", "Nothing was recorded."
    )


def failed(request: HttpRequest) -> HttpResponse:
    """handler500: 503 if the database is away (it may fail before any view runs), else 500."""
    exception = sys.exc_info()[1]
    if isinstance(exception, UNAVAILABLE):
        return unavailable(request, exception)
    page = render_to_string(
        "records/notice_standalone.html",
        {
            "title": "This page failed",
            "sentence": "The fault is ours and has been logged. If you were recording something, look at the "
            "chart before you record it again.",
        },
    )
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _notice(request: HttpRequest, status: HTTPStatus, title: str, sentence: str) -> HttpResponse:
    return render(request, "records/notice.html", {"title": title, "sentence": sentence}, status=status)


def _is_a_command(request: HttpRequest) -> bool:
    """A form of ours that can be sent again. One with a password in it is never sent back."""
    return request.method == "POST" and "command_id" in request.POST and "password" not in request.POST


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
        if isinstance(value, str)
    ]
