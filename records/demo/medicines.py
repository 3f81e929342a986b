"""The demo clinic's formulary: medicines with their usual dose steps.

Shape:  doses go from the starting step upwards, as the text that is prescribed.
Units:  the unit of one dose; a course's frequency says how often it is taken.
Source: RxNorm ingredient codes; usual adult dose ranges from the products' labels. Demonstration data,
        never a reference for prescribing.
"""

from __future__ import annotations

from dataclasses import dataclass

from records.codes import Frequency, Route, Unit

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


@dataclass(frozen=True, kw_only=True)
class Medicine:
    name: str
    code: str | None
    form: str
    doses: tuple[str, ...]
    unit: str = Unit.MG
    route: str = Route.ORAL
    frequency: str = Frequency.ONCE_DAILY
    per_day: int = 1

    @property
    def code_system(self) -> str | None:
        return RXNORM if self.code else None


def _medicine(
    name: str, code: str | None, form: str, doses: str, frequency: Frequency = Frequency.ONCE_DAILY,
    per_day: int = 1, unit: Unit = Unit.MG, route: Route = Route.ORAL,
) -> Medicine:  # fmt: skip
    return Medicine(
        name=name, code=code, form=form, doses=tuple(doses.split()), unit=unit, route=route,
        frequency=frequency, per_day=per_day,
    )  # fmt: skip


_TWICE, _THRICE = Frequency.TWICE_DAILY, Frequency.THREE_TIMES_DAILY
_NIGHT, _MORNING, _NEEDED = Frequency.AT_BEDTIME, Frequency.IN_THE_MORNING, Frequency.AS_NEEDED
_WEEKLY = Frequency.ONCE_WEEKLY

# Heart and circulation
AMLODIPINE = _medicine("amlodipine", "17767", "tablet", "5 7.5 10")
APIXABAN = _medicine("apixaban", "1364430", "tablet", "2.5 5", _TWICE, 2)
ASPIRIN = _medicine("aspirin", "1191", "tablet", "75")
ATORVASTATIN = _medicine("atorvastatin", "83367", "tablet", "10 20 40 80")
BISOPROLOL = _medicine("bisoprolol", "19484", "tablet", "1.25 2.5 3.75 5 7.5 10")
CANDESARTAN = _medicine("candesartan", "214354", "tablet", "4 8 16 32")
CLOPIDOGREL = _medicine("clopidogrel", "32968", "tablet", "75")
DIGOXIN = _medicine("digoxin", "3407", "tablet", "62.5 125 187.5", unit=Unit.MCG)
FUROSEMIDE = _medicine("furosemide", "4603", "tablet", "20 40 60 80", _MORNING)
LISINOPRIL = _medicine("lisinopril", "29046", "tablet", "2.5 5 10 20")
LABETALOL = _medicine("labetalol", "6185", "tablet", "100 200 300", _TWICE, 2)
LOSARTAN = _medicine("losartan", "52175", "tablet", "25 50 100")
RAMIPRIL = _medicine("ramipril", "35296", "capsule", "1.25 2.5 5 10")
ROSUVASTATIN = _medicine("rosuvastatin", "301542", "tablet", "5 10 20")
SPIRONOLACTONE = _medicine("spironolactone", "9997", "tablet", "12.5 25 50")
WARFARIN = _medicine("warfarin", "11289", "tablet", "1 2 3 4 5 6 7")

# Hormones and metabolism
ALENDRONIC_ACID = _medicine("alendronic acid", "46041", "tablet", "70", _WEEKLY)
ALLOPURINOL = _medicine("allopurinol", "519", "tablet", "100 200 300 400")
COLCHICINE = _medicine("colchicine", "2683", "tablet", "500", _TWICE, 2, Unit.MCG)
EMPAGLIFLOZIN = _medicine("empagliflozin", "1545653", "tablet", "10 25", _MORNING)
FOLIC_ACID = _medicine("folic acid", "4511", "tablet", "5", _WEEKLY)
FERROUS_SULFATE = _medicine("ferrous sulfate", "24947", "tablet", "200")
GLICLAZIDE = _medicine("gliclazide", "4816", "tablet", "40 80 160", _TWICE, 2)
INSULIN_ASPART = _medicine(
    "insulin aspart", "51428", "prefilled pen", "4 5 6 7 8 9 10", _THRICE, 3, Unit.UNITS, Route.SUBCUTANEOUS
)
INSULIN_GLARGINE = _medicine(
    "insulin glargine", "274783", "prefilled pen", "10 12 14 16 18 20 22 24 26 28", _NIGHT, 1, Unit.UNITS,
    Route.SUBCUTANEOUS,
)  # fmt: skip
LEVOTHYROXINE = _medicine("levothyroxine", "10582", "tablet", "25 50 75 100 125", _MORNING, unit=Unit.MCG)
METFORMIN = _medicine("metformin", "6809", "tablet", "500 850 1000", _TWICE, 2)
METFORMIN_MR = _medicine("metformin modified-release", "6809", "tablet", "500 1000", _TWICE, 2)
SITAGLIPTIN = _medicine("sitagliptin", "593411", "tablet", "25 50 100")
VITAMIN_D = _medicine("colecalciferol", "2418", "capsule", "20", unit=Unit.MCG)

