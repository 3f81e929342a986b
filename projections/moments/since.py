"""What became of each medication since a moment, as known now: the last column of the table of then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projections.moments.between import Cause
from projections.moments.record_at import Row
from projections.moments.telling import Between, Difference


@dataclass(frozen=True)
class Since:
    """Shape: learned: what was true already then; happened: what came; withdrawn: entries made and taken
    back; opening: the prescription itself was one of those. Texts are ready to print, "" for none."""

    learned: tuple[str, ...]
    happened: tuple[str, ...]
    withdrawn: str
    opening: bool

    @property
    def unchanged(self) -> bool:
        return not (self.learned or self.happened or self.opening)


def since_then(rows: Sequence[Row], since: Between) -> list[tuple[Row, Since]]:
    """since: what differs from the moment to now."""
    own: dict[str, list[Difference]] = defaultdict(list)
    for difference in since.differences:
        own[difference.subject].append(difference)
    return [(row, _since(own[str(row.prescription_id)])) for row in rows]


def _since(differences: Sequence[Difference]) -> Since:
    wrong = [each for each in differences if each.cause is Cause.WITHDRAWN]
    return Since(
        learned=tuple(_told(each) for each in differences if each.cause is Cause.LEARNED),
        happened=tuple(_told(each) for each in differences if each.cause is Cause.HAPPENED),
        withdrawn=ngettext(
            "{count} entry made and withdrawn", "{count} entries made and withdrawn", len(wrong)
        ).format(count=len(wrong))
        if wrong
        else "",
        opening=any(each.opens for each in wrong),
    )


def _told(difference: Difference) -> str:
    return _("{act}: {when}").format(act=difference.act, when=difference.when)
