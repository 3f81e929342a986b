"""Fails `manage.py check` for a view that does not say whom it lets in: deny by default, by construction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from records.permissions import Policy


@register(Tags.security, Tags.urls)
def every_view_declares_a_policy(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    return [
        Error(
            f"The view of “{path}” does not declare whom it lets in.",
            hint="Decorate it with records.access.requires, or mark it records.permissions.public.",
            obj=view,
            id="records.E001",
        )
        for path, view in views(get_resolver())
        if policy_of(view) is None
    ]


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every view that the URL conf can reach, with its path."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def policy_of(view: Any) -> Policy | None:
    """The policy declared on a view function, its class, or the admin site that serves it."""
    holders = (
        view,
        getattr(view, "view_class", None),
        getattr(view, "admin_site", None),
        getattr(getattr(view, "model_admin", None), "admin_site", None),
    )
    for holder in holders:
        policy = getattr(holder, "policy", None)
        if isinstance(policy, Policy):
            return policy
    return None
