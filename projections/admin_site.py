"""The admin as a window: every table of the read side and both ledgers, for reading only.

Signing in and out happens at our own pages, where it is recorded; the admin's own pages for that are closed.
Whoever lacks the permission is refused by name, and the refusal is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from records import access, permissions
from records.permissions import Permission, Policy


class TablesSite(AdminSite):
    """Read models and ledgers, read-only."""

    site_header = "Anamnesis: tables"
    site_title = "Tables"
    index_title = "Read models and ledgers, for reading only"
    enable_nav_sidebar = False
    policy = Policy(Permission.USE_ADMIN)

    def has_permission(self, request: HttpRequest) -> bool:
        return permissions.allows(access.account_of(request), Permission.USE_ADMIN)

    def admin_view(
        self,
        view: Callable[..., HttpResponseBase],
        cacheable: bool = False,  # noqa: FBT001, FBT002 - Django's
    ) -> Callable[..., HttpResponseBase]:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            access.demand(request, self.policy)
            return inner(request, *args, **kwargs)

        return guarded

    @permissions.public
    @permissions.public
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Our own sign-in page, which counts attempts and records them."""
        return redirect(f"{reverse('sign-in')}?next={reverse('admin:index')}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        raise Http404

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise Http404

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise Http404
