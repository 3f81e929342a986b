"""The resources of one import, laid out on disk so that they can be read patient by patient.

Files come in any order and any number: a bulk export has its patients in one file and their
prescriptions in another. What matters is put into a private temporary database (deleted by itself),
so that memory holds one file, then one patient, never all of them. Knows nothing of events.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from records.fhir.elements import Json, Number, part, parts, text
from records.fhir.identity import Identity, named_source, own_id, patient_source
from records.fhir.literal import cleaned, digest
from records.fhir.reader import Entry, FhirFile

CLINICAL = ("AllergyIntolerance", "MedicationRequest")
#: Kept for the names they give to others. Of a Condition, the code alone.
NAMED = ("Practitioner", "PractitionerRole", "Organization", "Medication", "Condition", "RelatedPerson")

_TABLES = """
CREATE TABLE files (file INTEGER PRIMARY KEY, path TEXT, folder TEXT, digest TEXT);
CREATE TABLE resources (
    seq INTEGER PRIMARY KEY, file INTEGER, bundle INTEGER, kind TEXT, id TEXT, full_url TEXT,
    own_id TEXT, digest TEXT, updated TEXT, source TEXT, owner TEXT, replaced INTEGER, body TEXT
);
CREATE TABLE identifiers (kind TEXT, token TEXT, seq INTEGER);
"""
_INDEXES = """
CREATE INDEX by_id ON resources (kind, id);
CREATE INDEX by_url ON resources (full_url);
CREATE INDEX by_owner ON resources (owner, seq);
CREATE INDEX by_token ON identifiers (kind, token);
"""


@dataclass(frozen=True)
class Staged:
    """A resource and where it stood."""

    seq: int
    file: int
    bundle: int | None
    kind: str
    id: str | None
    own_id: str
    digest: str
    source: str | None
    replaced: bool
    body: Json

    @property
    def identity(self) -> Identity:
        return Identity(self.source or "", self.kind, self.own_id)

    @property
    def name(self) -> str:
        return self.identity.name


class Staging:
    """`file` and `add` for each file, then `finish`, then links.py says whose each is; `patients`, `of`."""

    def __init__(self, *, source: str | None, keyed: Callable[[str], str]) -> None:
        self.source = source
        self._keyed = keyed
        self._db = sqlite3.connect("", isolation_level=None)  # "": private, on disk, gone when closed
        self._db.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
        self._db.execute("BEGIN")

    def close(self) -> None:
        self._db.close()

    # --- Laying out ------------------------------------------------------------------------------

    def file(self, path: Path) -> int:
        cursor = self._db.execute(
            "INSERT INTO files (path, folder) VALUES (?, ?)", (shown(path), shown(path.parent))
        )
        return cursor.lastrowid or 0

    def finished(self, number: int, file: FhirFile) -> None:
        self._db.execute("UPDATE files SET digest = ? WHERE file = ?", (file.digest, number))

    def add(self, file: int, entry: Entry) -> bool:
        """Keep a resource if it matters to a record; whether it does. Raises: NestedTooDeeply."""
        kind = entry.kind
        if kind != "Patient" and kind not in CLINICAL and kind not in NAMED:
            return False
        resource, replaced = cleaned(entry.resource)
        if kind == "Condition":
            wanted = ("resourceType", "id", "identifier", "code")
            resource = {name: resource[name] for name in wanted if name in resource}
        self._insert(file, entry.bundle, kind, resource, full_url=entry.full_url, replaced=replaced)
        if kind in CLINICAL:
            self._add_contained_patient(file, entry.bundle, resource, replaced=replaced)
        return kind == "Patient" or kind in CLINICAL

    def _insert(
        self,
        file: int,
        bundle: int | None,
        kind: str,
        resource: Json,
        *,
        full_url: str | None = None,
        replaced: bool,
    ) -> None:
        subject = kind == "Patient" or kind in CLINICAL
        meta = part(resource, "meta")
        updated = f"{text(meta.get('lastUpdated')) or ''} {(text(meta.get('versionId')) or '').rjust(12)}"
        cursor = self._db.execute(
            "INSERT INTO resources (file, bundle, kind, id, full_url, own_id, digest, updated, source,"
            " replaced, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file,
                bundle,
                kind,
                text(resource.get("id")),
                full_url,
                own_id(resource, full_url, self._keyed) if subject else "",
                digest(resource) if subject else "",
                updated,
                self.source or named_source(resource),
                replaced,
                _packed(resource),
            ),
        )
        for identifier in parts(resource, "identifier"):
            if value := text(identifier.get("value")):
                token = f"{text(identifier.get('system')) or ''}|{value}"
                self._db.execute("INSERT INTO identifiers VALUES (?, ?, ?)", (kind, token, cursor.lastrowid))

    def _add_contained_patient(
        self, file: int, bundle: int | None, resource: Json, *, replaced: bool
    ) -> None:
        """A patient inside another resource exists as that resource's alone."""
        reference = subject_reference(resource)
        if reference is None or not reference.startswith("#"):
            return
        for inner in parts(resource, "contained"):
            if inner.get("resourceType") == "Patient" and f"#{inner.get('id')}" == reference:
                frame = f"{resource.get('resourceType')}/{text(resource.get('id')) or digest(resource)[:32]}"
                patient = {**inner, "id": f"{frame}{reference}"}
                self._insert(file, bundle, "Patient", patient, replaced=replaced)

    # --- Whose it is ------------------------------------------------------------------------------

    def finish(self) -> None:
        """All is laid out: from here on it is looked up."""
        self._db.executescript(_INDEXES)  # commits first
        self._db.execute("BEGIN")

    def identify_patients(self) -> None:
        """Give every patient a source, and so an identity."""
        digests = "SELECT digest FROM files WHERE files.file = resources.file"
        for seq, body, file_digest in self._db.execute(
            f"SELECT seq, body, ({digests}) FROM resources WHERE kind = 'Patient'"  # noqa: S608
        ):
            source = patient_source(_unpacked(body), given=self.source, file_digest=file_digest or "")
            self._db.execute("UPDATE resources SET source = ? WHERE seq = ?", (source, seq))
        for staged in self.select("kind = 'Patient'"):
            self.give(staged, str(staged.identity.uuid))

    def give(self, staged: Staged, owner: str) -> None:
        """Say whose a resource is."""
        self._db.execute("UPDATE resources SET owner = ? WHERE seq = ?", (owner, staged.seq))

    def inherit_sources(self) -> None:
        """What names no source of its own comes from its patient's."""
        patient = (
            "SELECT source FROM resources p WHERE p.owner = resources.owner AND p.kind = 'Patient' LIMIT 1"
        )
        self._db.execute(
            f"UPDATE resources SET source = ({patient}) WHERE source IS NULL AND owner IS NOT NULL"  # noqa: S608
        )

    def owners(self, found: list[Staged]) -> list[str]:
        """The different patients that these resources belong to."""
        marks = ",".join("?" * len(found))
        rows = self._db.execute(
            f"SELECT owner FROM resources WHERE seq IN ({marks}) ORDER BY seq",  # noqa: S608
            [staged.seq for staged in found],
        )
        return list(dict.fromkeys(owner for (owner,) in rows if owner))

    # --- Reading back ----------------------------------------------------------------------------

    def patients(self) -> Iterator[str]:
        """The UUID of every patient that has anything, in the order they were come across."""
        rows = self._db.execute(
            "SELECT owner FROM resources WHERE owner IS NOT NULL GROUP BY owner ORDER BY min(seq)"
        )
        for (owner,) in rows:
            yield owner

    def count_patients(self) -> int:
        row = self._db.execute("SELECT count(DISTINCT owner) FROM resources").fetchone()
        return int(row[0])

    def of(self, owner: str) -> list[Staged]:
        """All that is about one patient, the versions of one resource from the oldest to the newest."""
        return list(self.select("owner = ?", (owner,), order="updated, seq"))

    def path(self, file: int) -> str:
        row = self._db.execute("SELECT path FROM files WHERE file = ?", (file,)).fetchone()
        return str(row[0])

    def file_digest(self, file: int) -> str:
        row = self._db.execute("SELECT digest FROM files WHERE file = ?", (file,)).fetchone()
        return str(row[0] or "")

    def select(self, where: str, parameters: tuple[Any, ...] = (), *, order: str = "seq") -> Iterator[Staged]:
        rows = self._db.execute(
            "SELECT seq, file, bundle, kind, id, own_id, digest, source, replaced, body"  # noqa: S608
            f" FROM resources WHERE {where} ORDER BY {order}",
            parameters,
        )
        for row in rows:
            seq, file, bundle, kind, id_, own, digest_, source, replaced, body = row
            yield Staged(
                seq=seq,
                file=file,
                bundle=bundle,
                kind=kind,
                id=id_,
                own_id=own,
                digest=digest_,
                source=source,
                replaced=bool(replaced),
                body=_unpacked(body),
            )


def shown(path: Path) -> str:
    """A path as text, whatever bytes its name is made of."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def subject_reference(resource: Json) -> str | None:
    """Whom it is about: a literal reference, or an identifier as a conditional one."""
    for element in ("subject", "patient"):
        target = part(resource, element)
        if reference := text(target.get("reference")):
            return reference
        identifier = part(target, "identifier")
        if value := text(identifier.get("value")):
            return f"Patient?identifier={text(identifier.get('system')) or ''}|{value}"
    return None


_NUMBER = "$number"


def _packed(resource: Json) -> str:
    return json.dumps(_marked(resource), ensure_ascii=False, separators=(",", ":"))


def _marked(value: Any) -> Any:
    """Numbers as they were written, told apart from text."""
    if isinstance(value, Number):
        return {_NUMBER: str(value)}
    if isinstance(value, dict):
        return {name: _marked(item) for name, item in value.items()}
    return [_marked(item) for item in value] if isinstance(value, list) else value


def _unpacked(body: str) -> Json:
    value: Json = json.loads(body, object_hook=_unmarked)
    return value


def _unmarked(value: Json) -> Any:
    return Number(value[_NUMBER]) if value.keys() == {_NUMBER} else value
