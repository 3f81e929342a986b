"""Addresses of the write side: signing in, accounts, and one for each command about a patient."""

from __future__ import annotations

from django.urls import path

from records import own_password, sign_in, views_accounts
from records.command_pages import PAGES
from records.permissions import public
from records.views import command_view

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", public(sign_in.SignIn.as_view()), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("change-password/", own_password.change_password, name="change-password"),
    *views_accounts.paths,
    *(path(page.path, command_view(page), name=page.name) for page in PAGES),
]
