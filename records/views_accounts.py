"""The pages of an account administrator: who works here, what they may do, and nothing clinical.

Every change is a command on the person's Clinician stream, with the protocol of a patient's forms: pressed
twice it is recorded once, and a page that is no longer true is not applied. A password is no fact of the
ledger.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from eventstore.errors import CommandReused, NotStorable, WrongExpectedVersion
from records import access, handlers
from records.account_forms import (
    AccountForm,
    DeactivateForm,
    GrantRoleForm,
    RecordLicenseForm,
    RegisterClinicianForm,
    SetPasswordForm,
    WithdrawRoleForm,
)
from records.account_opening import open_account
from records.clinician import STREAM
from records.decision import Rejected
from records.models import Account, User
from records.permissions import Permission, Policy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

logger = logging.getLogger(__name__)

MANAGES_ACCOUNTS = Policy(Permission.MANAGE_ACCOUNTS)

CHANGED_MEANWHILE = gettext_lazy(
    "Someone changed this account meanwhile, and nothing of yours was recorded. It is shown as it is now: "
    "send this again if it is still right."
)
USED_BEFORE = gettext_lazy(
    "Something else was already recorded from this form. Look at the account before you send it again."
)
NOT_STORABLE = gettext_lazy("This holds a character that cannot be stored. Write plain text.")


@dataclass(frozen=True)
class AccountPage:
    """One command about an account. done: what the message after it says."""

    form: type[AccountForm]
    title: StrPromise
    button: StrPromise
    done: StrPromise

    @property
    def name(self) -> str:
        """GrantRole -> grant-role: the URL name."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.form.command.__name__).lower()

    @property
    def opens(self) -> bool:
        return self.form is RegisterClinicianForm

    @property
    def path(self) -> str:
        return f"accounts/{self.name}/" if self.opens else f"accounts/<uuid:user_id>/{self.name}/"


PAGES: tuple[AccountPage, ...] = (
    AccountPage(
        RegisterClinicianForm,
        gettext_lazy("Open an account"),
        gettext_lazy("Open the account"),
        gettext_lazy("{name}: account opened."),
    ),
    AccountPage(
        GrantRoleForm,
        gettext_lazy("Grant a role"),
        gettext_lazy("Grant the role"),
        gettext_lazy("{name}: role granted."),
    ),
    AccountPage(
        WithdrawRoleForm,
        gettext_lazy("Withdraw a role"),
        gettext_lazy("Withdraw the role"),
        gettext_lazy("{name}: role withdrawn."),
    ),
    AccountPage(
        RecordLicenseForm,
        gettext_lazy("Record a license"),
        gettext_lazy("Record the license"),
        gettext_lazy("{name}: license recorded."),
    ),
    AccountPage(
        DeactivateForm,
        gettext_lazy("Close an account"),
        gettext_lazy("Close the account"),
        gettext_lazy("{name}: account closed."),
    ),
)


def _accounts(request: HttpRequest) -> HttpResponse:
    """Everyone who works or worked here."""
    people = Account.objects.order_by("-active", "name", "username")
    return render(request, "records/accounts.html", {"accounts": people})


def _account(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One person: roles, license, and the ways to change them."""
    context = {"account": get_object_or_404(Account, user_id=user_id), "pages": PAGES[1:]}
    return render(request, "records/account.html", context)


class AccountCommandView(View):
    """The form of one command about an account, from the first look to the recorded entry."""

    http_method_names = ["get", "head", "post", "options"]
    page: AccountPage = PAGES[0]

    def get(self, request: HttpRequest, user_id: UUID | None = None) -> HttpResponse:
        account = self.account(user_id)
        return self.show(self.page.form.opening(account.version if account else 0), account)

    def post(self, request: HttpRequest, user_id: UUID | None = None) -> HttpResponse:
        account = self.account(user_id)
        form = self.page.form(request.POST)
        if form.is_valid():
            try:
                receipt = self.record(form, user_id)
            except Rejected as rejected:
                form.add_error(rejected.field if rejected.field in form.fields else None, rejected.message)
            except WrongExpectedVersion as conflict:
                form = self.page.form({**request.POST.dict(), "seen_version": str(conflict.actual)})
                form.add_error(None, CHANGED_MEANWHILE)
                account = self.account(user_id)
            except CommandReused:
                form.add_error(None, USED_BEFORE)
            except NotStorable:
                form.add_error(None, NOT_STORABLE)
            else:
                return self.done(receipt)
        return self.show(form, account, HTTPStatus.UNPROCESSABLE_ENTITY)

    def account(self, user_id: UUID | None) -> Account | None:
        return get_object_or_404(Account, user_id=user_id) if user_id else None

    def record(self, form: AccountForm, user_id: UUID | None) -> handlers.Receipt:
        author, origin = access.author_of(self.request), access.origin_of(self.request)
        if isinstance(form, RegisterClinicianForm):
            return open_account(form.opening_of(), command_id=form.number, author=author, origin=origin)
        return handlers.handle_clinician(
            form.to_command({"user_id": str(user_id)}),
            command_id=form.number,
            seen_version=form.seen,
            author=author,
            origin=origin,
        )

    def done(self, receipt: handlers.Receipt) -> HttpResponse:
        user_id = UUID(receipt.aggregate_id.removeprefix(STREAM))
        account = Account.objects.filter(user_id=user_id).first()
        if account is None:
            messages.warning(self.request, _("Saved; the list is still being brought up to date."))
            return redirect("accounts")
        messages.success(self.request, str(self.page.done).format(name=account.name))
        return redirect("account", user_id=user_id)

    def show(self, form: AccountForm, account: Account | None, status: int = HTTPStatus.OK) -> HttpResponse:
        form.show_for(account.roles if account else ())
        context: dict[str, Any] = {"page": self.page, "form": form, "account": account}
        return render(self.request, "records/account_command.html", context, status=status)


def _set_password(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A new password for someone else, to begin with; it ends the sessions that they have."""
    account, user = get_object_or_404(Account, user_id=user_id), get_object_or_404(User, pk=user_id)
    form = SetPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        logger.info("%s set the password of %s", request.user.pk, user.pk)
        told = _("{name}: new password set. It ends the sessions they have.")
        messages.success(request, told.format(name=account.name))
        return redirect("account", user_id=user_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = {
        "page": {"title": _("Set a new password"), "button": _("Set the password")},
        "form": form,
        "account": account,
    }
    return render(request, "records/account_command.html", context, status=status)


paths = [
    path("accounts/", access.guarded(_accounts, MANAGES_ACCOUNTS), name="accounts"),
    path("accounts/<uuid:user_id>/", access.guarded(_account, MANAGES_ACCOUNTS), name="account"),
    path(
        "accounts/<uuid:user_id>/set-password/",
        access.guarded(_set_password, MANAGES_ACCOUNTS),
        name="set-password",
    ),
    *(
        path(
            page.path,
            access.guarded(AccountCommandView.as_view(page=page), MANAGES_ACCOUNTS),
            name=page.name,
        )
        for page in PAGES
    ),
]
