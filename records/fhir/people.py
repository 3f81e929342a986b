"""Who a reference names: prescribers, recorders and asserters, as far as the source tells.

A source's practitioners get no account here and no identity of ours: their name stays on what they
ordered, and their identifiers stay in the source's words. Knows nothing of events.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from records.fhir.elements import Json, literal_number, part, parts, person_name, reference_of, text

#: Looks up what a reference points at: the resource, or None where it is nowhere to be found.
Lookup = Callable[[str | None, str], Json | None]


def named_person(resource: Json, element: str, lookup: Lookup) -> tuple[str | None, list[tuple[str, Any]]]:
    """Who a reference names: the words beside it, else the name of what it points at, with its lines."""
    target = part(resource, element)
    target = part(target, "agent") or target
    reference = text(target.get("reference"))
    kind = text(target.get("type")) or _kind_of(reference) or "Practitioner"
    found = lookup(reference, kind)
    if found is not None and text(found.get("resourceType")) == "PractitionerRole":
        role, found = found, lookup(reference_of(found, "practitioner"), "Practitioner")
        shown = text(part(role, "practitioner").get("display"))
    else:
        shown = None
    if found is None:
        return text(target.get("display")) or shown or text(part(target, "identifier").get("value")), []
    name = next((said for item in parts(found, "name") if (said := person_name(item))), None)
    name = name or text(found.get("name"))
    lines: list[tuple[str, Any]] = [(f"{element}.resolved.name", name)]
    for index, item in enumerate(parts(found, "identifier")):
        number = f"{text(item.get('system')) or ''}|{literal_number(item.get('value')) or ''}"
        lines.append((f"{element}.resolved.identifier[{index}]", number))
    return text(target.get("display")) or name or shown, lines


def _kind_of(reference: str | None) -> str | None:
    found = re.search(r"(?:^|/)([A-Z][A-Za-z]+)[/?][^/]*$", reference or "")
    return found[1] if found else None
