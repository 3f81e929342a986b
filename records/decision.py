"""What comes of a command: events with the alerts that were shown, or a refusal.

Knows nothing of Django, forms or tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Something the author must or should see before the command is recorded.

    Shape: kind is a short stable word ("allergy", "related allergy", "duplicate", "after death",
    "before birth", "abbreviation", "class not known", "taken now", "same class", "free text",
    "look-alike"); text is a sentence for people.
    interrupts: refused unless the author gives a reason for going on. allergy_id: the allergy that
    it is about, where it is about one; patient_id: the other record that it is about.
    """

    kind: str
    text: str
    interrupts: bool = False
    allergy_id: str | None = None
    patient_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Override:
    """Why the author went on although something interrupted. code: a `codes.OverrideReason`."""

    reason: str
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Events for another patient's record, in the same append. expected_version: what was seen of it."""

    patient_id: str
    expected_version: int
    events: tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Events to record, when they were true, and what the author was shown."""

    events: tuple[object, ...]
    occurred_at: datetime
    alerts: tuple[Alert, ...] = ()
    override: Override | None = None
    elsewhere: tuple[Elsewhere, ...] = ()


class Rejected(Exception):
    """A command that the record does not take, in a sentence that says what to do instead.

    Shape: field names the field at fault (a command's, and so a form's), None where it is not one
    field; alerts are those that a reason for going on would answer.
    """

    def __init__(self, message: str, field: str | None = None, alerts: Sequence[Alert] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.alerts = tuple(alerts)
