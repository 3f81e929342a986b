"""Every address that gives a page: what is asked of every page is asked of each, and of new ones too."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from records import commands
from records.permissions import Permission, Policy
from tests.cast import Member
from tests.records.charts import Chart, open_chart

#: Addresses that give no page of their own, and what they give instead.
NO_PAGE = {
    "healthz": "one word for a monitor",
    "stylesheet": "a style sheet",
    "home": "leads on",
    "language": "takes a choice, leads back",
    "sign-out": "takes a press, leads on",
    "stay-signed-in": "an answer to a script",
    "lock": "an answer to a script",
    "kept-draft": "stands only after a session that ended in a form",
    "drug-hits": "a list beside a field",
    "substance-hits": "a list beside a field",
    "found-as-typed": "a list beside a field",
    "changed": "a notice in a page",
}
PREVIEW = "preview-"
#: What an address shows besides, by its query.
ALSO = {
    "medications": ("?show=past",),
    "timeline": ("?order=recorded&kind=note", "?until=1999"),
    "replay": ("?step=4",),
    "who-takes-it": ("?medication=lisinopril",),
}


def names() -> Iterator[tuple[str, URLPattern]]:
    """Every address of the product itself, by its name."""
    patterns: list[URLPattern | URLResolver] = list(get_resolver().url_patterns)
    while patterns:
        each = patterns.pop()
        if isinstance(each, URLPattern):
            yield each.name or str(each.pattern), each
        elif each.app_name != "admin":
            patterns += each.url_patterns


def pages_for(permissions: frozenset[Permission | None], values: dict[str, str]) -> list[str]:
    """The pages that demand one of these permissions (None: an account at most), with these values."""
    found = []
    for name, pattern in names():
        if not gives_a_page(name) or permission_of(pattern) not in permissions:
            continue
        wanted = {key: _value(name, key, values) for key in pattern.pattern.converters}
        address = reverse(name, kwargs=wanted)
        found += [address, *(address + query for query in ALSO.get(name, ()))]
    return sorted(found)


def gives_a_page(name: str) -> bool:
    return name not in NO_PAGE and not name.startswith(PREVIEW)


def permission_of(pattern: URLPattern) -> Permission | None:
    policy: Policy | None = getattr(pattern.callback, "policy", None)
    return policy.permission if policy else None


def _value(name: str, key: str, values: dict[str, str]) -> str:
    """A few pages are about something in another state than most."""
    return values.get(f"{name} {key}") or values[key]


def values_of(chart: Chart, administrator: Member) -> dict[str, str]:
    """What stands in the addresses: a patient with something of everything, and two more of that name."""
    other, merged = open_chart(chart.author), open_chart(chart.author)
    Chart(administrator.author, chart.patient_id).record(
        commands.MergePatients(
            patient_id="",
            other_id=merged.patient_id,
            other_version=merged.version,
            reason="Passport seen; same person.",
        )
    )
    return {
        "patient_id": chart.patient_id,
        "prescription_id": chart.prescription_id,
        "resume-prescription prescription_id": chart.held_id,
        "allergy_id": chart.allergy_id,
        "event_id": str(chart.entries[1].event_id),
        "other_id": other.patient_id,
        "unmerge-patients other_id": merged.patient_id,
        "subject": chart.prescription_id,
        "value": "dose",
        "user_id": str(chart.author.user_id),
    }
