"""What became of each medication since a moment, as known now: the last column of the table of then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projections.moments.between import Cause, Side
from projections.moments.record_at import Row
from projections.moments.telling import Between, Difference


@dataclass(frozen=True)
class Since:
    """Shape: learned: what was true already then; errors: what stood then and was taken back; happened: what
    came; withdrawn: how many entries were made and taken back meanwhile. Texts are ready to print."""

    learned: tuple[str, ...]
    errors: tuple[str, ...]
    happened: tuple[str, ...]
    withdrawn: str

    @property
    def unchanged(self) -> bool:
        return not (self.learned or self.errors or self.happened)


def since_then(then: Side, since: Between) -> list[tuple[Row, Since]]:
    """since: what differs from the moment to now."""
    own: dict[str, list[Difference]] = defaultdict(list)
    for difference in since.differences:
        own[difference.subject].append(difference)
    return [(row, _since(then, own[str(row.prescription_id)])) for row in then.record.current]


def _since(then: Side, differences: Sequence[Difference]) -> Since:
    wrong = [each for each in differences if each.cause is Cause.WITHDRAWN]
    stood = [each for each in wrong if each.event_id in then.stood]
    meanwhile = len(wrong) - len(stood)
    made = ngettext("{count} entry made and withdrawn", "{count} entries made and withdrawn", meanwhile)
    return Since(
        learned=tuple(_told(each) for each in differences if each.cause is Cause.LEARNED),
        errors=tuple(map(_error, stood)),
        happened=tuple(_told(each) for each in differences if each.cause is Cause.HAPPENED),
        withdrawn=made.format(count=meanwhile) if meanwhile else "",
    )


def _error(difference: Difference) -> str:
    if difference.changes:
        _label, before, after = difference.changes[0]
        return _("{act} from {before} to {after}: {when}").format(
            act=difference.act, before=before, after=after, when=difference.when
        )
    return _told(difference)


def _told(difference: Difference) -> str:
    return _("{act}: {when}").format(act=difference.act, when=difference.when)
