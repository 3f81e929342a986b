"""The list of patients, the search, and the short list under the top bar as one types.

Words come by POST alone, so that no address, log or history holds a name; every list that was shown is
recorded with whom it showed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST

from projections import queries, same_person
from projections.queries.found_people import Hit
from projections.search import Kind, asked
from projections.views import Request
from records import access
from records.access import requires
from records.permissions import Permission

#: As many letters are looked for, and as many people shown while one types.
LONGEST, SHORTEST, AT_ONCE = 200, 2, 8
#: As many of the best hits are held against each other, and as many pairs are told.
COMPARED, TOLD = 25, 3


@dataclass(frozen=True)
class Pair:
    """Two records of this page that may be one person's. why: what they share and how they differ."""

    one: Hit
    other: Hit
    why: same_person.Likeness


@requires(Permission.VIEW_RECORD)
@require_http_methods(["GET", "HEAD", "POST"])
def patients(request: Request) -> HttpResponse:
    """All patients by name, or those whom words find, best first."""
    words = request.POST.get("words", "").strip()[:LONGEST]
    after = request.POST.get("after") or request.GET.get("after")
    found = queries.search(words, after=after) if words else queries.patients(after=after)
    similar = found.similar if isinstance(found, queries.Search) else ()
    hits = [*found.rows, *similar]
    access.patients_searched(request, words, [hit.patient_id for hit in hits])
    pairs = _pairs(hits) if words else []
    context = {
        "words": words,
        "found": found,
        "similar": similar,
        "after": after,
        "shown": len(hits),
        "pairs": pairs,
        "doubtful": {each.patient_id for pair in pairs for each in (pair.one, pair.other)},
        "typed": typed(words),
    }
    part = "#found" if request.htmx else ""
    response = render(request, f"projections/patients.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.VIEW_RECORD)
@require_POST
def found_as_typed(request: Request) -> HttpResponse:
    """The first few whom the words in the top bar find, as links; nothing for less than two letters."""
    words = request.POST.get("words", "").strip()[:LONGEST]
    found = queries.search(words, limit=AT_ONCE) if len(words) >= SHORTEST else None
    hits = [*found.rows, *found.similar[: AT_ONCE - len(found.rows)]] if found else []
    if found:
        access.patients_searched(request, words, [hit.patient_id for hit in hits])
    else:
        request.access_recorded = True  # type: ignore[attr-defined]  # nobody was looked for or shown
    fitting = len(found.rows) if found else 0
    context = {
        "words": words,
        "found": found,
        "fitting": hits[:fitting],
        "similar": hits[fitting:],
        "more": found.total - fitting if found else 0,
    }
    return render(request, "projections/found_as_typed.html", context)


def typed(words: str) -> dict[str, str]:
    """What was searched, as the fields of a registration would take it."""
    fields: dict[str, Any] = {"family": "", "given": "", "birth_date": "", "mrn": ""}
    for word in asked(words):
        if word.kind == Kind.NAME:
            name = word.said.capitalize() if word.said.islower() else word.said
            part = "given" if fields["family"] else "family"
            fields[part] = f"{fields[part]} {name}".strip()
        elif word.kind == Kind.DATE or (len(word.said) == 4 and word.said[:2] in {"19", "20"}):
            fields["birth_date"] = word.said
        else:
            fields["mrn"] = f"{fields['mrn']} {word.said}".strip()
    return fields


def _pairs(hits: list[Hit]) -> list[Pair]:
    """Which of the records that were found may be one person's, the likest first."""
    people = [(hit, same_person.identity_of(hit.patient)) for hit in hits[:COMPARED]]
    pairs = [
        Pair(one, other, why)
        for number, (one, who) in enumerate(people)
        for other, whom in people[number + 1 :]
        if (why := same_person.compared(who, whom)) and why.likely
    ]
    return sorted(pairs, key=lambda pair: -pair.why.score)[:TOLD]
