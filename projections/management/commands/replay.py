"""`manage.py replay AGGREGATE_ID`: how a record came to be what it is, entry by entry."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from eventstore import store
from eventstore.registry import Unknown
from eventstore.store import RecordedEvent
from projections import words
from projections.steps import Group, Line, Step, steps
from projections.stream_steps import other_steps
from records import events
from records.access import AccessNotRecorded, record_access_at_command_line
from records.patient import STREAM

PAGE = "replay-command"


class Command(BaseCommand):
    help = (
        "Print each entry of a stream with who recorded it, from where and why, and the state after it, "
        "with what changed: lines that came are marked +, lines that went -. The reading is recorded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "aggregate_id", metavar="AGGREGATE_ID", help="patient-<uuid>, or the uuid alone; clinician-<uuid>"
        )
        parser.add_argument("--until", type=_version, metavar="VERSION", help="stop after this version")
        parser.add_argument(
            "--as-of",
            type=_moment,
            metavar="TIME",
            help="as known at a time: 2026-11-24 (to the day's end), 2026-11-24 09:41, or ISO 8601",
        )
        parser.add_argument("--json", action="store_true", help="print JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        stream = _stream(options["aggregate_id"])
        entries = store.read_stream(stream, until=options["until"], recorded_until=options["as_of"])
        first = next(entries, None)
        if first is None:
            raise CommandError(_nothing(stream, options["as_of"]))
        self._record_access(stream)
        told = _steps(stream, first, entries)
        try:
            if options["json"]:
                self._print_json(stream, first.aggregate_type, told, options["as_of"])
            else:
                self._print(stream, told, options["as_of"])
        except BrokenPipeError:  # whoever reads has seen enough: `replay … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _record_access(self, stream: str) -> None:
        if stream.startswith(STREAM):
            seen: Any = events.ChartViewed(patient_id=stream.removeprefix(STREAM), page=PAGE)
        else:
            seen = events.ReportViewed(report=PAGE, patient_ids=(), detail=stream)
        try:
            record_access_at_command_line(seen)
        except AccessNotRecorded as failure:
            raise CommandError("This reading could not be recorded, so nothing is shown.") from failure

    # --- For people ----------------------------------------------------------------------------------

    def _print(self, stream: str, told: Iterable[Step], as_of: datetime | None) -> None:
        count = 0
        for step in told:
            count += 1
            self.stdout.write("\n".join((*_heading(step.event), *_state(step), "\n")))
        known = f", as known at {_time(as_of)}" if as_of else ""
        self.stdout.write(f"{stream}: {count:,} {'entry' if count == 1 else 'entries'}{known}.")

    # --- For programs --------------------------------------------------------------------------------

    def _print_json(self, stream: str, kind: str, told: Iterable[Step], as_of: datetime | None) -> None:
        """One object, written step by step: a long record is not held in memory."""
        head = {"aggregate_id": stream, "aggregate_type": kind, "as_of": as_of.isoformat() if as_of else None}
        self.stdout.write(json.dumps(head)[:-1] + ', "steps": [', ending="")
        for number, step in enumerate(told):
            self.stdout.write((",\n" if number else "\n") + json.dumps(_json(step)), ending="")
        self.stdout.write("\n]}")


def _steps(stream: str, first: RecordedEvent, rest: Iterator[RecordedEvent]) -> Iterator[Step]:
    entries = _chained(first, rest)
    if stream.startswith(STREAM):
        return steps(stream.removeprefix(STREAM), entries)
    return other_steps(stream, entries)


def _chained(first: RecordedEvent, rest: Iterator[RecordedEvent]) -> Iterator[RecordedEvent]:
    yield first
    yield from rest


# --- What was asked --------------------------------------------------------------------------------


def _stream(text: str) -> str:
    """A bare uuid is a patient's."""
    try:
        return f"{STREAM}{UUID(text)}"
    except ValueError:
        return text


