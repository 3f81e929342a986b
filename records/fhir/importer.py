"""An import from files to the ledger: lay out, link, then patient by patient decide and append.

The way is the one that a form's entry takes: fold the stream, decide, append at exactly the version
that was seen. Only the rules of the decision differ, since a source reports and does not author.
Everything is keyed by identities and digests, so an import that was cut off is simply run again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol
from uuid import uuid4

from django.db import Error as DatabaseError

from eventstore import store
from eventstore.envelope import key_file, keyed_digest
from eventstore.errors import CommandReused, EventStoreError, LedgerBusy, WrongExpectedVersion
from eventstore.projector import catch_up
from eventstore.store import Batch, NewEvent
from records import reservations
from records.author import Author
from records.decision import Rejected
from records.fhir.drafts import Draft, Group
from records.fhir.identity import Identity
from records.fhir.known import Known
from records.fhir.links import Links
from records.fhir.literal import NestedTooDeeply
from records.fhir.reader import Entry, FhirFile, Unreadable, find_files
from records.fhir.record import Reading, decide
from records.fhir.staging import Staged, Staging, shown
from records.merged import closed
from records.patient import stream
from records.reservations import Claim

logger = logging.getLogger(__name__)

#: Events an append, at most: what one version of one resource says is never divided.
CHUNK = 500
#: How many events may wait before the read models are brought up to them.
SHOW_EVERY = 2000
ATTEMPTS = 5

COMMAND = "ImportFhir"


class Progress(Protocol):
    """Told how far an import is. of: how many there are in all."""

    def reading(self, number: int, of: int) -> None: ...
    def recording(self, number: int, of: int) -> None: ...


@dataclass
class Report:
    """What an import did. unchanged: resources that were on record as they are."""

    patients: int = 0
    events: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    refused: list[dict[str, str]] = field(default_factory=list)

    @property
    def used(self) -> bool:
        return bool(self.patients or self.events or self.unchanged)

    def refuse(self, file: str, resource: str, reason: str) -> None:
        self.refused.append({"file": file, "resource": resource, "reason": reason})


@dataclass(frozen=True)
class Run:
    """One import. author: who runs it; zone: the clinic's; now: the time of import."""

    author: Author
    zone: tzinfo
    now: datetime
    source: str | None = None
    correlation_id: str = field(default_factory=lambda: str(uuid4()))


def import_files(paths: Iterable[str], run: Run, progress: Progress) -> Report:
    """Everything under these paths.

    Raises: EventStoreError where nothing can be recorded (at once where the key file is missing).
    """
    key_file()
    report = Report()
    staging = Staging(source=run.source, keyed=lambda text: keyed_digest("source identifier", text))
    try:
        _lay_out(list(paths), staging, report, progress)
        links = Links(staging)
        for staged, why in links.follow(_is_known):
            report.refuse(staging.path(staged.file), staged.name, why)
        _record(staging, links, run, report, progress)
    finally:
        staging.close()
    return report


def _is_known(patient_id: str) -> bool:
    return store.stream_version(stream(patient_id)) > 0


# --- Reading ------------------------------------------------------------------------------------


def _lay_out(paths: Sequence[str], staging: Staging, report: Report, progress: Progress) -> None:
    of = sum(1 for _ in find_files(paths))
    for number, (path, why) in enumerate(find_files(paths), start=1):
        progress.reading(number, of)
        if why is not None:
            report.refuse(shown(path), "", why)
            continue
        file = FhirFile(path)
        staged_file = staging.file(path)
        try:
            for entry in file.entries():
                if isinstance(entry, Unreadable):
                    report.refuse(shown(path), "", str(entry))
                else:
                    _keep(entry, staged_file, shown(path), staging, report)
        except Unreadable as unreadable:
            report.refuse(shown(path), "", str(unreadable))
        staging.finished(staged_file, file)


def _keep(entry: Entry, file: int, path: str, staging: Staging, report: Report) -> None:
    try:
        if not staging.add(file, entry):
            report.ignored[entry.kind] += 1
    except NestedTooDeeply:
        name = f"{entry.kind}/{entry.resource.get('id', '')}"
        report.refuse(path, name, "Its JSON is nested too deeply")


# --- Recording ----------------------------------------------------------------------------------


def _record(staging: Staging, links: Links, run: Run, report: Report, progress: Progress) -> None:
    of = staging.count_patients()
    waiting = 0
    for number, patient_id in enumerate(staging.patients(), start=1):
        progress.recording(number, of)
        known = Known(patient_id, store.read_stream(stream(patient_id)))
        news, unchanged = _news(staging.of(patient_id), known)
        report.unchanged += len(unchanged)
        if known.patient.merged_into:
            # What would be written into a closed record, nobody who prescribes would see.
            why = str(closed(known.patient.merged_into))
            for item in news:
                report.refuse(staging.path(item.file), item.name, why)
            continue
        recorded = 0
        for versions in _rounds(news):
            recorded += _patient(patient_id, versions, unchanged, staging, links, run, report)
        report.patients += recorded > 0
        waiting += recorded
        if waiting >= SHOW_EVERY:
            _show()
            waiting = 0
    _show()


