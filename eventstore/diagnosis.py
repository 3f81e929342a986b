"""Says what was done to entries whose hashes do not hold: altered, missing, moved, inserted.

Why:    one changed entry must be one finding. Each hash is judged by the stored hash before it, so
        a fault stays where it is; what one fault makes of its neighbours (a moved entry breaks four
        links) is resolved here, over the few suspects alone.
Limits: a chain whose hashes were all rewritten consistently, and a tail that was cut off, look
        sound from inside the database. Only a signed head kept elsewhere shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from eventstore.recompute import GENESIS, Row, link

#: Searching where each suspect came from costs their number squared; beyond this it is left out.
SEARCHED = 500


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is not as it was recorded or shipped.

    Shape: ledger None where the fault is no single ledger's; position None where it is no entry's;
    event_id None where the entry itself is gone.
    """

    ledger: str | None
    kind: str
    position: int | None
    event_id: str | None
    what: str


@dataclass(slots=True)
class Suspect:
    """An entry whose hash does not follow from the stored hash before it.

    Shape: before: hashes stored at the position before (none after a gap; several after twins);
    twin: another entry at the same position does follow.
    """

    row: Row
    content: bytes
    before: tuple[bytes, ...]
    twin: bool = False
    recorded_as: int | None = None
    follows: bool = False
    only_hash: bool = False

    def fits(self, previous: Iterable[bytes], position: int) -> bytes | None:
        """The previous hash from which this entry's stored hash follows at a position, if any does."""
        for candidate in previous:
            if link(candidate, self.row, self.content, position) == self.row.hash:
                return candidate
        return None


@dataclass(frozen=True, slots=True)
class Gap:
    """Positions first to last hold nothing; before: hashes stored just before them."""

    first: int
    last: int
    before: tuple[bytes, ...]


@dataclass(slots=True)
class Run:
    """Neighbouring entries that all hold at their position + shift: they were renumbered."""

    first: int
    last: int
    shift: int
    event: str

    @property
    def what(self) -> str:
        recorded = f"{self.first + self.shift} to {self.last + self.shift}"
        return f"Entries {self.first} to {self.last} were recorded as entries {recorded}."


@dataclass(slots=True)
class Trouble:
    """Everything about one ledger that did not fit while its entries were read in order."""

    ledger: str
    suspects: list[Suspect] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    earlier: list[tuple[int, str]] = field(default_factory=list)

    def findings(self) -> list[Finding]:
        arrivals = self._resolve() if len(self.suspects) <= SEARCHED else {}
        runs = {run.first: run for run in self.runs}
        found = [
            *self._missing(arrivals),
            *(finding for suspect in self.suspects if (finding := self._judge(suspect, arrivals, runs))),
            *(self._finding("renumbered", run.first, run.event, run.what) for run in self.runs),
        ]
        named = {finding.position for finding in found}
        found += [
            self._finding(
                "time", position, event, f"Entry {position} bears an earlier time than the entry before it."
            )
            for position, event in self.earlier
            if position not in named and position - 1 not in named
        ]
        return sorted(found, key=lambda finding: finding.position or 0)

    def _finding(self, kind: str, position: int, event: str | None, what: str) -> Finding:
        return Finding(self.ledger, kind, position, event, what)

    def _resolve(self) -> dict[int, Suspect]:
        """Walks the suspect positions in order, with the hash that truly stood before each.

        Shape: answers which suspect was recorded at a position other than its own, by position.
        """
        here: dict[int, list[Suspect]] = {}
        for suspect in self.suspects:
            here.setdefault(suspect.row.position, []).append(suspect)
        before = {gap.first: gap.before for gap in self.gaps}
        true: dict[int, list[bytes]] = {0: [GENESIS]}
        arrivals: dict[int, Suspect] = {}
        for position in self._slots(here):
            suspects = here.get(position, [])
            known = true.get(position - 1, [])
            stored = [hash_ for suspect in suspects for hash_ in suspect.before] or list(
                before.get(position, ())
            )
            for suspect in suspects:
                if (previous := suspect.fits(known, position)) is not None:
                    suspect.follows = True
                    for neighbour in here.get(position - 1, ()):
                        neighbour.only_hash = not neighbour.twin and previous != neighbour.row.hash
            if any(suspect.follows for suspect in suspects):
                continue
            arrival = self._arrival([*known, *stored], position)
            if arrival:
                arrival.recorded_as, arrivals[position] = position, arrival
                true[position] = [arrival.row.hash]
            else:
                true[position] = [
                    link(previous, suspect.row, suspect.content)
                    for suspect in suspects
                    for previous in [*known, *suspect.before]
                ]
        return arrivals

    def _slots(self, here: dict[int, list[Suspect]]) -> list[int]:
        """Suspect positions and the holes a suspect might have come from."""
        holes = (position for gap in self.gaps for position in range(gap.first, gap.last + 1))
        few = (
            {position for position, _ in zip(holes, range(SEARCHED), strict=False)}
            if self.suspects
            else set()
        )
        return sorted(set(here) | few)

    def _arrival(self, previous: list[bytes], position: int) -> Suspect | None:
        for suspect in self.suspects:
            elsewhere = (
                suspect.row.position != position and suspect.recorded_as is None and not suspect.follows
            )
            if elsewhere and suspect.fits(previous, position) is not None:
                return suspect
        return None

    def _missing(self, arrivals: dict[int, Suspect]) -> Iterator[Finding]:
        for gap in self.gaps:
            for position in range(gap.first, gap.last + 1):
                what = f"Entry {position} is missing."
                if position in arrivals:
                    what += (
                        f" The event recorded there now stands at position {arrivals[position].row.position}."
                    )
                yield self._finding("missing", position, None, what)

    def _judge(self, suspect: Suspect, arrivals: dict[int, Suspect], runs: dict[int, Run]) -> Finding | None:
        position, event = suspect.row.position, suspect.row.event
        if suspect.follows:
            return None
        if suspect.recorded_as is not None:
            what = f"Entry {position} holds an event that was recorded as entry {suspect.recorded_as}."
            return self._finding("swapped", position, event, what)
        if suspect.twin or position in arrivals or position < 1:
            what = f"Entry {position} was inserted: it is not what was recorded there."
            return self._finding("inserted", position, event, what)
        if not suspect.before:
            return None
        following = runs.get(position + 1)
        if following and following.shift > 0:
            following.first, following.event = position, event
            what = (
                f"The event recorded as entry {position} is missing; the later ones were renumbered over it."
            )
            return self._finding("missing", position, None, what)
        if suspect.only_hash:
            what = f"The stored hash of entry {position} was altered; its content is as recorded."
            return self._finding("altered", position, event, what)
        what = (
            f"Entry {position} was altered: its hash does not follow from its content and the hash before it."
        )
        if position > 1:
            what += f" (Or entry {position - 1} was, and its hash was made anew.)"
        return self._finding("altered", position, event, what)
