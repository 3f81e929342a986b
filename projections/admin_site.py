"""The admin as a window: every table of the read side and both ledgers, for reading only.

Signing in and out happens at our own pages, where it is recorded; the admin's own pages for that are closed.
Whoever lacks the permission is refused by name, and the refusal is recorded.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from records import access, permissions
from records.permissions import Permission, Policy


class TablesSite(AdminSite):
    """Read models and ledgers, read-only."""

    site_header = gettext_lazy("Anamnesis: tables")
    site_title = gettext_lazy("Tables")
    index_title = gettext_lazy("Read models and ledgers, for reading only")
    enable_nav_sidebar = False
    policy = Policy(Permission.USE_ADMIN)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only windows: what another app would show here could also be written here."""
        if getattr(admin_class, "is_window", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return permissions.allows(access.account_of(request), Permission.USE_ADMIN)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            access.demand(request, self.policy)
            return inner(request, *args, **kwargs)

        return guarded

    @permissions.public
    @permissions.public
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Our own sign-in page, which counts attempts and records them."""
        return redirect(f"{reverse('sign-in')}?next={reverse('admin:index')}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> NoReturn:
        raise Http404

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> NoReturn:
        raise Http404

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> NoReturn:
        raise Http404
