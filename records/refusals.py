"""What a person reads when something cannot be answered: refused, not there, not possible now.

Also the reason why bad input or an absent database is never an unexplained error page. A form that was sent
while the database was away comes back with everything typed and one button: pressing it again is safe, since
the command id decides whether it was saved.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from eventstore.errors import LedgerBusy
from records import drafts
from records.access import AccessNotRecorded, Refused
from records.drafts import Draft
from records.session_clock import ENDED, IDLE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class NotThere(Http404):
    """The address names something that the record does not have (any more); the sentence says what to do."""


#: The database or the ledger cannot answer now; trying again may help.
UNAVAILABLE = (AccessNotRecorded, LedgerBusy, OperationalError, InterfaceError)

NOT_KNOWN_WHETHER_SAVED = (
    _("The record cannot be reached now."),
    _(
        "It is not known whether this was saved. Press again: it cannot be saved twice. "
        "What you typed is kept."
    ),
)
NOTHING_CHANGED = (
    _("The record cannot be reached now."),
    _("Nothing was changed. Try again in a moment."),
)
NOT_SHOWN = (
    _("This page was not shown, because the viewing could not be recorded."),
    _("Every look at a record is recorded before it is shown. Nothing was changed. Try again in a moment."),
)
TOKEN = frozenset({"csrfmiddlewaretoken"})


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


def given_back(
    request: HttpRequest,
    draft: Draft,
    *,
    title: StrOrPromise,
    sentence: StrOrPromise,
    button: StrOrPromise,
) -> HttpResponse:
    """Everything that was typed, in a page with one button that sends it again. Needs no database."""
    context = {
        "title": title,
        "sentence": sentence,
        "draft": draft,
        "button": button,
        "csrf_token": get_token(request),
    }
    return HttpResponse(render_to_string("records/notice_standalone.html", context))


def unavailable(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """503. Rendered without the session or the database: neither may be there."""
    not_shown = isinstance(exception, AccessNotRecorded)
    if drafts.is_a_command(request):
        title, sentence = NOT_SHOWN if not_shown else NOT_KNOWN_WHETHER_SAVED
        draft = Draft(request.get_full_path(), drafts.typed(request.POST, without=TOKEN))
        response = given_back(request, draft, title=title, sentence=sentence, button=_("Press again"))
    else:
        title, sentence = NOT_SHOWN if not_shown else NOTHING_CHANGED
        context = {"title": title, "sentence": sentence, "path": request.get_full_path()}
        response = HttpResponse(render_to_string("records/notice_standalone.html", context))
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response["Retry-After"] = "5"
    return response


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: handler403."""
    sentence = str(exception) if isinstance(exception, Refused) else _("Ask an account administrator.")
    return _notice(request, HTTPStatus.FORBIDDEN, _("You may not do this"), sentence)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form does not carry this session's token: CSRF_FAILURE_VIEW.

    Signing in again in another window makes that of an open form; a form of our own page is given back, to be
    read back before anything is recorded; to someone who is not signed in any more, after they are.
    """
    if request.path == reverse("lock") and _from_our_own_page(request):
        # A page from before one signed in again locks itself: it goes on as the one who is signed in now.
        back = drafts.kept_of(request, request.POST.get("locked_at", ""))
        return JsonResponse({"sign_in": back or reverse("home")})
    if drafts.is_a_command(request) and request.user.is_authenticated and _from_our_own_page(request):
        draft = Draft(request.get_full_path(), drafts.typed(request.POST))
        response = given_back(
            request,
            draft,
            title=_("You signed in again after this form was opened"),
            sentence=_("What you typed is kept. Nothing of it was recorded: it is read back to you first."),
            button=_("Go on with this form"),
        )
        response.status_code = HTTPStatus.FORBIDDEN
        return response
    if _from_our_own_page(request) and (back := drafts.kept_of(request)):
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': back, ENDED: IDLE})}")
    return _notice(
        request,
        HTTPStatus.FORBIDDEN,
        _("This form is no longer valid"),
        _("Nothing was recorded. Go back, load the page again, and send the form from there."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: handler404. A view that raised `NotThere` says what to do instead."""
    said = str(exception) if isinstance(exception, NotThere) else _("Check the address, or find the patient.")
    return _notice(request, HTTPStatus.NOT_FOUND, _("There is nothing here"), said)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: handler400."""
    return _notice(
        request, HTTPStatus.BAD_REQUEST, _("This request was not understood"), _("Nothing was recorded.")
    )


def failed(request: HttpRequest) -> HttpResponse:
    """handler500: 503 if the database is away (it may fail before any view runs), else 500."""
    exception = sys.exc_info()[1]
    if isinstance(exception, UNAVAILABLE):
        return unavailable(request, exception)
    page = render_to_string(
        "records/notice_standalone.html",
        {
            "title": _("This page failed"),
            "sentence": _(
                "The fault is ours and has been logged. If you were recording something, look at the "
                "chart before you record it again."
            ),
        },
    )
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _from_our_own_page(request: HttpRequest) -> bool:
    """What the browser says of where the form stood; another site cannot make it say this."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _notice(
    request: HttpRequest, status: HTTPStatus, title: StrOrPromise, sentence: StrOrPromise
) -> HttpResponse:
    return render(request, "records/notice.html", {"title": title, "sentence": sentence}, status=status)
