"""Addresses of the write side: signing in, accounts, and one for each command about a patient."""

from __future__ import annotations

from django.urls import path

from records import own_password, session_lock, sign_in, views_accounts, views_hits
from records.command_pages import MERGES, PAGES
from records.permissions import public
from records.views import command_view, preview_view
from records.views_merge import merge_preview_view, merge_view

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", public(sign_in.SignIn.as_view()), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("stay-signed-in/", session_lock.stay, name="stay-signed-in"),
    path("lock/", session_lock.lock, name="lock"),
    path("drafts/<uuid:draft_id>/", session_lock.kept_draft, name="kept-draft"),
    path("change-password/", own_password.change_password, name="change-password"),
    *views_accounts.paths,
    path("patients/<uuid:patient_id>/drug-hits/", views_hits.drug_hits, name="drug-hits"),
    path("patients/<uuid:patient_id>/substance-hits/", views_hits.substance_hits, name="substance-hits"),
    *(path(page.path, command_view(page), name=page.name) for page in PAGES if page not in MERGES),
    *(
        path(page.preview_path, preview_view(page), name=page.preview_name)
        for page in PAGES
        if page not in MERGES
    ),
    *(path(page.path, merge_view(page), name=page.name) for page in MERGES),
    *(path(page.preview_path, merge_preview_view(page), name=page.preview_name) for page in MERGES),
]
