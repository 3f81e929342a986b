"""Forms about the people who work here: opening an account, its roles, license and end. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from records import codes, commands
from records.account_opening import Opening
from records.command_form import CommandForm
from records.form_fields import Coded, PlainText, storable
from records.models import User
from records.speech import coded
from records.stated import PARAGRAPH

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class AccountForm(CommandForm[commands.ClinicianCommand]):
    """A form about one account."""

    @classmethod
    def opening(cls, seen_version: int) -> AccountForm:
        return cls(initial=cls.numbers(seen_version))

    def show_for(self, roles: Sequence[str]) -> None:
        """Shows only what makes sense for someone with these roles; what is sent, the rules judge."""


ROLE_WORDS = [("", _("Choose")), *((role.value, coded(role)) for role in codes.Role)]


def why() -> PlainText:
    return PlainText(label=_("Reason"), lines=True, max_length=PARAGRAPH)


def first_password(label: StrOrPromise) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=4096,
        help_text=_("At least 15 characters; a few words that do not belong together are good"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class RegisterClinicianForm(AccountForm):
    """A new account: identity, first role, license if there is one, and a password to begin with."""

    command = commands.RegisterClinician

    name = PlainText(label=_("Name"), help_text=_("As it is to stand beside what they record: Dr Rhys Jones"))
    username = PlainText(
        label=_("User name"), max_length=64, help_text=_("To sign in with. One person each, never shared")
    )
    role = Coded(codes.Role, label=_("Role"))
    license = PlainText(
        label=_("License to prescribe"),
        required=False,
        max_length=64,
        help_text=_("Empty: may not prescribe"),
    )
    password = first_password(_("First password"))

    def clean_username(self) -> str:
        username = User.normalize_username(self.cleaned_data["username"])
        User._meta.get_field("username").run_validators(username)
        return username

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            try:
                validate_password(storable(password), User(username=cleaned.get("username") or ""))
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return cleaned

    def opening_of(self) -> Opening:
        typed = self.cleaned_data
        return Opening(
            username=typed["username"],
            name=typed["name"],
            password=typed["password"],
            roles=(typed["role"],),
            license=typed["license"],
        )


class RecordLicenseForm(AccountForm):
    command = commands.RecordLicense
    license = PlainText(label=_("License to prescribe"), max_length=64)


class GrantRoleForm(AccountForm):
    command = commands.GrantRole
    role = Coded(codes.Role, label=_("Role"))
    reason = why()

    def show_for(self, roles: Sequence[str]) -> None:
        self.fields["role"].widget.choices = [word for word in ROLE_WORDS if word[0] not in roles]


class WithdrawRoleForm(AccountForm):
    command = commands.WithdrawRole
    role = Coded(codes.Role, label=_("Role"))
    reason = why()

    def show_for(self, roles: Sequence[str]) -> None:
        self.fields["role"].widget.choices = [word for word in ROLE_WORDS if word[0] in {"", *roles}]


class DeactivateForm(AccountForm):
    command = commands.Deactivate
    reason = why()


class SetPasswordForm(forms.Form):
    """A new password for someone else's account."""

    password = first_password(_("New password"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = storable(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password
