"""Changing one's own password: the one that an account administrator set is only to begin with."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import access
from records.form_fields import storable
from records.models import User
from records.permissions import SIGNED_IN
from records.sign_in import begin_attempt, forgive, too_many


class OwnPasswordForm(PasswordChangeForm):
    """The old password, and the new one twice. Guessing the old one is as slow as signing in."""

    error_messages = {
        "password_incorrect": gettext_lazy("This is not your password"),
        "password_mismatch": gettext_lazy("The two are not the same"),
    }

    def __init__(self, user: User, *args: Any, address: str, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(user, *args, **kwargs)
        self.address = address
        labels = {
            "old_password": _("Your password now"),
            "new_password1": _("New password"),
            "new_password2": _("The same again"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].error_messages["required"] = _("Fill this in")
        self.fields["new_password1"].help_text = _("At least 15 characters")

    def clean_old_password(self) -> str:
        typed = storable(self.cleaned_data["old_password"])
        if wait := begin_attempt(self.user.get_username(), self.address).wait:
            raise forms.ValidationError(too_many(wait), code="locked")
        super().clean_old_password()
        forgive(self.user.get_username(), self.address)
        return typed

    def clean_new_password1(self) -> str:
        return storable(self.cleaned_data["new_password1"])

    def clean_new_password2(self) -> str:
        return storable(self.cleaned_data["new_password2"])


class ChangePassword(PasswordChangeView):
    """One's own password; every other session of this person ends by it."""

    form_class = OwnPasswordForm
    template_name = "records/account_command.html"
    success_url = reverse_lazy("home")
    extra_context = {
        "page": {
            "title": gettext_lazy("Change your password"),
            "button": gettext_lazy("Change the password"),
        }
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "address": self.request.META.get("REMOTE_ADDR", "")}

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. Your other sessions have ended."))
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


change_password = access.guarded(ChangePassword.as_view(), SIGNED_IN)
