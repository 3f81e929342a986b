"""Finds abbreviations in free text that have killed people, and says what to write instead.

It flags and never rewrites: what a person wrote is what is kept. Knows nothing of Django.
Source: Joint Commission official do-not-use list; ISMP list of error-prone abbreviations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from records.speech import _, gettext_noop


@dataclass(frozen=True)
class Finding:
    """One dangerous abbreviation. start: where in the text it begins."""

    found: str
    write: str
    start: int

    def __str__(self) -> str:
        return _("“{found}” can be misread: write {instead}.").format(found=self.found, instead=_(self.write))


def _word(pattern: str) -> re.Pattern[str]:
    """A pattern that stands alone, or right behind a number ("10U", "5 cc")."""
    return re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![\w])")


_UNIT_FOLLOWS = r"\s?(?:mg|mcg|g|mL|units|mmol|mEq)\b"

# Upper case only where the lower case is an ordinary word or unit.
_DANGEROUS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_word(r"IU|iu|I\.U\."), gettext_noop("“units”")),
    (_word(r"U"), gettext_noop("“units”")),
    (re.compile(r"(?<=\d)\s?u(?!\w)"), gettext_noop("“units”")),
    (_word(r"(?i:Q\.?O\.?D\b\.?)"), gettext_noop("“every other day”")),
    (_word(r"(?i:Q\.?D\b\.?)"), gettext_noop("“once daily”")),
    (_word(r"(?i:q1d|i/d)"), gettext_noop("“once daily”")),
    (_word(r"MSO4|MSO₄"), gettext_noop("“morphine sulfate”")),
    (_word(r"MgSO4|MgSO₄|MGSO4"), gettext_noop("“magnesium sulfate”")),
    (_word(r"MS"), gettext_noop("“morphine sulfate” or “magnesium sulfate”")),
    (_word(r"OD|O\.D\.|o\.d\.|od"), gettext_noop("“once daily” or “right eye”")),
    (_word(r"OS|O\.S\.|o\.s\."), gettext_noop("“left eye”")),
    (_word(r"OU|O\.U\.|o\.u\."), gettext_noop("“each eye”")),
    (_word(r"AU|A\.U\."), gettext_noop("“each ear”")),
    (_word(r"(?i:q\.?h\.?s\b\.?)"), gettext_noop("“at bedtime”")),
    (_word(r"HS|H\.S\.|h\.s\.|hs"), gettext_noop("“at bedtime” or “half-strength”")),
    (_word(r"SC|S\.C\.|SQ|sq|sub q"), gettext_noop("“subcutaneous”")),
    (_word(r"(?i:cc)"), gettext_noop("“mL”")),
    (_word(r"ss|SS"), gettext_noop("“one half” or “sliding scale”")),
    (_word(r"(?i:D/C)"), gettext_noop("“discontinue” or “discharge”")),
    (_word(r"(?i:T\.?I\.?W\b\.?)"), gettext_noop("“three times weekly”")),
    (_word(r"(?:\N{MICRO SIGN}|\N{GREEK SMALL LETTER MU})g"), gettext_noop("“mcg”")),
    (re.compile(r"(?<=\d)\s?ug(?!\w)"), gettext_noop("“mcg”")),
    (
        re.compile(rf"(?<![\w.])\d+\.0+(?={_UNIT_FOLLOWS})"),
        gettext_noop("the number without a zero at the end"),
    ),
    (re.compile(rf"(?<![\w.])\.\d+(?={_UNIT_FOLLOWS})"), gettext_noop("a zero before the point")),
)  # fmt: skip


def dangerous(text: str | None) -> tuple[Finding, ...]:
    """Every dangerous abbreviation in a text, in reading order; each place is reported once."""
    if not text:
        return ()
    findings: list[Finding] = []
    taken: set[int] = set()
    for pattern, write in _DANGEROUS:
        for match in pattern.finditer(text):
            places = set(range(match.start(), match.end()))
            if not places & taken:
                taken |= places
                found = match.group()
                start = match.start() + len(found) - len(found.lstrip())
                findings.append(Finding(found.strip(), write, start))
    return tuple(sorted(findings, key=lambda finding: finding.start))
