"""What stands behind one entry: who made it, when and from where, what they had on their screen, its hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventstore import registry
from eventstore.registry import Unknown
from eventstore.store import RecordedEvent
from projections import chain, words
from projections.chain import Link
from projections.why import sentences
from records.speech import spoken


@dataclass(frozen=True)
class Notice:
    """Something that was shown to the author. interrupts: it wanted an answer before they went on."""

    text: str
    interrupts: bool


@dataclass(frozen=True)
class Behind:
    """An entry and what is kept with it.

    Shape: seen: the version of the record on the author's screen, 0 for a record that did not exist yet, None
    where nobody's screen is known; upcast_from: the schema version it is stored in, where that is not the one
    it is read in; chain: the entry between its neighbours.
    """

    event: RecordedEvent
    notices: Sequence[Notice]
    override: str
    upcast_from: int | None
    chain: Sequence[Link]

    @property
    def who(self) -> str:
        return sentences.who(self.event)

    @property
    def patient_id(self) -> str:
        return sentences.patient_of(self.event)

    @property
    def role(self) -> str:
        return self.event.metadata.get("user_role") or ""

    @property
    def license(self) -> str:
        return self.event.metadata.get("user_license") or ""

    @property
    def ip(self) -> str:
        return self.event.metadata.get("ip") or ""

    @property
    def reported(self) -> bool:
        return sentences.is_reported(self.event)

    @property
    def source(self) -> str:
        return sentences.source_of(self.event)

    @property
    def source_text(self) -> str:
        return getattr(self.event.data, "source_text", None) or ""

    @property
    def later(self) -> str:
        return str(words.later(self.event.occurred_at, self.event.created_at))

    @property
    def seen(self) -> int | None:
        return seen_version(self.event)

    @property
    def interrupting(self) -> list[Notice]:
        return [each for each in self.notices if each.interrupts]

    @property
    def passive(self) -> list[Notice]:
        return [each for each in self.notices if not each.interrupts]

    @property
    def fits(self) -> bool:
        return all(link.fits for link in self.chain)

    @property
    def misfit(self) -> Link | None:
        """The first of the three whose hash is not the one that its content makes."""
        return next((link for link in self.chain if not link.fits), None)

    @property
    def short_hash(self) -> str:
        text = self.event.hash.hex()
        return f"{text[:8]}…{text[-4:]}"


def behind(event: RecordedEvent) -> Behind:
    known = None if isinstance(event.data, Unknown) else registry.named(event.event_type)
    newer = known is not None and known.version != event.schema_version
    return Behind(
        event=event,
        notices=notices(event.metadata),
        override=event.metadata.get("override_reason") or "",
        upcast_from=event.schema_version if newer else None,
        chain=chain.links_around(event.position),
    )


def notices(metadata: dict[str, Any]) -> list[Notice]:
    """What was shown, what interrupted first."""
    shown = [
        Notice(str(spoken(alert.get("text", ""))), bool(alert.get("interrupts")))
        for alert in metadata.get("alerts") or []
    ]
    return sorted(shown, key=lambda notice: not notice.interrupts)


def seen_version(event: RecordedEvent) -> int | None:
    """What was on the author's screen. An import looks at no screen, whatever version it came upon."""
    seen = event.metadata.get("seen_version")
    if sentences.is_reported(event) or not isinstance(seen, int):
        return None
    return seen
