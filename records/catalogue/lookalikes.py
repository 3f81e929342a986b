"""Names of drugs that have been taken for one another, and how they are written so that they differ.

The groups are facts from the two public lists; letters in capitals are those that tell the names
apart. Shown at the moment of choice and in notes only: what is recorded is the plain name.
Knows nothing of Django.
Source: FDA Name Differentiation Project and ISMP list of look-alike drug names with recommended
tall man letters; ISMP list of confused drug names.
"""

from __future__ import annotations

from collections.abc import Mapping

_GROUPS = """
acetaZOLAMIDE acetoHEXAMIDE
ALPRAZolam LORazepam clonazePAM
aMILoride amLODIPine
ARIPiprazole RABEprazole
azaCITIDine azaTHIOprine
buPROPion busPIRone
carBAMazepine OXcarbazepine
CARBOplatin CISplatin
chlorproMAZINE chlorproPAMIDE chlordiazePOXIDE
clomiPHENE clomiPRAMINE
clonazePAM cloNIDine cloZAPine
cycloSPORINE cycloSERINE
DAUNOrubicin DOXOrubicin IDArubicin
dexAMETHasone dexmedeTOMIDine
dimenhyDRINATE diphenhydrAMINE
DOBUTamine DOPamine
DULoxetine FLUoxetine PARoxetine
ePHEDrine EPINEPHrine
epiRUBicin eriBULin
fentaNYL SUFentanil
glipiZIDE glyBURIDE
guaiFENesin guanFACINE
hydrALAZINE hydrOXYzine
hydrALAZINE HYDROmorphone
hydroCHLOROthiazide hydrOXYzine hydrALAZINE
HYDROcodone oxyCODONE
HYDROmorphone morphine
inFLIXimab riTUXimab
ISOtretinoin tretinoin
lamiVUDine lamoTRIgine
levETIRAcetam levOCARNitine levoFLOXacin
medroxyPROGESTERone methylPREDNISolone methylTESTOSTERone
metFORMIN metroNIDAZOLE
methadone methylphenidate
methazolAMIDE methIMAzole metOLazone
miFEPRIStone miSOPROStol
mitoMYcin mitoXANTRONE
niCARdipine NIFEdipine niMODipine
OLANZapine QUEtiapine
oxyMORphone oxyCODONE HYDROmorphone
PAZOPanib PONATinib
PEMEtrexed PRALAtrexate
penicillAMINE penicillin
PENTobarbital PHENobarbital
prednisoLONE predniSONE
quiNIDine quiNINE
raNITIdine riMANTAdine
rifAMPin rifAXIMin
risperiDONE rOPINIRole
sAXagliptin SITagliptin SUMAtriptan
sulfADIAZINE sulfaSALAzine sulfiSOXAZOLE
SUMAtriptan ZOLMitriptan
tiaGABine tiZANidine
TOLAZamide TOLBUTamide
traMADol traZODone
TRIAMterene triamcinolone
valACYclovir valGANciclovir
vinBLAStine vinCRIStine vinORELBine
"""

#: How a name is written so that it is not taken for another.
TALL_MAN: Mapping[str, str] = {
    word.lower(): word for line in _GROUPS.splitlines() for word in line.split() if word != word.lower()
}


def _confused() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in _GROUPS.splitlines():
        names = [word.lower() for word in line.split()]
        for name in names:
            found.setdefault(name, []).extend(other for other in names if other != name)
    return {name: tuple(dict.fromkeys(others)) for name, others in found.items()}


#: Which names each one has been taken for, by the lists.
CONFUSED: Mapping[str, tuple[str, ...]] = _confused()

#: Names that begin alike and are on no list: told apart where one chooses, no reason for a note later.
BEGIN_ALIKE: Mapping[str, tuple[str, ...]] = {
    "amoxicillin": ("amoxapine",),
    "amoxapine": ("amoxicillin",),
    "propranolol": ("propafenone",),
    "propafenone": ("propranolol",),
}


def tall_man(name: str) -> str:
    """The name with capitals where a list recommends them: "hydrOXYzine"; else as it is."""
    return " ".join(TALL_MAN.get(word, word) for word in name.split(" "))


def likeness(one: str, other: str) -> float:
    """How alike two names look, 0 to 1: shared pairs of letters and distance, the start counted double.

    Source: Kondrak and Dorr, BI-SIM and edit distance for confusable drug names.
    """
    pairs_of_one, pairs_of_other = _pairs(one), _pairs(other)
    shared = sum(min(count, pairs_of_other.get(pair, 0)) for pair, count in pairs_of_one.items())
    dice = 2 * shared / (sum(pairs_of_one.values()) + sum(pairs_of_other.values()))
    distance = 1 - distance_of(one, other) / max(len(one), len(other))
    return (dice + distance) / 2


def _pairs(name: str) -> dict[str, int]:
    padded = f"  {name} "
    found: dict[str, int] = {}
    for place in range(len(padded) - 1):
        pair = padded[place : place + 2]
        found[pair] = found.get(pair, 0) + 1
    return found


def distance_of(one: str, other: str) -> int:
    """How many letters must be added, left out, changed or swapped to make one name the other."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, opposite in enumerate(other, start=1):
            cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (letter != opposite))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == opposite
            current.append(min(cost, before_last[column - 2] + 1) if swapped else cost)
        before_last, last = last, current
    return last[-1]
