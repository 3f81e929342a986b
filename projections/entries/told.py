"""An entry told in words: the form in which the timeline and the compliance report say an event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from projections import words
from records.speech import coded, joined

Values = dict[str, Any]


@dataclass(kw_only=True)
class Told:
    """One event in clinical words.

    Shape: about: what it is about, in front of the summary ("furosemide"); the rest as described
    in `projections.models.TimelineEntry`. subject_id and other_subject_id: whose earlier and later
    entries belong with this one.
    """

    kind: str
    title: str
    about: str = ""
    subject_id: str | None = None
    other_subject_id: str | None = None
    icon: str = "entry"
    tag: str = ""
    changes: list[Values] = field(default_factory=list)
    unchanged: str = ""
    strong: str = ""
    severity: str = ""
    line: str = ""
    facts: list[Values] = field(default_factory=list)
    said: str = ""
    because: str = ""
    reason: str = ""
    data: Values | None = None

    @property
    def summary(self) -> str:
        """One line for the compliance report: what it is about, then before → after, or the values.

        A note's own text stays out of it: the report says who did what, not what was confided.
        """
        if self.changes:
            values = joined(
                [joined((change["before"], change["after"]), " → ") for change in self.changes], "; "
            )
        else:
            values = joined((self.strong, coded(self.severity), self.line))
        return joined((self.about, values), " " if self.changes or self.strong else ", ")

    @property
    def why(self) -> str:
        return words.because(self.because, self.reason)

    def entry(self, metadata: Values, source_text: str | None) -> Values:
        """What the templates print: the shape documented in `projections.models.TimelineEntry`."""
        told = {
            "about": self.about,
            "icon": self.icon,
            "tag": self.tag,
            "changes": self.changes,
            "unchanged": self.unchanged,
            "strong": self.strong,
            "severity": self.severity,
            "line": self.line,
            "facts": self.facts,
            "said": self.said,
            "because": self.because,
            "alerts": [alert.get("text", "") for alert in metadata.get("alerts") or []],
            "override": metadata.get("override_reason") or "",
            "corrects": None,
            "relied_on": [],
            "corrected_by": None,
            "source": source_text or "",
        }
        return told if self.data is None else {**told, "data": self.data}


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What a correction needs to know of the entry in error. Shape: as in `Told`."""

    title: str
    about: str = ""
    subject_ids: tuple[str, ...] = ()


def change(label: str, before: str, after: str) -> Values:
    return {"label": label, "before": before, "after": after}


def facts(*pairs: tuple[str, str | None]) -> list[Values]:
    """Details as label and value, stated ones only."""
    return [{"label": label, "value": value} for label, value in pairs if value]
