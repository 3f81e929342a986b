"""Every address: the write side's, the read side's, and the admin's."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from config.health import healthz
from config.stylesheets import stylesheet
from records.permissions import public

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("styles/<str:name>.css", public(stylesheet), name="stylesheet"),
    path("language/", public(set_language), name="language"),
    path("", include("records.urls")),
    path("", include("projections.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "records.refusals.not_understood"
handler403 = "records.refusals.not_allowed"
handler404 = "records.refusals.not_found"
handler500 = "records.refusals.failed"
