"""Names our site as the admin's. Apart from admin_site.py, which cannot be loaded before the models are."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class TablesConfig(AdminConfig):
    """The admin, as a window: see `projections.admin_site`."""

    default_site = "projections.admin_site.TablesSite"
