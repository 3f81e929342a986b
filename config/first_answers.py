"""What the first request would otherwise wait for: the addresses, the pages' templates, the list of drugs.

Read before the processes fork, so that none of them reads it again and all of them share it.
"""

from __future__ import annotations

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse

from records.catalogue.search import drugs
from records.catalogue.substances import substances
from records.views_hits import classes_of


def prepared() -> None:
    """Asks nothing of the database: a connection must not be shared by processes."""
    reverse("home")
    templates = settings.BASE_DIR / "templates"
    for page in templates.rglob("*.html"):
        get_template(str(page.relative_to(templates)))
    for hit in drugs("amlodipine").hits:
        classes_of(hit.drug)
    substances("penicillin")