def _version(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**31:
        raise ArgumentTypeError("a version is a number from 1 on")
    return int(text)


def _moment(text: str) -> datetime:
    """A day means its end, by the clinic's clock; so does a time without a zone."""
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time.max) if day else parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise ArgumentTypeError("write the time as 2026-11-24, 2026-11-24 09:41 or 2026-11-24T09:41+01:00")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _nothing(stream: str, as_of: datetime | None) -> str:
    if as_of and store.stream_version(stream):
        return f"Nothing of {stream} was recorded by {_time(as_of)}."
    return f"There is no stream {stream}."


# --- An entry and its state, in words --------------------------------------------------------------


def _heading(event: RecordedEvent) -> Iterator[str]:
    said = event.metadata
    yield f"Version {event.version}: {event.event_type}  (entry {event.position:,}, event {event.event_id})"
    late = words.later(event.occurred_at, event.created_at)
    true = f", true {_time(event.occurred_at)} ({late})" if late else ""
    yield f"  recorded {_time(event.created_at)}{true}"
    role = f", {said['user_role']}" if said.get("user_role") else ""
    yield f"  by {said.get('user_name') or said.get('user_id') or 'unknown'}{role}, from {_origin(said)}"
    for label, reason in (("why", _why(event)), ("in spite of an alert", said.get("override_reason"))):
        if reason:
            yield f"  {label}: {reason}"


def _origin(metadata: dict[str, Any]) -> str:
    source = metadata.get("source") or {}
    if source:
        return f"source {source.get('system') or 'unknown'}"
    return metadata.get("ip") or "an unknown address"


def _why(event: RecordedEvent) -> str:
    return words.because(getattr(event.data, "reason_code", None), getattr(event.data, "reason", None))


def _state(step: Step) -> Iterator[str]:
    """The state after, with what it replaced; a group that is empty on both sides is left out."""
    if not step.changed:
        yield "  changed nothing of what holds; it says"
        yield from (f"    {name}: {value}" for name, value in _said(step.event).items() if value)
    for was, now in zip(step.before, step.after, strict=True):
        if not was.lines and not now.lines:
            continue
        yield f"  {now.label}"
        gone = {line.key: line for line in was.lines if line.changed}
        for line in now.lines:
            if line.key in gone:
                yield _line("-", gone.pop(line.key))
            yield _line("+" if line.changed else " ", line)
        for line in gone.values():
            yield _line("-", line)


def _said(event: RecordedEvent) -> dict[str, Any]:
    """The entry's own values, in its latest shape; as stored where this software does not know it."""
    known = not isinstance(event.data, Unknown)
    return asdict(event.data) if known else dict(event.data.data)


def _line(mark: str, line: Line) -> str:
    return f"  {mark} {line.name}: {line.value}"


def _time(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{words.day_of(moment)} {local:%H:%M}"


def _json(step: Step) -> dict[str, Any]:
    event, said = step.event, step.event.metadata
    return {
        "version": event.version,
        "event_type": event.event_type,
        "schema_version": event.schema_version,
        "event_id": str(event.event_id),
        "position": event.position,
        "recorded_at": event.created_at.astimezone(UTC).isoformat(),
        "occurred_at": event.occurred_at.astimezone(UTC).isoformat(),
        "who": said.get("user_name"),
        "user_id": said.get("user_id"),
        "role": said.get("user_role"),
        "ip": said.get("ip"),
        "source": said.get("source"),
        "why": _why(event) or None,
        "data": _said(event),
        "changed": list(_changes(step)),
        "state": {group.label: [_pair(line) for line in group.lines] for group in step.after},
        "hash": event.hash.hex(),
    }


def _pair(line: Line) -> dict[str, str]:
    return {"name": line.name, "value": line.value}


def _changes(step: Step) -> Iterator[dict[str, str | None]]:
    for was, now in zip(step.before, step.after, strict=True):
        before, after = _changed(was), _changed(now)
        for key in dict.fromkeys((*before, *after)):
            one, other = before.get(key), after.get(key)
            yield {
                "part": now.label,
                "name": (other or one).name,  # type: ignore[union-attr]  # one of them is there
                "before": one.value if one else None,
                "after": other.value if other else None,
            }


def _changed(group: Group) -> dict[Any, Line]:
    return {line.key: line for line in group.lines if line.changed}
