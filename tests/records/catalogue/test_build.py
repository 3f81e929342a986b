"""What of the NDC directory becomes a drug of the catalogue, and how it is said there."""

from __future__ import annotations

import zipfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from records.catalogue import build
from records.catalogue.entries import FILE, Drug, catalogue, parsed
from records.catalogue.words_of_ndc import form_of, strength, substance_of, vaccine
from tests.records.catalogue.directory import combination, product_file, row


def made(*rows: build.Row) -> dict[str, Drug]:
    return {drug.name: drug for drug in parsed(build.written(build.build(rows))).drugs}


def test_products_of_one_substance_are_one_drug_with_its_forms_and_strengths() -> None:
    drugs = made(
        row(),
        row(ACTIVE_NUMERATOR_STRENGTH="875"),
        row(DOSAGEFORMNAME="CAPSULE", ACTIVE_NUMERATOR_STRENGTH="250", SUBSTANCENAME="AMOXICILLIN SODIUM"),
    )
    (drug,) = drugs.values()
    assert drug.name == "amoxicillin"
    assert [(each.form, each.routes, each.strengths) for each in drug.products] == [
        ("tablet", ("oral",), ("500 mg", "875 mg")),
        ("capsule", ("oral",), ("250 mg",)),
    ]


def test_a_combination_is_read_in_the_order_of_its_generic_name_without_salts() -> None:
    (drug,) = made(combination(), combination(ACTIVE_NUMERATOR_STRENGTH="125; 500")).values()
    assert drug.name == "amoxicillin + clavulanic acid"
    assert drug.brands == ("Augmentin",)
    assert drug.products[0].strengths == ("500 mg + 125 mg", "875 mg + 125 mg")


def test_a_class_of_a_combination_belongs_to_the_part_that_does_not_explain_it() -> None:
    found = parsed(build.written(build.build([row(), combination()]))).classes
    assert found["amoxicillin"] == ("Penicillin-class Antibacterial",)
    assert found["clavulanic acid"] == ("beta Lactamase Inhibitor",)


@pytest.mark.parametrize(
    "left_out",
    [
        {"MARKETINGCATEGORYNAME": "UNAPPROVED HOMEOPATHIC", "SUBSTANCENAME": "ARNICA MONTANA"},
        {"PRODUCTTYPENAME": "NON-STANDARDIZED ALLERGENIC", "SUBSTANCENAME": "CODFISH"},
        {"SUBSTANCENAME": "ACER RUBRUM POLLEN", "ACTIVE_INGRED_UNIT": "[PNU]/mL"},
        {"SUBSTANCENAME": "AVOBENZONE"},
        {"SUBSTANCENAME": "ISOPROPYL ALCOHOL", "MARKETINGCATEGORYNAME": "NDA"},
        {"SUBSTANCENAME": "FLUDEOXYGLUCOSE F-18", "ACTIVE_INGRED_UNIT": "mCi/mL"},
        {"SUBSTANCENAME": "SILVER", "MARKETINGCATEGORYNAME": "UNAPPROVED DRUG OTHER"},
        {"SUBSTANCENAME": "IRON; ZINC; COPPER; IODINE; BIOTIN"},
        {"SUBSTANCENAME": "TAMSULOSIN", "NDC_EXCLUDE_FLAG": "E"},
        {
            "SUBSTANCENAME": "SALICYLIC ACID",
            "PRODUCTTYPENAME": "HUMAN OTC DRUG",
            "MARKETINGCATEGORYNAME": "OTC MONOGRAPH FINAL",
            "ROUTENAME": "TOPICAL",
        },
    ],
)
def test_what_is_no_medicine_to_prescribe_is_left_out(left_out: dict[str, str]) -> None:
    assert list(made(row(), row(**left_out), row(SUBSTANCENAME="ZZZ; ZZY"))) == ["amoxicillin", "zzy + zzz"]


def test_a_pack_without_a_substance_is_read_from_its_generic_name() -> None:
    kit: dict[str, Any] = {"DOSAGEFORMNAME": "KIT", "SUBSTANCENAME": "", "NONPROPRIETARYNAME": "Amoxicillin"}
    drugs = made(row(), row(), row(**kit), row(**kit | {"NONPROPRIETARYNAME": "something unheard of"}))
    assert [each.form for each in drugs["amoxicillin"].products] == ["tablet", "kit"]


def test_names_that_look_alike_are_found_unless_their_class_explains_it() -> None:
    rows = [
        row(SUBSTANCENAME=name, PHARM_CLASSES=f"{family} [EPC]")
        for name, family in [
            ("HYDROXYZINE", "Antihistamine"), ("HYDRALAZINE", "Vasodilator"),
            ("CEFADROXIL", "Cephalosporin"), ("CEFADROXAL", "Cephalosporin"),
        ]
    ]  # fmt: skip
    assert build.build(rows)["alike"] == {"hydralazine": ["hydroxyzine"], "hydroxyzine": ["hydralazine"]}


def test_the_same_directory_gives_the_same_file_in_whatever_order_it_comes() -> None:
    rows = [
        row(),
        combination(),
        row(ACTIVE_NUMERATOR_STRENGTH="875"),
        combination(PROPRIETARYNAME="Amoclan"),
    ]
    first = build.written(build.build(rows))
    Random(3).shuffle(rows)
    assert build.written(build.build(rows)) == first


