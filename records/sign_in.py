"""Signing in and out: who it was is recorded, and guessing passwords gets slow.

Limits: so many attempts in a quarter of an hour for one name from one address, for one name from anywhere,
and for one address whatever the name. An attempt is counted before the password is looked at, in one
statement, so that many at once cannot slip through; a success takes its own count back. The counts are kept
under keyed digests: people type passwords where names belong.
Source: OWASP ASVS 5.0.0, 6.3.1; 45 CFR 164.308(a)(5)(ii)(C), log-in monitoring.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from eventstore.envelope import keyed_digest
from records import access, drafts, events, permissions
from records.form_fields import storable
from records.models import User
from records.permissions import PUBLIC, SIGNED_IN, Permission
from records.session_clock import ENDED, begin_session

WINDOW = timedelta(minutes=15)
ATTEMPTS_FOR_NAME_FROM_ADDRESS = 5
ATTEMPTS_FOR_NAME = 50
ATTEMPTS_FROM_ADDRESS = 100


@dataclass(frozen=True)
class Attempt:
    """One try: how many are left for this name from here, and how long to wait if none was."""

    left: int
    wait: timedelta | None


def begin_attempt(username: str, ip: str) -> Attempt:
    """Counts this try. wait is set when a limit was passed: the password is then not looked at."""
    now = timezone.now()
    left, wait = ATTEMPTS_FOR_NAME_FROM_ADDRESS, None
    for digest, limit in _limits(username, ip):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO sign_in_attempts AS seen (digest, attempts, since)"
                " VALUES (%(digest)s, 1, %(now)s)"
                " ON CONFLICT (digest) DO UPDATE SET"
                " attempts = CASE WHEN seen.since <= %(old)s THEN 1 ELSE seen.attempts + 1 END,"
                " since = CASE WHEN seen.since <= %(old)s THEN %(now)s ELSE seen.since END"
                " RETURNING attempts, since",
                {"digest": digest, "now": now, "old": now - WINDOW},
            )
            attempts, since = cursor.fetchone()
        left = min(left, max(limit - attempts, 0))
        if attempts > limit:
            wait = max(wait or timedelta(0), since + WINDOW - now)
    return Attempt(left, wait)


def forgive(username: str, ip: str) -> None:
    """After a success: this name starts anew from here, the other counts lose this try."""
    own, *others = [digest for digest, _ in _limits(username, ip)]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sign_in_attempts WHERE digest = %s OR since < %s",
            [own, timezone.now() - timedelta(days=1)],
        )
        cursor.execute(
            "UPDATE sign_in_attempts SET attempts = greatest(attempts - 1, 0) WHERE digest = ANY(%s)",
            [others],
        )


def too_many(wait: timedelta) -> str:
    minutes = max(1, ceil(wait.total_seconds() / 60))
    return ngettext(
        "Too many attempts. Wait {count} minute, or ask an account administrator.",
        "Too many attempts. Wait {count} minutes, or ask an account administrator.",
        minutes,
    ).format(count=minutes)


def not_right(left: int) -> str:
    if not left:
        return _("Name or password is not right. No attempts left.")
    return ngettext(
        "Name or password is not right. {count} attempt left.",
        "Name or password is not right. {count} attempts left.",
        left,
    ).format(count=left)


def _limits(username: str, ip: str) -> list[tuple[str, int]]:
    name, address = User.normalize_username(username), _one_place(ip)
    return [
        (keyed_digest("sign-in name and address", f"{name}\0{address}"), ATTEMPTS_FOR_NAME_FROM_ADDRESS),
        (keyed_digest("sign-in name", name), ATTEMPTS_FOR_NAME),
        (keyed_digest("sign-in address", address), ATTEMPTS_FROM_ADDRESS),
    ]


def _one_place(ip: str) -> str:
    """The address; of IPv6 its first half, since one machine may use all of the second."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return ip if address.version == 4 else str(ip_network((address, 64), strict=False))


class SignInForm(AuthenticationForm):
    """User name and password; an attempt that is over a limit is refused without looking at the password."""

    request: HttpRequest
    error_messages = {
        "invalid_login": gettext_lazy("Name or password is not right."),
        "inactive": gettext_lazy("Name or password is not right."),
    }
    attempt: Attempt | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("User name")
        if self.is_bound:
            del self.fields["username"].widget.attrs["autofocus"]  # the password is what to type again
        self.fields["username"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        return storable(self.cleaned_data["username"])

    def clean_password(self) -> str:
        return storable(self.cleaned_data["password"])

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is None or password is None:
            return self.cleaned_data
        self.attempt = begin_attempt(username, self.request.META.get("REMOTE_ADDR", ""))
        if self.attempt.wait is not None:
            raise forms.ValidationError(too_many(self.attempt.wait), code="locked")
        try:
            return super().clean()
        except forms.ValidationError as problem:
            raise forms.ValidationError(not_right(self.attempt.left), code="invalid_login") from problem


class SignIn(LoginView):
    """Lets a person in, and says so in the access ledger before they see anything."""

    policy = PUBLIC
    template_name = "records/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    request: HttpRequest

    def get_default_redirect_url(self) -> str:
        return reverse("home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, **why_again(self.request.GET.get(ENDED), context["next"])}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        login(self.request, user)
        begin_session(self.request)
        try:
            access.record_access(self.request, events.SignedIn(username=user.username))
        except access.AccessNotRecorded:
            logout(self.request)
            raise
        forgive(user.username, self.request.META.get("REMOTE_ADDR", ""))
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        attempt = form.attempt if isinstance(form, SignInForm) else None
        if attempt is not None:
            access.record_access(self.request, events.SignInFailed(detail=form.cleaned_data["username"]))
        response = super().form_invalid(form)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        if attempt is not None and attempt.wait is not None:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(int(attempt.wait.total_seconds()))
        return response


def why_again(ended: str | None, back: str) -> dict[str, str | bool | None]:
    """What the sign-in page says to someone whose session ended."""
    seconds = settings.SESSION_IDLE_SECONDS
    idle = (
        ngettext("{count} minute", "{count} minutes", seconds // 60).format(count=seconds // 60)
        if seconds >= 120
        else ngettext("{count} second", "{count} seconds", seconds).format(count=seconds)
    )
    return {"ended": ended, "kept": drafts.leads_back(back), "idle": idle}


@require_POST
def _sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; recorded, but never prevented because it could not be."""
    user = request.user
    try:
        if isinstance(user, User):
            access.record_access(request, events.SignedOut(username=user.username))
    except access.AccessNotRecorded:
        pass
    finally:
        logout(request)
    messages.info(request, _("You have signed out."))
    return redirect("sign-in")


sign_out = access.guarded(_sign_out, SIGNED_IN)


def _home(request: HttpRequest) -> HttpResponse:
    """Where each role begins. Raises: Refused for an account that may do nothing yet."""
    allowed = permissions.permitted(access.account_of(request))
    if Permission.VIEW_RECORD in allowed:
        return redirect("patients")
    if Permission.MANAGE_ACCOUNTS in allowed:
        return redirect("accounts")
    raise access.Refused(permissions.refusal(access.account_of(request), Permission.VIEW_RECORD))


home = access.guarded(_home, SIGNED_IN)