# Lungs and allergy
BECLOMETASONE = _medicine(
    "beclometasone", "1347", "pressurised inhaler", "100 200", _TWICE, 2, Unit.MCG, Route.INHALED
)
BUDESONIDE_FORMOTEROL = _medicine(
    "budesonide + formoterol", "389132", "dry powder inhaler", "1 2", _TWICE, 2, Unit.PUFF, Route.INHALED
)
CETIRIZINE = _medicine("cetirizine", "20610", "tablet", "10")
FLUTICASONE_NASAL = _medicine(
    "fluticasone", "41126", "nasal spray", "1 2", _MORNING, 1, Unit.SPRAY, Route.NASAL
)
MONTELUKAST = _medicine("montelukast", "88249", "tablet", "5 10", _NIGHT)
MONTELUKAST_CHEWABLE = _medicine("montelukast", "88249", "chewable tablet", "4 5", _NIGHT)
PREDNISONE = _medicine("prednisone", "8640", "tablet", "5 10 20 30 40", _MORNING)
SALBUTAMOL = _medicine(
    "salbutamol", "435", "pressurised inhaler", "100 200", Frequency.EVERY_4_HOURS, 2, Unit.MCG, Route.INHALED
)
TIOTROPIUM = _medicine("tiotropium", "69120", "inhaler", "5", _MORNING, 1, Unit.MCG, Route.INHALED)
EPINEPHRINE = _medicine(
    "epinephrine", "3992", "auto-injector", "0.15 0.3", _NEEDED, 1, Unit.MG, Route.INTRAMUSCULAR
)

# Mind, sleep and nerves
AMITRIPTYLINE = _medicine("amitriptyline", "704", "tablet", "10 20 25 50", _NIGHT)
CARBIDOPA_LEVODOPA = _medicine(
    "carbidopa + levodopa 25 mg + 100 mg", "103990", "tablet", "0.5 1 1.5 2", _THRICE, 3, Unit.TABLET
)
CITALOPRAM = _medicine("citalopram", "2556", "tablet", "10 20 30")
DONEPEZIL = _medicine("donepezil", "135447", "tablet", "5 10", _NIGHT)
GABAPENTIN = _medicine("gabapentin", "25480", "capsule", "100 200 300 400", _THRICE, 3)
LAMOTRIGINE = _medicine("lamotrigine", "28439", "tablet", "25 50 75 100", _TWICE, 2)
LEVETIRACETAM = _medicine("levetiracetam", "114477", "tablet", "250 500 750 1000", _TWICE, 2)
LITHIUM = _medicine("lithium carbonate", "42351", "modified-release tablet", "400 600 800", _NIGHT)
LORAZEPAM = _medicine("lorazepam", "6470", "tablet", "0.5 1", _NIGHT)
METHYLPHENIDATE = _medicine("methylphenidate", "6901", "modified-release tablet", "18 27 36 54", _MORNING)
MIRTAZAPINE = _medicine("mirtazapine", "15996", "tablet", "15 30 45", _NIGHT)
PROPRANOLOL = _medicine("propranolol", "8787", "tablet", "20 40 80", _TWICE, 2)
QUETIAPINE = _medicine("quetiapine", "51272", "tablet", "25 50 100 150 200", _NIGHT)
SERTRALINE = _medicine("sertraline", "36437", "tablet", "25 50 100 150", _MORNING)
SUMATRIPTAN = _medicine("sumatriptan", "37418", "tablet", "50 100", _NEEDED)
VENLAFAXINE = _medicine("venlafaxine", "39786", "modified-release capsule", "75 150 225", _MORNING)
ZOPICLONE = _medicine("zopiclone", "40001", "tablet", "3.75 7.5", _NIGHT)

