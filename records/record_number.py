"""A patient's record number (MRN): how it is written, and when two of them are the same.

Knows nothing of Django. That a number belongs to one patient only is held by its own stream in the
ledger (reservations.py).
"""

from __future__ import annotations

import re
from unicodedata import normalize

from records.decision import Rejected
from records.speech import _

#: A UUID, as some sources number their patients, is 36 characters long.
LONGEST = 64

_SHAPE = re.compile(r"[^\W_](?:[\w ./#:-]*[^\W_])?")
_BETWEEN = re.compile(r"[\W_]+")


def stated(value: str | None) -> str:
    """The number as it is written. Raises: Rejected where it is none."""
    number = " ".join((value or "").split())
    if not number:
        raise Rejected(_("Write the record number."), "mrn")
    if len(number) > LONGEST:
        raise Rejected(_("A record number has at most {count} characters.").format(count=LONGEST), "mrn")
    if not _SHAPE.fullmatch(number) or not any(character.isdigit() for character in number):
        raise Rejected(_("Write the record number with letters, digits and hyphens, such as A-10442."), "mrn")
    return number


def normalised(number: str) -> str:
    """What makes a number the same as another: letters and digits, whatever stands between them."""
    return _BETWEEN.sub("", normalize("NFKC", number)).upper()
