"""The steps of streams that are no patient's: a clinician's account, a reserved record number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eventstore.store import RecordedEvent
from projections.steps import Group, Line, Step, compared
from records.clinician import STREAM, Clinician, evolve
from records.speech import coded, say


def other_steps(stream: str, entries: Iterable[RecordedEvent]) -> Iterator[Step]:
    """Each entry with the account before and after it; of other streams the entries alone."""
    person = Clinician(user_id=stream.removeprefix(STREAM))
    for event in entries:
        before = person
        person = evolve(person, event) if stream.startswith(STREAM) else person
        yield compared(event, _state(before), _state(person))


def _state(person: Clinician) -> tuple[Group, ...]:
    if not person.version:
        return (Group(say("Account"), ()),)
    values = {
        say("Name"): person.name,
        say("User name"): person.username,
        say("Roles"): ", ".join(str(coded(role)) for role in sorted(person.roles)) or say("none"),
        say("License"): person.license or say("none"),
        say("Account"): say("open") if person.active else say("closed"),
    }
    return (Group(say("Account"), tuple(Line(name, name, value) for name, value in values.items())),)