# Pain and joints
BUPRENORPHINE_PATCH = _medicine(
    "buprenorphine 5 mcg per hour", "1819", "7-day patch", "1 2", _WEEKLY, 1, Unit.PATCH, Route.TRANSDERMAL
)
CODEINE = _medicine("codeine", "2670", "tablet", "15 30", Frequency.EVERY_6_HOURS, 4)
DICLOFENAC_GEL = _medicine("diclofenac", "3355", "gel", "1", _THRICE, 3, Unit.APPLICATION, Route.TOPICAL)
IBUPROFEN = _medicine("ibuprofen", "5640", "tablet", "200 400", _THRICE, 3)
METHOTREXATE = _medicine("methotrexate", "6851", "tablet", "7.5 10 12.5 15 17.5 20", _WEEKLY)
MORPHINE_MR = _medicine(
    "morphine", "7052", "modified-release tablet", "5 10 15 20 30 40", Frequency.EVERY_12_HOURS, 2
)
MORPHINE_SOLUTION = _medicine("morphine", "7052", "oral solution", "2.5 5 10", Frequency.EVERY_4_HOURS, 4)
NAPROXEN = _medicine("naproxen", "7258", "tablet", "250 500", _TWICE, 2)
PARACETAMOL = _medicine("paracetamol", "161", "tablet", "500 1000", Frequency.FOUR_TIMES_DAILY, 4)
TRAMADOL = _medicine("tramadol", "10689", "capsule", "50 100", Frequency.EVERY_6_HOURS, 4)

# Stomach and bowel
LACTULOSE = _medicine("lactulose", "6218", "oral solution", "10 15 20", _TWICE, 2, Unit.ML)
MACROGOL = _medicine("macrogol 3350", "221147", "sachet", "1 2", unit=Unit.SACHET)
METOCLOPRAMIDE = _medicine("metoclopramide", "6915", "tablet", "10", _THRICE, 3)
OMEPRAZOLE = _medicine("omeprazole", "7646", "capsule", "10 20 40", _MORNING)
PANTOPRAZOLE = _medicine("pantoprazole", "40790", "tablet", "20 40", _MORNING)
SENNA = _medicine("senna", "36387", "tablet", "1 2", _NIGHT, 1, Unit.TABLET)

# Infections
ACICLOVIR = _medicine("aciclovir", "281", "tablet", "800", Frequency.EVERY_4_HOURS, 5)
AMOXICILLIN = _medicine("amoxicillin", "723", "capsule", "500", _THRICE, 3)
AMOXICILLIN_SUSPENSION = _medicine(
    "amoxicillin 50 mg per mL", "723", "oral suspension", "2.5 5 10", _THRICE, 3, Unit.ML
)
CEFALEXIN = _medicine("cefalexin", "2231", "capsule", "500", _THRICE, 3)
CLARITHROMYCIN = _medicine("clarithromycin", "21212", "tablet", "250 500", _TWICE, 2)
DOXYCYCLINE = _medicine("doxycycline", "3640", "capsule", "100")
FLUCLOXACILLIN = _medicine("flucloxacillin", "4450", "capsule", "500", Frequency.FOUR_TIMES_DAILY, 4)
NITROFURANTOIN = _medicine("nitrofurantoin", "7454", "modified-release capsule", "100", _TWICE, 2)
PHENOXYMETHYLPENICILLIN = _medicine(
    "phenoxymethylpenicillin", "7984", "tablet", "500", Frequency.FOUR_TIMES_DAILY, 4
)
CO_TRIMOXAZOLE = _medicine("sulfamethoxazole + trimethoprim", "10831", "tablet", "960", _TWICE, 2)
TRIMETHOPRIM = _medicine("trimethoprim", "10829", "tablet", "200", _TWICE, 2)
HYDROXYCHLOROQUINE = _medicine("hydroxychloroquine", "5521", "tablet", "200 400")

# Skin, eyes, bladder, transplant
HYDROCORTISONE_CREAM = _medicine(
    "hydrocortisone 1 %", "5492", "cream", "1", _TWICE, 2, Unit.APPLICATION, Route.TOPICAL
)
LATANOPROST = _medicine(
    "latanoprost 50 mcg per mL", "43611", "eye drops", "1", _NIGHT, 1, Unit.DROP, Route.OPHTHALMIC
)
TIMOLOL = _medicine("timolol 5 mg per mL", "10600", "eye drops", "1", _TWICE, 2, Unit.DROP, Route.OPHTHALMIC)
TAMSULOSIN = _medicine("tamsulosin", "77492", "modified-release capsule", "400", unit=Unit.MCG)
FINASTERIDE = _medicine("finasteride", "25025", "tablet", "5")
TACROLIMUS = _medicine(
    "tacrolimus", "42316", "capsule", "0.5 1 1.5 2 2.5 3 3.5 4 5", Frequency.EVERY_12_HOURS, 2
)
MYCOPHENOLATE = _medicine("mycophenolate mofetil", "68149", "capsule", "250 500 750 1000", _TWICE, 2)
