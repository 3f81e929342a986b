"""Which substances belong to one class, and which classes are related: for allergy checks only.

A small table by hand, for the classes that most drug allergies are recorded against. What it does
not hold is not checked by class, and the product says so where a class is declared that it does
not know. Names are normalised as in ingredients.py: lower case, no salt, no strength.
Source: WHO ATC groups J01C, J01D, J01E, J01F, J01A, J01M, M01A, N02A, C09A, C09C, C10AA, N03A,
C03A/C; cross-reactivity: AAAAI/ACAAI drug allergy practice parameter (2022).
"""

from __future__ import annotations

from dataclasses import dataclass

from records.speech import gettext_noop


@dataclass(frozen=True)
class DrugClass:
    """A class of drugs. names: how the class itself is written; related: classes worth a note.

    established: the catalogue's classes that are this one, whose substances belong to it as well.
    """

    name: str
    names: frozenset[str]
    members: frozenset[str]
    related: frozenset[str] = frozenset()
    established: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.replace("\n", " ").split(",") if word.strip())


CLASSES = (
    DrugClass(
        gettext_noop("penicillins"),
        _words("penicillin, penicillins, beta-lactam penicillins"),
        _words(
            """
            penicillin v, penicillin g, amoxicillin, ampicillin, bacampicillin, piperacillin,
            ticarcillin, dicloxacillin, flucloxacillin, cloxacillin, oxacillin, nafcillin,
            methicillin, temocillin, pivmecillinam, mezlocillin, azlocillin, carbenicillin
            """
        ),
        frozenset({"cephalosporins", "carbapenems"}),
        established=_words("Penicillin-class Antibacterial"),
    ),
    DrugClass(
        gettext_noop("cephalosporins"),
        _words("cephalosporin, cephalosporins"),
        _words(
            """
            cefalexin, cefadroxil, cefazolin, cefradine, cefaclor, cefuroxime, cefprozil,
            cefoxitin, cefotetan, cefamandole, cefixime, cefdinir, cefpodoxime, ceftibuten,
            cefditoren, cefotaxime, ceftriaxone, ceftazidime, cefoperazone, cefepime,
            ceftaroline, cefiderocol, ceftolozane
            """
        ),
        frozenset({"penicillins", "carbapenems"}),
        established=_words("Cephalosporin Antibacterial"),
    ),
    DrugClass(
        gettext_noop("carbapenems"),
        _words("carbapenem, carbapenems"),
        _words("imipenem, meropenem, ertapenem, doripenem"),
        frozenset({"penicillins", "cephalosporins"}),
        established=_words("Penem Antibacterial"),
    ),
    DrugClass(
        gettext_noop("sulfonamide antibiotics"),
        _words(
            """
            sulfonamide, sulfonamides, sulfonamide antibiotics, sulphonamides, sulfa, sulfa
            drugs, sulfa antibiotics
            """
        ),
        _words(
            """
            sulfamethoxazole, sulfadiazine, sulfisoxazole, sulfacetamide, sulfadoxine,
            sulfapyridine, sulfasalazine
            """
        ),
        frozenset({"sulfonamides that are not antibiotics"}),
        established=_words(
            """
            Sulfonamide Antimicrobial, Sulfonamide Antibacterial,
            Methylated Sulfonamide Antibacterial
            """
        ),
    ),
    DrugClass(
        gettext_noop("sulfonamides that are not antibiotics"),
        frozenset(),
        _words(
            """
            furosemide, bumetanide, torasemide, hydrochlorothiazide, chlortalidone, indapamide,
            metolazone, acetazolamide, celecoxib, glibenclamide, glipizide, glimepiride,
            gliclazide, sumatriptan, zonisamide
            """
        ),
        frozenset({"sulfonamide antibiotics"}),
    ),
    DrugClass(
        gettext_noop("macrolides"),
        _words("macrolide, macrolides"),
        _words("erythromycin, clarithromycin, azithromycin, roxithromycin, spiramycin, telithromycin"),
        established=_words("Macrolide Antimicrobial, Macrolide, Macrolide Antibacterial"),
    ),
    DrugClass(
        gettext_noop("tetracyclines"),
        _words("tetracyclines"),
        _words(
            """
            tetracycline, doxycycline, minocycline, oxytetracycline, demeclocycline,
            lymecycline, tigecycline
            """
        ),
        established=_words(
            """
            Tetracycline-class Drug, Tetracycline-class Antimicrobial, Tetracycline-class Antibacterial
            """
        ),
    ),
    DrugClass(
        gettext_noop("fluoroquinolones"),
        _words("fluoroquinolone, fluoroquinolones, quinolone, quinolones"),
        _words(
            """
            ciprofloxacin, levofloxacin, moxifloxacin, ofloxacin, norfloxacin, delafloxacin,
            gemifloxacin
            """
        ),
        established=_words("Quinolone Antimicrobial, Fluoroquinolone Antibacterial"),
    ),
    DrugClass(
        gettext_noop("aminoglycosides"),
        _words("aminoglycoside, aminoglycosides"),
        _words("gentamicin, tobramycin, amikacin, streptomycin, neomycin, kanamycin, plazomicin"),
        established=_words("Aminoglycoside Antibacterial"),
    ),
    DrugClass(
        gettext_noop("NSAIDs"),
        _words(
            """
            nsaid, nsaids, non-steroidal anti-inflammatory drugs, nonsteroidal anti-inflammatory
            drugs, anti-inflammatory drugs
            """
        ),
        _words(
            """
            aspirin, ibuprofen, naproxen, diclofenac, ketoprofen, dexketoprofen, flurbiprofen,
            indometacin, ketorolac, meloxicam, piroxicam, tenoxicam, nabumetone, etodolac,
            sulindac, mefenamic acid, oxaprozin, aceclofenac, tolmetin, diflunisal, salsalate,
            celecoxib, etoricoxib, parecoxib
            """
        ),
        established=_words("Nonsteroidal Anti-inflammatory Drug"),
    ),
    DrugClass(
        gettext_noop("opioids"),
        _words("opioid, opioids, opiate, opiates"),
        _words(
            """
            morphine, codeine, dihydrocodeine, hydrocodone, oxycodone, hydromorphone,
            oxymorphone, tramadol, tapentadol, pethidine, methadone, fentanyl, alfentanil,
            sufentanil, remifentanil, buprenorphine, butorphanol, nalbuphine, pentazocine,
            levorphanol
            """
        ),
        established=_words(
            """
            Opioid Agonist, Full Opioid Agonist, Partial Opioid Agonist, Opioid Agonist/Antagonist,
            Partial Opioid Agonist/Antagonist
            """
        ),
    ),
    DrugClass(
        gettext_noop("ACE inhibitors"),
        _words("ace inhibitor, ace inhibitors, angiotensin-converting enzyme inhibitors"),
        _words(
            """
            lisinopril, enalapril, enalaprilat, captopril, ramipril, perindopril, benazepril,
            fosinopril, quinapril, trandolapril, moexipril, zofenopril
            """
        ),
        frozenset({"angiotensin receptor blockers"}),
        established=_words("Angiotensin Converting Enzyme Inhibitor"),
    ),
    DrugClass(
        gettext_noop("angiotensin receptor blockers"),
        _words("angiotensin receptor blocker, angiotensin receptor blockers, sartans"),
        _words(
            """
            losartan, valsartan, candesartan, irbesartan, olmesartan, telmisartan, azilsartan,
            eprosartan, sacubitril
            """
        ),
        frozenset({"ACE inhibitors"}),
        established=_words("Angiotensin 2 Receptor Blocker"),
    ),
    DrugClass(
        gettext_noop("statins"),
        _words("statin, statins"),
        _words(
            """
            simvastatin, atorvastatin, rosuvastatin, pravastatin, fluvastatin, lovastatin,
            pitavastatin
            """
        ),
        established=_words("HMG-CoA Reductase Inhibitor"),
    ),
    DrugClass(
        gettext_noop("aromatic anticonvulsants"),
        _words("aromatic anticonvulsants, aromatic antiepileptics"),
        _words(
            """
            phenytoin, fosphenytoin, carbamazepine, oxcarbazepine, phenobarbital, primidone,
            lamotrigine
            """
        ),
    ),
    DrugClass(
        gettext_noop("local anaesthetics of the ester type"),
        _words("ester anaesthetics, ester anesthetics"),
        _words("procaine, chloroprocaine, benzocaine, tetracaine, cocaine"),
        established=_words("Ester Local Anesthetic"),
    ),
    DrugClass(
        gettext_noop("local anaesthetics of the amide type"),
        _words("amide anaesthetics, amide anesthetics"),
        _words(
            """
            lidocaine, bupivacaine, levobupivacaine, ropivacaine, mepivacaine, prilocaine,
            articaine
            """
        ),
        established=_words("Amide Local Anesthetic"),
    ),
    DrugClass(
        gettext_noop("heparins"),
        _words("heparins, low molecular weight heparins"),
        _words("heparin, enoxaparin, dalteparin, tinzaparin, nadroparin, bemiparin"),
        established=_words("Low Molecular Weight Heparin, Unfractionated Heparin"),
    ),
)  # fmt: skip

