"""A small product file in the format of the NDC directory, for tests of what is made from it."""

from __future__ import annotations

from records.catalogue.build import Row

COLUMNS = (
    "PRODUCTID", "PRODUCTNDC", "PRODUCTTYPENAME", "PROPRIETARYNAME", "PROPRIETARYNAMESUFFIX",
    "NONPROPRIETARYNAME", "DOSAGEFORMNAME", "ROUTENAME", "STARTMARKETINGDATE", "ENDMARKETINGDATE",
    "MARKETINGCATEGORYNAME", "APPLICATIONNUMBER", "LABELERNAME", "SUBSTANCENAME",
    "ACTIVE_NUMERATOR_STRENGTH", "ACTIVE_INGRED_UNIT", "PHARM_CLASSES", "DEASCHEDULE", "NDC_EXCLUDE_FLAG",
    "LISTING_RECORD_CERTIFIED_THROUGH",
)  # fmt: skip


def row(**values: str) -> Row:
    """A row of the directory: an approved prescription tablet of amoxicillin, unless it says otherwise."""
    usual = {
        "PRODUCTTYPENAME": "HUMAN PRESCRIPTION DRUG",
        "PROPRIETARYNAME": "Amoxicillin",
        "NONPROPRIETARYNAME": "Amoxicillin",
        "DOSAGEFORMNAME": "TABLET, FILM COATED",
        "ROUTENAME": "ORAL",
        "STARTMARKETINGDATE": "20190429",
        "MARKETINGCATEGORYNAME": "ANDA",
        "SUBSTANCENAME": "AMOXICILLIN",
        "ACTIVE_NUMERATOR_STRENGTH": "500",
        "ACTIVE_INGRED_UNIT": "mg/1",
        "PHARM_CLASSES": "Penicillin-class Antibacterial [EPC],Penicillins [CS]",
        "NDC_EXCLUDE_FLAG": "N",
    }
    return dict.fromkeys(COLUMNS, "") | usual | values


def combination(**values: str) -> Row:
    return row(
        **{
            "PROPRIETARYNAME": "Augmentin",
            "NONPROPRIETARYNAME": "amoxicillin and clavulanate potassium",
            "MARKETINGCATEGORYNAME": "NDA",
            "SUBSTANCENAME": "CLAVULANATE POTASSIUM; AMOXICILLIN",
            "ACTIVE_NUMERATOR_STRENGTH": "125; 875",
            "ACTIVE_INGRED_UNIT": "mg/1; mg/1",
            "PHARM_CLASSES": "Penicillin-class Antibacterial [EPC],beta Lactamase Inhibitor [EPC]",
            **values,
        }
    )


def product_file(rows: list[Row]) -> str:
    lines = ["\t".join(COLUMNS), *("\t".join(each[name] for name in COLUMNS) for each in rows)]
    return "\r\n".join(lines) + "\r\n"
