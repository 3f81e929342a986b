"""Where a reference leads, and so whose a resource is.

Looked for is the nearest match: inside the resource, then its bundle, file and folder; further only
what is unique everywhere (an absolute address, an identifier), or all of it where the operator says
that it is one source. A reference that could mean two patients means none.
Why: the id "example" in another folder is somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from records.fhir.elements import Json, parts
from records.fhir.identity import Identity
from records.fhir.staging import CLINICAL, Staged, Staging, subject_reference

_IN_FOLDER = " AND file IN (SELECT file FROM files WHERE folder = (SELECT folder FROM files WHERE file = ?))"
_RELATIVE = re.compile(r"(?:^|/)(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[^/?#|]+)$")
_CONDITIONAL = re.compile(r"^(?P<kind>[A-Z][A-Za-z]+)\?identifier=(?P<token>[^&]+)$")
_VERSION = re.compile(r"/_history/[^/]*$")


class Links:
    """The references of what is laid out."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging

    def follow(self, known: Callable[[str], bool]) -> Iterator[tuple[Staged, str]]:
        """Say whose every resource is, all of them once.

        known: whether a patient of that UUID is on record already. Yields what has no patient, and why.
        """
        self._staging.finish()
        self._staging.identify_patients()
        for staged in self._staging.select("kind IN (?, ?)", CLINICAL):
            owner, why = self._owner(staged, known)
            if owner is None:
                yield staged, why
            else:
                self._staging.give(staged, owner)
        self._staging.inherit_sources()

    def _owner(self, staged: Staged, known: Callable[[str], bool]) -> tuple[str | None, str]:
        reference = subject_reference(staged.body)
        if reference is None:
            return None, "It does not say which patient it is about"
        owners = self._owners(staged, reference)
        if len(owners) > 1:
            return None, f"{len(owners)} different patients could be meant by {reference}"
        if owners:
            return owners[0], ""
        relative = _RELATIVE.search(reference)
        if relative and relative["kind"] == "Patient" and staged.source:
            before = str(Identity(staged.source, "Patient", relative["id"]).uuid)
            if known(before):
                return before, ""
        if relative and relative["kind"] != "Patient":
            return None, f"It is about {reference}, which is no patient"
        return None, f"Its patient ({reference}) is in none of the files, and was not imported before"

    def _owners(self, staged: Staged, reference: str) -> list[str]:
        if reference.startswith("#"):
            frame = f"{staged.kind}/{staged.id or staged.digest[:32]}"
            found = self._near(staged, "kind = 'Patient' AND id = ?", (f"{frame}{reference}",))
        else:
            found = self._referred(staged, reference, "Patient")
        return self._staging.owners(found)

    def lookup(self, staged: Staged) -> Callable[[str | None, str], Json | None]:
        """Where a resource's references lead: contained, in its bundle, file or folder."""

        def find(reference: str | None, kind: str) -> Json | None:
            if reference is None:
                return None
            if reference.startswith("#"):
                inner = parts(staged.body, "contained")
                return next((item for item in inner if f"#{item.get('id')}" == reference), None)
            found = self._referred(staged, reference, kind)
            return found[0].body if found else None

        return find

    def _referred(self, staged: Staged, reference: str, kind: str) -> list[Staged]:
        """What a reference may mean, from the nearest place that has any."""
        reference = _VERSION.sub("", reference)
        if conditional := _CONDITIONAL.match(reference):
            return self._identified(staged, conditional["kind"], conditional["token"])
        if ":" in reference:
            exact = self._near(staged, "full_url = ?", (reference,), anywhere=True)
            if exact:
                return exact
        if relative := _RELATIVE.search(reference):
            # An absolute address leads to no resource that a bundle gave another address.
            loose = " AND full_url IS NULL" if "://" in reference else ""
            return self._near(
                staged,
                "kind = ? AND id = ?" + loose,
                (relative["kind"], relative["id"]),
                anywhere=self._staging.source is not None,
            )
        if ":" not in reference:  # a bare id
            return self._near(staged, "kind = ? AND id = ?", (kind, reference))
        return []

    def _identified(self, staged: Staged, kind: str, token: str) -> list[Staged]:
        return self._near(
            staged,
            "seq IN (SELECT seq FROM identifiers WHERE kind = ? AND token = ?)",
            (kind, token),
            anywhere=True,
        )

    def _near(
        self, staged: Staged, where: str, parameters: tuple[Any, ...], *, anywhere: bool = False
    ) -> list[Staged]:
        """Matches in the same bundle, else the same file, else the same folder, else anywhere at all.

        Why: the id "example" in another folder is somebody else.
        """
        places: list[tuple[str, tuple[Any, ...]]] = []
        if staged.bundle is not None:
            places.append((" AND file = ? AND bundle = ?", (staged.file, staged.bundle)))
        places.append((" AND file = ?", (staged.file,)))
        places.append((_IN_FOLDER, (staged.file,)))
        if anywhere:
            places.append(("", ()))
        for place, more in places:
            if found := list(self._staging.select(where + place, (*parameters, *more))):
                return found
        return []
