"""Units of a dose: what people read, and the UCUM code that machines exchange, kept apart.

The clinic writes "mcg", UCUM writes "ug": a code is never shown as a label, a label never sent as a
code. Knows nothing of Django.
Source: UCUM (unitsofmeasure.org), case-sensitive codes; HL7 orderableDrugForm for the counted ones;
Joint Commission do-not-use list (mcg and units in full, never µg, U or IU).
"""

from __future__ import annotations

from collections.abc import Mapping

from records.codes import Unit
from records.dose import number_shown
from records.speech import coded, joined

SYSTEM = "http://unitsofmeasure.org"

#: UCUM code of each label. What is counted is an annotation in braces. "units" is one too: the label
#: does not say whose units they are (insulin's are international, heparin's USP's, botulinum toxin's
#: the maker's own), so neither [iU] nor [USP'U] may be claimed, and U would be the enzyme unit.
UCUM: Mapping[Unit, str] = {
    Unit.MG: "mg", Unit.MCG: "ug", Unit.G: "g", Unit.ML: "mL", Unit.UNITS: "{unit}",
    Unit.MMOL: "mmol", Unit.MEQ: "meq", Unit.MG_PER_ML: "mg/mL", Unit.TABLET: "{tablet}",
    Unit.CAPSULE: "{capsule}", Unit.PUFF: "{puff}", Unit.DROP: "[drp]", Unit.PATCH: "{patch}",
    Unit.SPRAY: "{spray}", Unit.SACHET: "{sachet}", Unit.SUPPOSITORY: "{suppository}",
    Unit.APPLICATION: "{application}",
}  # fmt: skip

_BY_CODE: Mapping[str, Unit] = {code: unit for unit, code in UCUM.items()}

#: Spellings of sources that mean one of ours, in lower case; every kind of unit is read as "units".
_SPELLINGS: Mapping[str, Unit] = {
    **{code.lower(): unit for code, unit in _BY_CODE.items()},
    **{unit.lower(): unit for unit in Unit},
    "milligram": Unit.MG, "milligrams": Unit.MG,
    "\N{MICRO SIGN}g": Unit.MCG, "\N{GREEK SMALL LETTER MU}g": Unit.MCG, "microgram": Unit.MCG,
    "micrograms": Unit.MCG,
    "gram": Unit.G, "grams": Unit.G,
    "milliliter": Unit.ML, "millilitre": Unit.ML, "milliliters": Unit.ML,
    "u": Unit.UNITS, "iu": Unit.UNITS, "[iu]": Unit.UNITS, "unit": Unit.UNITS, "[usp'u]": Unit.UNITS,
    "[arb'u]": Unit.UNITS, "unt": Unit.UNITS,
    "tab": Unit.TABLET, "tablets": Unit.TABLET, "{tbl}": Unit.TABLET,
    "cap": Unit.CAPSULE, "capsules": Unit.CAPSULE,
    "puffs": Unit.PUFF, "inhl": Unit.PUFF, "actuat": Unit.PUFF,
    "drops": Unit.DROP, "opdrop": Unit.DROP, "otdrop": Unit.DROP,
    "tpatch": Unit.PATCH,
    "sprays": Unit.SPRAY, "spry": Unit.SPRAY, "nasspry": Unit.SPRAY,
    "supp": Unit.SUPPOSITORY, "recsupp": Unit.SUPPOSITORY,
}  # fmt: skip


def strength_shown(strength: str) -> str:
    """A strength of the catalogue as it is read: '1,250 mg per 5 mL', its units in any language."""
    return joined(
        [
            number_shown(word.replace(",", ""))
            if word[0].isdigit()
            else coded(word)
            if word.isalpha()
            else word
            for word in strength.split()
        ],
        " ",
    )


def ucum(label: str | None) -> str | None:
    """The UCUM code of a unit as it is read; None for a source's own word."""
    return UCUM[Unit(label)] if label in set(Unit) else None


def from_ucum(code: str) -> Unit | None:
    """The unit that a UCUM code stands for, exactly; None where it is none of ours."""
    return _BY_CODE.get(code)


def meant(spelling: str | None) -> Unit | None:
    """The unit that a source means by its code or its word."""
    return _BY_CODE.get(spelling or "") or _SPELLINGS.get((spelling or "").lower())