def test_the_command_reads_the_text_file_and_the_wheel_that_holds_it(tmp_path: Path) -> None:
    text = product_file([row(), combination()])
    (tmp_path / "product.txt").write_text(text, newline="")
    with zipfile.ZipFile(tmp_path / "carrier.whl", "w") as wheel:
        wheel.writestr("somewhere/data/product.txt", text)
    for source in ("product.txt", "carrier.whl"):
        call_command("build_catalogue", tmp_path / source, to=tmp_path / f"{source}.json")
    one, other = (tmp_path / f"{source}.json" for source in ("product.txt", "carrier.whl"))
    assert one.read_text() == other.read_text()
    assert [drug.name for drug in parsed(one.read_text()).drugs] == [
        "amoxicillin", "amoxicillin + clavulanic acid",
    ]  # fmt: skip


def test_the_command_says_what_is_wrong_with_another_file(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("name\tcolour\nrose\tred\n")
    with pytest.raises(CommandError, match="not a product file"):
        call_command("build_catalogue", tmp_path / "other.txt", to=tmp_path / "made.json")
    with pytest.raises(CommandError, match="no file"):
        call_command("build_catalogue", tmp_path / "missing.txt")


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "substance"),
    [
        ("CLAVULANATE POTASSIUM", "clavulanic acid"),
        ("METOPROLOL SUCCINATE", "metoprolol"),
        ("POTASSIUM CHLORIDE", "potassium chloride"),
        ("MAGNESIUM SULFATE HEPTAHYDRATE", "magnesium sulfate"),
        ("HALOPERIDOL DECANOATE", "haloperidol decanoate"),
        ("TENOFOVIR DISOPROXIL FUMARATE", "tenofovir disoproxil"),
        ("DIMETHYL FUMARATE", "dimethyl fumarate"),
        ("PENICILLIN V POTASSIUM", "penicillin V"),
        ("LITHIUM CARBONATE", "lithium"),
        ("ESTROGENS, CONJUGATED", "conjugated estrogens"),
        (".ALPHA.1-PROTEINASE INHIBITOR HUMAN", "alpha1-proteinase inhibitor human"),
    ],
)
def test_a_substance_is_named_without_what_is_no_part_of_it(named: str, substance: str) -> None:
    assert substance_of(named) == substance


@pytest.mark.parametrize(
    ("named", "routes", "form"),
    [
        ("TABLET, FILM COATED, EXTENDED RELEASE", ("ORAL",), "extended-release tablet"),
        ("CAPSULE, LIQUID FILLED", ("ORAL",), "capsule"),
        ("INJECTION, POWDER, LYOPHILIZED, FOR SOLUTION", ("INTRAVENOUS",), "injection"),
        ("SOLUTION/ DROPS", ("OPHTHALMIC",), "eye drops"),
        ("POWDER, FOR SUSPENSION", ("ORAL",), "oral suspension"),
        ("AEROSOL, METERED", ("RESPIRATORY (INHALATION)",), "inhaler"),
        ("OINTMENT", ("OPHTHALMIC",), "eye ointment"),
        ("LIPSTICK", ("TOPICAL",), None),
    ],
)
def test_a_form_is_said_as_the_clinic_says_it(named: str, routes: tuple[str, ...], form: str | None) -> None:
    assert form_of(named, routes) == form


@pytest.mark.parametrize(
    ("amount", "unit", "substance", "said"),
    [
        ("500", "mg/1", "amoxicillin", "500 mg"),
        (".5", "mg/1", "lorazepam", "0.5 mg"),
        ("1000", "mg/1", "metformin", "1,000 mg"),
        (".025", "mg/1", "levothyroxine", "25 mcg"),
        ("125", "ug/1", "digoxin", "125 mcg"),
        ("0.2", "mg/1", "levothyroxine", "200 mcg"),
        ("250", "mg/5mL", "amoxicillin", "250 mg per 5 mL"),
        ("100", "[iU]/mL", "insulin glargine", "100 units per mL"),
        ("10", "mg/g", "hydrocortisone", "1 %"),
        ("25", "ug/h", "fentanyl", "25 mcg per hour"),
        ("6", "[hp_X]/1", "arnica", None),
        ("-", "mg/1", "amoxicillin", None),
    ],
)
def test_a_strength_is_written_as_a_dose_is(amount: str, unit: str, substance: str, said: str | None) -> None:
    assert strength(amount, unit, substance) == said


def test_a_vaccine_has_its_generic_name_and_one_that_lists_strains_has_none() -> None:
    assert vaccine("HEPATITIS B VACCINE (RECOMBINANT)") == "hepatitis B vaccine (recombinant)"
    assert vaccine("INFLUENZA A VIRUS A/MICHIGAN/45/2015 VACCINE") is None


# --- What is shipped -----------------------------------------------------------------------------


def test_the_shipped_catalogue_holds_what_its_page_says() -> None:
    shipped = catalogue()
    assert (len(shipped.drugs), len(shipped.classes), shipped.as_of) == (1902, 1607, "20190429")
    assert len({name for found in shipped.classes.values() for name in found}) == 476
    assert FILE.stat().st_size < 400_000
    assert "Public domain" in shipped.licence


def test_every_shipped_strength_is_written_safely() -> None:
    strengths = [
        strength for drug in catalogue().drugs for product in drug.products for strength in product.strengths
    ]
    assert len(strengths) > 5000
    numbers = [word.replace(",", "") for text in strengths for word in text.split() if word[0].isdigit()]
    assert [number for number in numbers if "." in number and number.endswith("0")] == []
    assert [text for text in strengths if text.startswith(".") or "ug" in text or "IU" in text] == []
