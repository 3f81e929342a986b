"""The warning before one person gets two records: who of those on record may be the one to be registered.

Who is alike is asked of the read models, through the function that the setting LIKELY_DUPLICATES names,
since imports point down. A registration made here is interrupted; an import's is not (it notes who is alike
passively), nor is the demo's.
Source: Joint Commission NPSG.01.01.01; duplicates cause missed allergies and repeated orders (AHIMA).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from records import commands
from records.decision import Alert
from records.speech import _

DUPLICATE = "duplicate patient"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A record that may be this person's.

    Shape: name, born, sex and number as they are read; allergies: in words; why: what agrees and what
    differs.
    """

    patient_id: str
    name: str
    born: str
    sex: str
    number: str
    allergies: str
    why: str


#: Who is to be registered, by the names of the fields below, as stated -> the likest first.
Ask = Callable[[Mapping[str, str | None]], tuple[Candidate, ...]]
IDENTITY = ("mrn", "family", "given", "other_names", "birth_date", "sex")


def nobody(_who: Mapping[str, str | None]) -> tuple[Candidate, ...]:
    """No one is alike: for who registers many at once, and knows."""
    return ()


_ask: Ask = nobody


def asks(ask: Ask) -> None:
    """From now on likely duplicates are asked of this (records/apps.py plugs it in)."""
    global _ask  # noqa: PLW0603 - plugged in once, when the application starts
    _ask = ask


def likely(command: commands.RegisterPatient) -> tuple[Candidate, ...]:
    """Who of those on record may be the one whom the command would register."""
    return _ask({name: getattr(command, name) or None for name in IDENTITY})


def alerts(alike: Sequence[Candidate]) -> tuple[Alert, ...]:
    """One interruption for each record, with what is at stake and what it says."""
    return tuple(
        Alert(kind=DUPLICATE, text=_said(each), interrupts=True, patient_id=each.patient_id) for each in alike
    )


def _said(found: Candidate) -> str:
    return _(
        "{name}, born {born}, {sex}, MRN {number}, may be this person: {why}. Allergies there: {allergies}."
        " With two records, the allergies of one are not seen in the other."
    ).format(
        name=found.name, born=found.born, sex=found.sex, number=found.number, why=found.why,
        allergies=found.allergies,
    )  # fmt: skip
