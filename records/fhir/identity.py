"""Who is who between a source and this record: the identity of a resource is source, type and id.

The source is the operator's word, else meta.source, else the system of the patient's first
identifier, else the digest of the file. So a moved folder is the same source, and the id "example"
of two unrelated files is two patients. Knows nothing of files or events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID, uuid5

from records.fhir.elements import Json, part, parts, text
from records.fhir.literal import digest

#: The namespace of all identities that come out of an import. Never changes.
NAMESPACE = UUID("6f0e5c1e-2a4b-5d0e-9b59-0c6a4a1f7d2c")


class Identity(NamedTuple):
    """Shape: system is the source's name; id is the source's own, in clear, or stands for it."""

    system: str
    type: str
    id: str

    @property
    def uuid(self) -> UUID:
        """The same wherever and whenever it is imported. Length-prefixed: no two can run together."""
        return uuid5(NAMESPACE, "".join(f"{len(word)}:{word}" for word in self))

    @property
    def name(self) -> str:
        """As people are told of it: "MedicationRequest/medrx0301"."""
        return f"{self.type}/{self.id}"


def named_source(resource: Json) -> str | None:
    """meta.source, where it names a system: a fragment alone ("#aiS4") is a request's number."""
    source = text(part(resource, "meta").get("source"))
    return (source.split("#", 1)[0] or None) if source else None


def patient_source(resource: Json, *, given: str | None, file_digest: str) -> str:
    if named := given or named_source(resource):
        return named
    systems = (text(identifier.get("system")) for identifier in parts(resource, "identifier"))
    return next((system for system in systems if system), None) or f"sha256:{file_digest}"


def own_id(resource: Json, full_url: str | None, keyed: Callable[[str], str]) -> str:
    """The source's id of a resource. Where it has none, something that stays the same at each export.

    keyed: a keyed digest, since an identifier (a record number) must not be readable in metadata.
    """
    if said := text(resource.get("id")):
        return said
    for identifier in parts(resource, "identifier"):
        system, value = text(identifier.get("system")), text(identifier.get("value"))
        if system and value:
            return f"identifier-{keyed(f'{system}|{value}')[:32]}"
    if full_url and full_url.startswith("urn:"):
        return full_url
    return f"content-{digest(resource)[:32]}"
