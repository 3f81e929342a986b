"""What is said about a drug's name alone: free text, names read as another, names that look alike.

Passive notes all of them; nothing here interrupts. Knows nothing of Django.
Source: NHS CUI medication search and prescribing, free text; ISMP and FDA lists of look-alike names.
"""

from __future__ import annotations

from collections.abc import Iterable

from records.catalogue import search
from records.catalogue.entries import CODE_SYSTEM
from records.catalogue.lookalikes import CONFUSED, tall_man
from records.catalogue.naming import contents, is_free_text, plain, understood
from records.courses import Course
from records.decision import Alert
from records.speech import _

_NAMED_AT_MOST = 3


def coded(medication: str, code: str | None, system: str | None) -> tuple[str | None, str | None]:
    """The code of what is ordered: the one that was given with it, else the catalogue's for its name."""
    if code:
        return code, system
    drug = understood(medication)
    return (drug.code, CODE_SYSTEM) if drug else (None, None)


def name_alerts(courses: Iterable[Course], medication: str) -> tuple[Alert, ...]:
    """The notes about a name that is about to be ordered. courses: what is taken already."""
    return (*_reading(medication), *_look_alikes(courses, medication))


def _reading(medication: str) -> tuple[Alert, ...]:
    """What the checks took the name for, where that is not what it says."""
    if is_free_text(medication, None):
        near = dict.fromkeys(hit.drug.name for hit in _near(medication))
        if near:
            sentence = _(
                "Free text: “{name}” is not in the list of drugs, so only its words were compared with the"
                " allergies, and no class was checked. Was {drugs} meant?"
            )
            names = _(" or ").join(list(near)[:_NAMED_AT_MOST])
            return (Alert(kind="free text", text=sentence.format(name=medication, drugs=names)),)
        sentence = _(
            "Free text: “{name}” is not in the list of drugs, so only its words were compared with the"
            " allergies, and no class was checked."
        )
        return (Alert(kind="free text", text=sentence.format(name=medication)),)
    drug = understood(medication)
    if drug is None or all(plain(part) in plain(medication) for part in drug.substances):
        return ()
    sentence = _("“{name}” is read as {drug}: that is what was checked.")
    return (Alert(kind="read as", text=sentence.format(name=medication, drug=drug.name)),)


def _near(medication: str) -> tuple[search.Hit, ...]:
    """Drugs whose names begin as what was written, or with one slip of the hand between."""
    return search.drugs(medication).hits


def _look_alikes(courses: Iterable[Course], medication: str) -> tuple[Alert, ...]:
    """A name on a list of those that were confused; any name that looks like one that is taken."""
    drug = understood(medication)
    if drug is None:
        return ()
    name, alike = tall_man(plain(drug.name)), set(search.taken_for(drug))
    taken = [course.medication for course in courses if contents(course.medication) & alike]
    if taken:
        sentence = _("{drug} looks like {other}, which is prescribed already: check the name.")
        return (Alert(kind="look-alike", text=sentence.format(drug=name, other=tall_man(taken[0]))),)
    if confused := CONFUSED.get(plain(drug.name), ()):
        others = _(" or ").join(tall_man(other) for other in confused[:_NAMED_AT_MOST])
        sentence = _("{drug} looks like {other}: check the name.")
        return (Alert(kind="look-alike", text=sentence.format(drug=name, other=others)),)
    return ()
