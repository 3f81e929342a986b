"""What a product contains, read from its name: "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet".

For comparing only: what is stored and shown is always the name as it was prescribed. Takes the
names that people write and those of RxNorm (quantity, ingredient, strength, form, [Brand]).
Knows nothing of Django.
"""

from __future__ import annotations

import re
from functools import lru_cache

from records.drug_classes import SAME_AS

_BRAND = re.compile(r"\[([^\]]+)\]")
_REMARK = re.compile(r"\([^)]*\)")
_ALLERGY = re.compile(r"^(?:allergy to|allergic to|intolerance to)\s+|\s+(?:allergy|intolerance)$")
_NEW_DRUG_APPLICATION = re.compile(r"\bnda\d+\b")
_MEASURE = r"(?:mg|mcg|ug|g|kg|ml|l|unt|units?|iu|meq|mmol|mol|actuat|hr|h|day|days|cells|bau|amb|pnu|%)"
_STRENGTH = re.compile(
    rf"(?<![\w-])\d[\d.,]*(?:\s*/\s*\d[\d.,]*)*(?:\s*{_MEASURE}(?:\s*/\s*(?:\d[\d.,]*\s*)?{_MEASURE})*(?![\w-]))?"
)
_BETWEEN = re.compile(r"\s*(?:/|\+|;|&|\band\b|\bwith\b)\s*")
_WORD = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?")

_FORMS = frozenset(
    {
        "oral", "tablet", "tablets", "capsule", "capsules", "injection", "injectable", "solution",
        "suspension", "emulsion", "syrup", "elixir", "extended", "delayed", "immediate", "release",
        "chewable", "disintegrating", "effervescent", "sublingual", "buccal", "prefilled",
        "syringe", "pen", "cartridge", "auto-injector", "transdermal", "system", "patch", "metered",
        "dose", "inhaler", "dry", "powder", "inhalation", "nebulizer", "mucosal", "nasal", "spray",
        "topical", "cream", "ointment", "gel", "lotion", "foam", "shampoo", "ophthalmic", "otic",
        "drops", "pack", "intrauterine", "vaginal", "ring", "rectal", "suppository", "implant",
        "drug", "product", "abuse-deterrent", "modified", "sustained", "er", "xr", "sr", "xl", "cr",
        "dr", "la", "odt", "per", "for", "in", "of", "hr", "ml", "day", "kit", "vial", "ampule",
        "human", "porcine", "regular", "mg", "actuat", "extended-release", "delayed-release",
        "modified-release", "prolonged-release", "immediate-release", "film-coated",
    }
)  # fmt: skip
_SALTS = frozenset(
    {
        "hydrochloride", "hydrocholoride", "hcl", "sodium", "potassium", "calcium", "magnesium",
        "zinc", "sulfate", "sulphate", "succinate", "tartrate", "bitartrate", "bromide", "chloride",
        "phosphate", "acetate", "maleate", "malate", "mesylate", "mesilate", "besylate", "besilate",
        "fumarate", "citrate", "propionate", "hydrobromide", "trihydrate", "monohydrate",
        "dihydrate", "anhydrous", "nitrate", "gluconate", "tosylate", "valerate", "furoate",
        "xinafoate", "palmitate", "decanoate", "disoproxil", "lactate", "carbonate",
        "macrocrystals", "axetil", "proxetil", "erbumine", "arginine", "tromethamine", "medoxomil",
    }
)  # fmt: skip


@lru_cache(maxsize=4096)
def ingredients(name: str) -> frozenset[str]:
    """The normalised substances in a product or substance name; empty where none can be read."""
    words = name.lower().replace("vitamin b 12", "vitamin b12")
    brands = [found for brand in _BRAND.findall(words) for found in SAME_AS.get(brand.strip(), ())]
    words = _ALLERGY.sub("", _REMARK.sub(" ", _BRAND.sub(" ", words)).strip())
    whole = " ".join(words.replace(",", " ").split())
    if whole in SAME_AS:
        return frozenset(SAME_AS[whole])
    words = _STRENGTH.sub(" ", _NEW_DRUG_APPLICATION.sub(" ", words))
    found = {substance for part in _BETWEEN.split(words) for substance in _substances(part)}
    return frozenset(found | set(brands))


def substance(name: str) -> str:
    """One text for what a substance is called, so that two spellings of it compare equal."""
    return " / ".join(sorted(ingredients(name))) or " ".join(name.lower().split())


def _substances(part: str) -> tuple[str, ...]:
    words = [word for word in _WORD.findall(part.replace(",", " ")) if word not in _FORMS]
    if not words:
        return ()
    stem = words if words[0] in _SALTS else [words[0], *(w for w in words[1:] if w not in _SALTS)]
    for candidate in (" ".join(words), " ".join(stem), stem[0]):
        if candidate in SAME_AS:
            return SAME_AS[candidate]
    if "-" in stem[0] and len(stem) == 1:
        return tuple(
            each for half in stem[0].split("-") for each in SAME_AS.get(half, (half,)) if len(half) > 3
        )
    return (" ".join(stem),)
