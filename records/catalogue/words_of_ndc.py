"""What the words of the US NDC directory are in the clinic: forms, routes, strengths, substances.

For building the catalogue only. Knows nothing of Django.
Source: FDA, NDC Product File Definitions; UCUM for the units.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from records.codes import Route
from records.dose import number_shown

#: Routes that a prescription line can name; the others are left for the prescriber to say.
ROUTES: Mapping[str, Route] = {
    "ORAL": Route.ORAL, "SUBLINGUAL": Route.SUBLINGUAL, "RESPIRATORY (INHALATION)": Route.INHALED,
    "INTRAVENOUS": Route.INTRAVENOUS, "INTRAMUSCULAR": Route.INTRAMUSCULAR,
    "SUBCUTANEOUS": Route.SUBCUTANEOUS, "TOPICAL": Route.TOPICAL, "CUTANEOUS": Route.TOPICAL,
    "TRANSDERMAL": Route.TRANSDERMAL, "NASAL": Route.NASAL, "OPHTHALMIC": Route.OPHTHALMIC,
    "AURICULAR (OTIC)": Route.OTIC, "RECTAL": Route.RECTAL, "VAGINAL": Route.VAGINAL,
}  # fmt: skip

_RELEASES = {
    "EXTENDED RELEASE": "extended-release", "DELAYED RELEASE": "delayed-release",
    "DELAYED RELEASE PELLETS": "delayed-release", "ORALLY DISINTEGRATING": "orally disintegrating",
    "CHEWABLE": "chewable", "EFFERVESCENT": "effervescent", "SOLUBLE": "soluble",
}  # fmt: skip

#: What a liquid is, by where it goes.
_LIQUIDS = {
    "OPHTHALMIC": "eye drops", "AURICULAR (OTIC)": "ear drops", "TOPICAL": "topical solution",
    "CUTANEOUS": "topical solution", "NASAL": "nasal spray", "RECTAL": "rectal solution",
    "RESPIRATORY (INHALATION)": "inhalation solution", "IRRIGATION": "irrigation",
    "INTRAVENOUS": "injection", "INTRAMUSCULAR": "injection", "SUBCUTANEOUS": "injection",
    "INTRATHECAL": "injection", "EPIDURAL": "injection",
}  # fmt: skip
_PLACES = {
    "OPHTHALMIC": "eye", "AURICULAR (OTIC)": "ear", "VAGINAL": "vaginal", "RECTAL": "rectal",
    "NASAL": "nasal", "DENTAL": "dental",
}  # fmt: skip
_PLAIN = {
    "SUPPOSITORY": "suppository", "SYRUP": "syrup", "ELIXIR": "elixir", "LOZENGE": "lozenge",
    "TROCHE": "lozenge", "GRANULE": "granules", "IMPLANT": "implant", "ENEMA": "enema", "GAS": "gas",
    "SHAMPOO": "shampoo", "RING": "ring", "INTRAUTERINE DEVICE": "intrauterine device", "KIT": "kit",
    "PASTE": "paste", "OIL": "oil", "TINCTURE": "tincture", "IRRIGANT": "irrigation",
    "STRIP": "film", "FILM": "film", "INSERT": "insert", "WAFER": "wafer", "TAPE": "patch",
    "PATCH": "patch", "POWDER": "powder", "RINSE": "mouth rinse", "GUM": "gum",
}  # fmt: skip
_SEMISOLID = {
    "CREAM": "cream", "OINTMENT": "ointment", "GEL": "gel", "LOTION": "lotion", "JELLY": "gel",
    "AEROSOL, FOAM": "foam", "FOAM": "foam", "SPRAY": "spray",
}  # fmt: skip


def form_of(named: str, routes: tuple[str, ...]) -> str | None:
    """ "TABLET, FILM COATED, EXTENDED RELEASE" → "extended-release tablet"; None: not prescribed as such."""
    first, *rest = named.split(", ")
    route = routes[0] if routes else ""
    if first in {"TABLET", "CAPSULE"}:
        kinds = [_RELEASES[each] for each in rest if each in _RELEASES]
        word = first.lower()
        if "FOR SUSPENSION" in rest or "FOR SOLUTION" in rest:
            return f"{word} for suspension"
        return " ".join([*dict.fromkeys(kinds), word])
    if first in {"INJECTION", "INJECTABLE"}:
        return "extended-release injection" if "EXTENDED RELEASE" in rest else "injection"
    if first in {"AEROSOL", "POWDER", "INHALANT"} and route == "RESPIRATORY (INHALATION)":
        return "inhaler"
    if first in {"SPRAY", "AEROSOL"} and route in {"NASAL", "SUBLINGUAL"}:
        return f"{route.lower()} spray"
    if named in _SEMISOLID or first in _SEMISOLID:
        word = _SEMISOLID.get(named) or _SEMISOLID[first]
        return f"{_PLACES[route]} {word}" if route in _PLACES else word
    if first.startswith(("SOLUTION", "SUSPENSION", "LIQUID", "EMULSION", "CONCENTRATE", "FOR S")) or (
        first in {"POWDER", "GRANULE"} and rest and rest[0].startswith("FOR ")
    ):
        return _liquid(named, route)
    return _PLAIN.get(first)


def _liquid(named: str, route: str) -> str | None:
    if route in _LIQUIDS:
        return _LIQUIDS[route]
    if route in {"ORAL", "ORAL; TOPICAL"}:
        if "DROPS" in named:
            return "oral drops"
        word = "suspension" if "SUSPENSION" in named else "liquid" if named == "LIQUID" else "solution"
        return f"oral {word}"
    return None


# --- Strengths -----------------------------------------------------------------------------------

_UNITS = {
    "mg": "mg", "ug": "mcg", "g": "g", "mL": "mL", "meq": "mEq", "mmol": "mmol",
    "[iU]": "units", "[USP'U]": "units", "[arb'U]": "units", "U": "units",
}  # fmt: skip
_PER = {"h": "per hour", "d": "per 24 hours", "24h": "per 24 hours"}
_DENOMINATOR = re.compile(r"(?P<amount>[\d.]*)(?P<unit>[a-zA-Z]+)")
_GRAMS = {"mg": Decimal("0.001"), "g": Decimal(1)}
#: Substances whose tablets are told apart in micrograms.
_IN_MICROGRAMS = frozenset({"levothyroxine", "liothyronine", "digoxin"})


def strength(amount: str, unit: str, substance: str) -> str | None:
    """One strength as it is read: "250 mg", "125 mg per 5 mL", "1 %", "25 mcg per hour"; None if odd."""
    numerator, _, denominator = unit.partition("/")
    try:
        number = Decimal(amount.replace(",", "") or "x")
    except InvalidOperation:
        return None
    word = _UNITS.get(numerator)
    if word is None or number <= 0:
        return None
    if denominator in _PER:
        return f"{_in_words(number, word, substance)} {_PER[denominator]}"
    if denominator == "1":
        return _in_words(number, word, substance)
    match = _DENOMINATOR.fullmatch(denominator)
    if match is None:
        return None
    per = Decimal(match["amount"] or 1)
    if match["unit"] == "g" and numerator in _GRAMS:
        return _percent(number * _GRAMS[numerator] / per * 100)
    if match["unit"] != "mL":
        return None
    said = _in_words(number, word, substance)
    return f"{said} per mL" if per == 1 else f"{said} per {plain(per)} mL"


def _in_words(number: Decimal, word: str, substance: str) -> str:
    if word == "mg" and (number < Decimal("0.1") or (number < 1 and substance in _IN_MICROGRAMS)):
        number, word = number * 1000, "mcg"
    if word == "mcg" and number >= 10000:
        number, word = number / 1000, "mg"
    return f"{number_shown(plain(number))} {word}"


def _percent(share: Decimal) -> str | None:
    rounded = share.quantize(Decimal("0.001"))
    return f"{plain(rounded)} %" if 0 < rounded <= 100 and abs(rounded - share) < share / 200 else None


def plain(number: Decimal) -> str:
    """Without a zero at the end, and never with an exponent."""
    return f"{number.normalize():f}"


# --- Substances ----------------------------------------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SALTS = _words(
    """
    hydrochloride dihydrochloride hydrobromide dihydrobromide sodium disodium trisodium potassium
    dipotassium calcium magnesium strontium sulfate bisulfate hemisulfate phosphate diphosphate acetate
    diacetate maleate malate s-malate mesylate dimesylate besylate besilate fumarate hemifumarate
    difumarate tartrate bitartrate hemitartrate succinate hemisuccinate citrate gluconate lactate
    nitrate mononitrate bromide methylbromide chloride iodide tosylate ditosylate esylate edisylate
    isethionate carbonate oxalate saccharate aspartate benzoate stearate ethylsuccinate lactobionate
    xinafoate axetil proxetil pivoxil medoxomil kamedoxomil cilexetil erbumine arginine tromethamine
    olamine meglumine dimeglumine lysine hyclate monosodium pyrophosphate camsylate napsylate
    methylsulfate metilsulfate solvate propanediol ethanolate methanolate alcoholate dipivoxil
    fosteabenzate triethanolamine diethanolamine diolamine trolamine glucoheptonate sulfonate etexilate
    marboxil pamoate pidolate trifenatate fosamil epolamine
    """
)
_WATER = _words(
    """
    monohydrate dihydrate trihydrate tetrahydrate pentahydrate hexahydrate heptahydrate hemihydrate
    sesquihydrate hemi-pentahydrate hydrate anhydrous unspecified form
    """
)
#: Substances that are nothing without the second word.
_MINERALS = _words(
    """
    sodium potassium calcium magnesium zinc ferrous ferric iron aluminum ammonium barium bismuth
    copper cupric silver selenium manganese manganous chromic chromium gold strontium cobaltous
    acid hydrogen methyl ethyl dimethyl benzyl choline stannous mercuric benzalkonium benzethonium
    cetylpyridinium dibasic monobasic trisodium
    """
)
_REMARKS = re.compile(r"\s*(?:\([^)]*\)|\[[^\]]*\])|, unspecified.*|, license holder.*")
_LETTERS = re.compile(r"\b(vitamin|penicillin|hepatitis|polymyxin|amphotericin|group|groups|type) ([a-z])\b")
#: The readable name, where the clinic knows the substance by another than what is left of a salt.
_CALLED = {
    "clavulanate": "clavulanic acid", "sennosides a and b": "sennosides", "ursadiol": "ursodiol",
    "acetylcholine": "acetylcholine chloride", "insulin human": "insulin (human)",
    "atorvastatin calcium propylene glycol": "atorvastatin", "choline fenofibrate": "fenofibric acid",
    "trametinib dimethyl sulfoxide": "trametinib", "sodium polystyrene": "sodium polystyrene sulfonate",
    "tetradecyl hydrogen": "sodium tetradecyl sulfate", "trisodium citrate": "sodium citrate",
    "estrogens, conjugated": "conjugated estrogens", "estrogens, esterified": "esterified estrogens",
    "thyroid, porcine": "thyroid", "bacitracin zinc": "bacitracin", "povidones": "povidone",
    "psyllium husk": "psyllium", "plantago seed": "psyllium", "plantago ovata seed": "psyllium",
}  # fmt: skip


def substance_of(named: str) -> str:
    """A substance without its salt and water: "CLAVULANATE POTASSIUM" → "clavulanic acid".

    Esters that are drugs of their own (haloperidol decanoate) keep their second word.
    """
    plain_name = named.lower().replace(".alpha.", "alpha").replace(".beta.", "beta")
    words = [word for word in _REMARKS.sub("", plain_name).split() if word.rstrip(",") not in _WATER]
    while len(words) > 1 and words[-1].rstrip(",") in _SALTS and not _is_mineral(words[:-1]):
        words.pop()
    name = _LETTERS.sub(lambda found: f"{found[1]} {found[2].upper()}", " ".join(words).rstrip(","))
    return _CALLED.get(name, name)


def _is_mineral(words: list[str]) -> bool:
    first, *others = (word.rstrip(",") for word in words)
    return first in _MINERALS and all(word in _MINERALS or word in _SALTS for word in others)


def vaccine(named: str) -> str | None:
    """A vaccine by its generic name; None where only its strains are listed (they change each year)."""
    name = " ".join(named.replace(";", ",").lower().split())
    if not re.search(r"vaccine|toxoid", name) or "antigen" in name or "virus a/" in name or len(name) > 90:
        return None
    return _LETTERS.sub(lambda found: f"{found[1]} {found[2].upper()}", name)
