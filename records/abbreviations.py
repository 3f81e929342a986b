"""Finds abbreviations in free text that have killed people, and says what to write instead.

It flags and never rewrites: what a person wrote is what is kept. Knows nothing of Django.
Source: Joint Commission official do-not-use list; ISMP list of error-prone abbreviations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One dangerous abbreviation. start: where in the text it begins."""

    found: str
    write: str
    start: int

    def __str__(self) -> str:
        return f"“{self.found}” can be misread: write {self.write}."


def _word(pattern: str) -> re.Pattern[str]:
    """A pattern that stands alone, or right behind a number ("10U", "5 cc")."""
    return re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![\w])")


_UNIT_FOLLOWS = r"\s?(?:mg|mcg|g|mL|units|mmol|mEq)\b"

# Upper case only where the lower case is an ordinary word or unit.
_DANGEROUS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_word(r"IU|iu|I\.U\."), "“units”"),
    (_word(r"U"), "“units”"),
    (re.compile(r"(?<=\d)\s?u(?!\w)"), "“units”"),
    (_word(r"(?i:Q\.?O\.?D\b\.?)"), "“every other day”"),
    (_word(r"(?i:Q\.?D\b\.?)"), "“once daily”"),
    (_word(r"(?i:q1d|i/d)"), "“once daily”"),
    (_word(r"MSO4|MSO₄"), "“morphine sulfate”"),
    (_word(r"MgSO4|MgSO₄|MGSO4"), "“magnesium sulfate”"),
    (_word(r"MS"), "“morphine sulfate” or “magnesium sulfate”"),
    (_word(r"OD|O\.D\.|o\.d\.|od"), "“once daily” or “right eye”"),
    (_word(r"OS|O\.S\.|o\.s\."), "“left eye”"),
    (_word(r"OU|O\.U\.|o\.u\."), "“each eye”"),
    (_word(r"AU|A\.U\."), "“each ear”"),
    (_word(r"(?i:q\.?h\.?s\b\.?)"), "“at bedtime”"),
    (_word(r"HS|H\.S\.|h\.s\.|hs"), "“at bedtime” or “half-strength”"),
    (_word(r"SC|S\.C\.|SQ|sq|sub q"), "“subcutaneous”"),
    (_word(r"(?i:cc)"), "“mL”"),
    (_word(r"ss|SS"), "“one half” or “sliding scale”"),
    (_word(r"(?i:D/C)"), "“discontinue” or “discharge”"),
    (_word(r"(?i:T\.?I\.?W\b\.?)"), "“three times weekly”"),
    (_word(r"(?:\N{MICRO SIGN}|\N{GREEK SMALL LETTER MU})g"), "“mcg”"),
    (re.compile(r"(?<=\d)\s?ug(?!\w)"), "“mcg”"),
    (re.compile(rf"(?<![\w.])\d+\.0+(?={_UNIT_FOLLOWS})"), "the number without a zero at the end"),
    (re.compile(rf"(?<![\w.])\.\d+(?={_UNIT_FOLLOWS})"), "a zero before the point"),
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