#: Other names of one substance, brands and usual misspellings among them, to what it contains.
SAME_AS: dict[str, tuple[str, ...]] = {
    "acetylsalicylic acid": ("aspirin",), "asa": ("aspirin",), "paracetamol": ("acetaminophen",),
    "salbutamol": ("albuterol",), "adrenaline": ("epinephrine",), "meperidine": ("pethidine",),
    "cephalexin": ("cefalexin",), "cephradine": ("cefradine",), "cephazolin": ("cefazolin",),
    "phenoxymethylpenicillin": ("penicillin v",), "benzylpenicillin": ("penicillin g",),
    "benzathine benzylpenicillin": ("penicillin g",), "penicillin g benzathine": ("penicillin g",),
    "amoxycillin": ("amoxicillin",), "clavulanic acid": ("clavulanate",),
    "co-amoxiclav": ("amoxicillin", "clavulanate"), "sulphamethoxazole": ("sulfamethoxazole",),
    "co-trimoxazole": ("sulfamethoxazole", "trimethoprim"), "indomethacin": ("indometacin",),
    "lignocaine": ("lidocaine",), "frusemide": ("furosemide",), "glyburide": ("glibenclamide",),
    "torsemide": ("torasemide",), "chlorthalidone": ("chlortalidone",), "rifampicin": ("rifampin",),
    "simvistatin": ("simvastatin",), "phenobarbitone": ("phenobarbital",),
    "sulphasalazine": ("sulfasalazine",), "alendronic acid": ("alendronate",),
    "vitamin b12": ("cyanocobalamin",),
    # Names of other countries
    "aciclovir": ("acyclovir",), "ciclosporin": ("cyclosporine",), "cyclosporin": ("cyclosporine",),
    "noradrenaline": ("norepinephrine",), "isoprenaline": ("isoproterenol",),
    "suxamethonium": ("succinylcholine",),
    "glyceryl trinitrate": ("nitroglycerin",), "gtn": ("nitroglycerin",),
    "mesalazine": ("mesalamine",), "beclometasone": ("beclomethasone",), "hyoscine": ("scopolamine",),
    "phytomenadione": ("phytonadione",),
    "vitamin k": ("phytonadione",), "hydroxycarbamide": ("hydroxyurea",),
    "colecalciferol": ("cholecalciferol",), "vitamin d3": ("cholecalciferol",),
    "vitamin c": ("ascorbic acid",),
    "ursodeoxycholic acid": ("ursodiol",), "chlorphenamine": ("chlorpheniramine",),
    "dexamfetamine": ("dextroamphetamine",), "amfetamine": ("amphetamine",),
    "methylthioninium": ("methylene blue",),
    "sodium cromoglicate": ("cromolyn",), "colestyramine": ("cholestyramine",),
    "thyroxine": ("levothyroxine",),
    "l-thyroxine": ("levothyroxine",), "oestradiol": ("estradiol",), "ciclopiroxolamine": ("ciclopirox",),
    "glycopyrronium": ("glycopyrrolate",), "bendrofluazide": ("bendroflumethiazide",),
    "benzhexol": ("trihexyphenidyl",), "clomifene": ("clomiphene",), "tetracosactide": ("cosyntropin",),
    "procaine benzylpenicillin": ("penicillin g",), "penicillin g procaine": ("penicillin g",),
    "divalproex": ("valproate",), "valproic acid": ("valproate",), "amphotericin": ("amphotericin b",),
    # Brands
    "tylenol": ("acetaminophen",), "panadol": ("acetaminophen",), "advil": ("ibuprofen",),
    "motrin": ("ibuprofen",), "ibu": ("ibuprofen",), "nurofen": ("ibuprofen",), "aleve": ("naproxen",),
    "naprosyn": ("naproxen",), "voltaren": ("diclofenac",), "celebrex": ("celecoxib",),
    "percocet": ("acetaminophen", "oxycodone"), "vicodin": ("acetaminophen", "hydrocodone"),
    "norco": ("acetaminophen", "hydrocodone"), "oxycontin": ("oxycodone",), "ms contin": ("morphine",),
    "ultram": ("tramadol",), "demerol": ("pethidine",), "augmentin": ("amoxicillin", "clavulanate"),
    "bactrim": ("sulfamethoxazole", "trimethoprim"), "septra": ("sulfamethoxazole", "trimethoprim"),
    "keflex": ("cefalexin",), "rocephin": ("ceftriaxone",), "zithromax": ("azithromycin",),
    "z-pak": ("azithromycin",), "biaxin": ("clarithromycin",), "cipro": ("ciprofloxacin",),
    "levaquin": ("levofloxacin",), "zosyn": ("piperacillin", "tazobactam"),
    "unasyn": ("ampicillin", "sulbactam"), "lasix": ("furosemide",), "zestril": ("lisinopril",),
    "prinivil": ("lisinopril",), "zocor": ("simvastatin",), "lipitor": ("atorvastatin",),
    "crestor": ("rosuvastatin",), "toprol": ("metoprolol",), "lopressor": ("metoprolol",),
    "plavix": ("clopidogrel",), "coumadin": ("warfarin",), "lovenox": ("enoxaparin",),
    "dilantin": ("phenytoin",), "tegretol": ("carbamazepine",), "lamictal": ("lamotrigine",),
    "epipen": ("epinephrine",), "ventolin": ("albuterol",), "proventil": ("albuterol",),
    "epogen": ("epoetin alfa",), "humulin": ("insulin",), "verzenio": ("abemaciclib",),
    "zestoretic": ("lisinopril", "hydrochlorothiazide"), "hyzaar": ("losartan", "hydrochlorothiazide"),
    "entresto": ("sacubitril", "valsartan"),
}  # fmt: skip