def _show() -> None:
    """Let the read models follow. What was recorded is safe whatever happens here."""
    try:
        catch_up()
    except (DatabaseError, EventStoreError) as error:
        logger.warning("The read models could not follow yet: %s", error)


def _news(staged: list[Staged], known: Known) -> tuple[list[Staged], list[Staged]]:
    """What the record does not have as it is, without copies; and what it has so."""
    versions: dict[Identity, list[Staged]] = {}
    for item in staged:
        of_one = versions.setdefault(item.identity, [])
        if not of_one or of_one[-1].digest != item.digest:
            of_one.append(item)
    news: list[Staged] = []
    unchanged: list[Staged] = []
    for identity, of_one in versions.items():
        fresh = of_one[known.fresh(identity, [item.digest for item in of_one]) :]
        news.extend(fresh)
        if not fresh:
            unchanged.append(of_one[-1])
    order = {item.seq: place for place, item in enumerate(staged)}
    return sorted(news, key=lambda item: order[item.seq]), unchanged


def _rounds(staged: list[Staged]) -> Iterator[list[Staged]]:
    """One version of each resource at a time, the oldest first: the next one corrects it."""
    while staged:
        taken: set[Identity] = set()
        now: list[Staged] = []
        later: list[Staged] = []
        for item in staged:
            (later if item.identity in taken else now).append(item)
            taken.add(item.identity)
        yield now
        staged = later


def _patient(
    patient_id: str,
    staged: list[Staged],
    unchanged: list[Staged],
    staging: Staging,
    links: Links,
    run: Run,
    report: Report,
) -> int:
    """One version of each of a patient's resources; how many events came of it."""
    reading = Reading(
        zone=run.zone,
        now=run.now,
        holder=lambda number: reservations.holder_of(number)[0],
        file_digest=staging.file_digest,
        lookup=links.lookup,
    )
    recorded = attempts = 0
    while staged:
        known = Known(patient_id, store.read_stream(stream(patient_id)))
        decided = decide(staged, known, reading, unchanged)
        version, person = known.version, known.patient.demographics
        number = person.mrn if person else None
        try:
            for drafts in _chunks(decided.groups):
                claims = reservations.claims(patient_id, number, [draft.data for draft in drafts])
                version = _append(patient_id, drafts, version, claims, run)
                number = next((claim.number for claim in claims), number)
                report.events.update(type(draft.data).__name__ for draft in drafts)
                recorded += len(drafts)
        except (WrongExpectedVersion, CommandReused, LedgerBusy, Rejected):
            # Somebody else recorded meanwhile: look again at what the record is now.
            attempts += 1
            if attempts == ATTEMPTS:
                raise
            continue
        for refusal in decided.refused:
            report.refuse(staging.path(refusal.staged.file), refusal.staged.name, refusal.reason)
        staged = decided.later
    return recorded


def _chunks(groups: Iterable[Group]) -> Iterator[list[Draft]]:
    """As many groups at a time as fit into one append."""
    chunk: list[Draft] = []
    for group in groups:
        if chunk and len(chunk) + len(group.drafts) > CHUNK:
            yield chunk
            chunk = []
        chunk.extend(group.drafts)
    if chunk:
        yield chunk


def _append(patient_id: str, drafts: Sequence[Draft], version: int, claims: Sequence[Claim], run: Run) -> int:
    """Append one chunk, with what it means for record numbers; the new version."""
    command_id = drafts[0].event_id
    metadata = {
        "user_id": run.author.user_id,
        "user_name": run.author.name,
        "user_role": run.author.role,
        "user_license": run.author.license,
        "ip": None,
        "session": None,
        "timestamp": datetime.now(UTC).isoformat(),
        "causation_id": str(command_id),
        "correlation_id": run.correlation_id,
        "seen_version": version,
        "command": {"type": COMMAND},
    }
    reported = tuple(
        NewEvent(
            data=draft.data,
            occurred_at=draft.dated.at,
            metadata={**metadata, **draft.metadata()},
            event_id=draft.event_id,
        )
        for draft in drafts
    )
    numbers = (
        Batch(
            claim.stream,
            "RecordNumber",
            claim.expected_version,
            (NewEvent(data=claim.event, occurred_at=run.now, metadata=metadata),),
        )
        for claim in claims
    )
    digest = store.command_digest(COMMAND, {"events": [str(draft.event_id) for draft in drafts]})
    appended = store.append(
        [Batch(stream(patient_id), "Patient", version, reported), *numbers],
        command_id=command_id,
        command_digest=digest,
    )
    return appended.versions[stream(patient_id)]
