"""The page that lists the keys, and what the signs of the other pages mean. It shows no patient."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from records.access import guarded
from records.permissions import SIGNED_IN


def _help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "projections/help.html")


help_page = guarded(_help_page, SIGNED_IN)
