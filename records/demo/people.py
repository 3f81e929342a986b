"""Who works at the demo clinic and who is registered there.

Everyone is invented. Ages are given relative to the day the clinic is made, so that a fifty-year-old is
fifty whenever that is; telephone numbers come from the range kept free for fiction (555 01xx).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from records.codes import Role

#: Words for the shift in which a person usually writes.
DAY, NIGHT = "day", "night"


@dataclass(frozen=True, kw_only=True)
class Employee:
    """A person who works at the clinic.

    Shape: username is theirs whether or not they may sign in to the demo (`signs_in`);
    licenses are (days ago, number), oldest first; joined and left are days ago; ip is their usual desk.
    """

    username: str
    name: str
    role: Role
    ip: str
    joined: int
    licenses: tuple[tuple[int, str], ...] = ()
    left: int | None = None
    left_why: str = ""
    shift: str = DAY
    signs_in: bool = False


EMPLOYEES = (
    Employee(
        username="osei", name="Dr Amara Osei", role=Role.CLINICIAN, ip="10.20.8.31", joined=3020,
        licenses=((3018, "MD-204471"),),
    ),
    Employee(
        username="jones", name="Dr Rhys Jones", role=Role.CLINICIAN, ip="10.20.8.24", joined=2990,
        licenses=((2988, "MD-118362"), (1460, "MD-330915")), signs_in=True,
    ),
    Employee(
        username="smith", name="Dr Ines Smith", role=Role.CLINICIAN, ip="10.20.8.27", joined=2710,
        licenses=((2709, "MD-227508"),), signs_in=True,
    ),
    Employee(
        username="herrera", name="Dr Lucía Herrera", role=Role.CLINICIAN, ip="10.20.8.22", joined=3020,
        licenses=((3018, "MD-190044"),), left=612, left_why="Left the clinic for a post abroad.",
    ),
    Employee(
        username="tanaka", name="Dr Mei Tanaka", role=Role.CLINICIAN, ip="10.20.8.36", joined=1630,
        licenses=((1628, "MD-271930"),),
    ),
    Employee(
        username="okafor", name="Dr Samuel Okafor", role=Role.CLINICIAN, ip="10.20.8.40", joined=2260,
        licenses=((2258, "MD-246117"),),
    ),
    Employee(
        username="raman", name="Priya Raman, pharmacist", role=Role.CLINICIAN, ip="10.20.12.11", joined=2930,
    ),
    Employee(
        username="brennan", name="Tom Brennan, nurse", role=Role.CLINICIAN, ip="10.20.4.17", joined=3000,
    ),
    Employee(
        username="haddad", name="Noor Haddad, nurse", role=Role.CLINICIAN, ip="10.20.4.21", joined=1890,
    ),
    Employee(
        username="adeyemi", name="Grace Adeyemi, nurse", role=Role.CLINICIAN, ip="10.20.4.52", joined=2960,
        shift=NIGHT,
    ),
    Employee(
        username="officer", name="Judith Keller", role=Role.COMPLIANCE_OFFICER, ip="10.20.16.5", joined=3010,
        signs_in=True,
    ),
    Employee(
        username="records", name="Anneke de Vries", role=Role.RECORDS_ADMINISTRATOR, ip="10.20.16.9",
        joined=3015, signs_in=True,
    ),
    Employee(
        username="admin", name="Daniel Moreau", role=Role.ACCOUNT_ADMINISTRATOR, ip="10.20.16.2",
        joined=3040, signs_in=True,
    ),
)  # fmt: skip

EMPLOYEE = {employee.username: employee for employee in EMPLOYEES}


@dataclass(frozen=True, kw_only=True)
class Person:
    """A patient as the registration desk knows them.

    Shape: age in years and birthday "MM-DD"; a birthday of "MM" or "" leaves the birth date partial,
    an age of None leaves it unknown. usual: username of the doctor who mostly sees them.
    """

    key: str
    family: str | None
    given: str | None
    sex: str
    age: int | None
    birthday: str = ""
    mrn: str
    usual: str
    other_names: str | None = None
    phone: str | None = None
    address: str | None = None

    def birth_date(self, today: date) -> str | None:
        if self.age is None:
            return None
        passed = self.birthday == "" or self.birthday <= f"{today:%m-%d}"
        year = today.year - self.age - (0 if passed else 1)
        return f"{year}-{self.birthday}" if self.birthday else str(year)


def _person(
    key: str, family: str | None, given: str | None, sex: str, age: int | None, birthday: str,
    mrn: str, usual: str, phone: str | None = None, address: str | None = None,
    other_names: str | None = None,
) -> Person:  # fmt: skip
    return Person(
        key=key, family=family, given=given, sex=sex, age=age, birthday=birthday, mrn=mrn, usual=usual,
        other_names=other_names, phone=phone, address=address,
    )  # fmt: skip


F, M, OTHER, UNKNOWN = "female", "male", "other", "unknown"

PEOPLE = (
    _person("lindqvist", "Lindqvist", "Helena", F, 65, "03-12", "44710293", "osei",
            "+1 212 555 0117", "14 Larch Street, Apt 3, Northfield"),
    _person("brandt", "Okonkwo-Brandt", "Maximilian Chukwuemeka", M, 71, "08-02", "44712870", "osei",
            "+1 212 555 0122", "208 Harbour Road, Northfield"),
    _person("visitor", "Pereira", "Duarte", M, 34, "10-19", "44795512", "smith", "+1 212 555 0190"),
    _person("haidari", "Haidari", "Zahra", F, None, "", "44780031", "smith", None,
            "Care of St Brigid's House, Northfield"),
    _person("castellano", "Castellano", "Bruno", M, 83, "02-27", "44709116", "jones",
            "+1 212 555 0139", "5 Quarry Lane, Northfield"),
    _person("featherstonehaugh", "van der Sluijs-Papadopoulou-Featherstonehaugh",
            "Maria-Magdalena Wilhelmina Charlotte", F, 58, "06-30", "44716402", "smith",
            "+1 212 555 0151", "The Old Schoolhouse, 1 Upper Mill Lane, Little Northfield"),
    _person("aegisdottir", "Ægisdóttir", "Þórunn Sigríður", F, 46, "12-01", "44733908", "tanaka",
            "+1 212 555 0108", "77 Beacon Hill, Northfield"),
    _person("nguyen", "Nguyễn", "Thị Bích Ngọc", F, 39, "04-18", "44741277", "smith",
            "+1 212 555 0173", "19 Cooper Square, Northfield", "Ngoc Nguyen"),
    _person("oe", "大江", "健一", M, 62, "11-05", "44728845", "tanaka",
            "+1 212 555 0164", "402 Station Parade, Northfield", "Ōe Ken'ichi"),
    _person("khatib", "Al-Khatib", "Layla", F, 29, "09-09", "44768120", "smith",
            "+1 212 555 0185", "33 Mercer Street, Northfield", "ليلى الخطيب"),
    _person("suryani", "Suryani", None, F, 51, "01-22", "44752219", "jones",
            "+1 212 555 0146", "8 Tannery Row, Northfield"),
    _person("olsen-erik", "Olsen", "Erik", M, 23, "05-14", "44749930", "smith",
            "+1 212 555 0131", "61 Birch Avenue, Northfield"),
    _person("olsen-eirik", "Olsen", "Eirik", M, 23, "05-14", "44749931", "smith",
            "+1 212 555 0131", "61 Birch Avenue, Northfield"),
    _person("whitfield", "Whitfield", "Rosalind", F, 77, "07-03", "44713355", "jones",
            "+1 212 555 0102", "Flat 2, 90 Castle Street, Northfield"),
    _person("nunez", "Núñez Ibáñez", "José Ángel", M, 55, "03-28", "44725581", "tanaka",
            "+1 212 555 0155", "12 Vineyard Close, Northfield"),
    _person("obriain", "O'Sullivan-Ó Briain", "Síofra", F, 33, "08-24", "44760047", "smith",
            "+1 212 555 0128", "4 Weaver's Yard, Northfield"),
    _person("zolkiewska", "Żółkiewska", "Małgorzata", F, 68, "10-10", "44718826", "jones",
            "+1 212 555 0142", "27 Linden Court, Northfield"),
    _person("mbeki", "Mokoena", "Thabo", M, 48, "06-16", "44736671", "okafor",
            "+1 212 555 0159", "150 Foundry Street, Northfield"),
    _person("fischer", "Fischer", "Annegret", F, 72, "01-30", "44711904", "osei",
            "+1 212 555 0111", "3 Orchard Walk, Northfield"),
    _person("grunwald", "Grünwald", "Sebastian", M, 41, "02-08", "44745313", "okafor",
            "+1 212 555 0177", "18 Canal Wharf, Northfield"),
    _person("adebayo", "Adebayo", "Folasade", F, 44, "12-12", "44739942", "okafor",
            "+1 212 555 0134", "9 Prospect Terrace, Northfield"),
    _person("novak", "Nováková", "Jitka", F, 60, "09-21", "44723310", "tanaka",
            "+1 212 555 0168", "55 Abbey Road, Northfield"),
    _person("ramirez", "Ramírez", "Ximena", F, 7, "05-02", "44784416", "smith",
            "+1 212 555 0119", "22 Meadow Rise, Northfield"),
    _person("harrington", "Harrington", "Oliver", M, 3, "03-03", "44790218", "smith",
            "+1 212 555 0180", "41 Clover Lane, Northfield"),
    _person("bergstrom", "Bergström", "Lars-Åke", M, 79, "11-17", "44708830", "osei",
            "+1 212 555 0105", "Harbour View Care Home, Northfield"),
    _person("desrosiers", "Desrosiers", "Hélène", F, 81, "04-04", "44707719", "jones",
            "+1 212 555 0113", "Harbour View Care Home, Northfield"),
    _person("kowalczyk", "Kowalczyk", "Piotr", M, 52, "07-19", "44731186", "jones",
            "+1 212 555 0144", "6 Smithy Lane, Northfield"),
    _person("tremblay", "Tremblay", "Marc-Antoine", M, 36, "10-27", "44757108", "smith",
            "+1 212 555 0188", "73 Pinewood Drive, Northfield"),
    _person("abdullah", "Abdullah", "Nurul Huda", F, 31, "02-14", "44763390", "tanaka",
            "+1 212 555 0121", "30 Cedar Street, Northfield"),
    _person("mcallister", "McAllister", "Fiona", F, 49, "08-08", "44742064", "jones",
            "+1 212 555 0157", "2 Mill Cottages, Little Northfield"),
    _person("petrov", "Petrov", "Aleksandr", M, 66, "05-25", "44719953", "osei",
            "+1 212 555 0138", "115 Union Street, Northfield", "Александр Петров"),
    _person("banerjee", "Banerjee", "Anindita", F, 57, "01-11", "44724478", "tanaka",
            "+1 212 555 0149", "84 Chestnut Avenue, Northfield"),
    _person("walker", "Walker", "Desmond", M, 74, "12-29", "44712231", "jones",
            "+1 212 555 0126", "17 Chapel Hill, Northfield"),
    _person("yilmaz", "Yılmaz", "İbrahim", M, 45, "09-15", "44746685", "okafor",
            "+1 212 555 0153", "66 Dockside, Northfield"),
    _person("laurent", "Laurent", "Camille", OTHER, 27, "06-06", "44771804", "okafor",
            "+1 212 555 0182", "11 Theatre Street, Northfield"),
    _person("hakkinen", "Häkkinen", "Veikko", M, 86, "03-19", "44706627", "jones",
            "+1 212 555 0107", "9 Rope Walk, Northfield"),
    _person("silva", "da Silva", "Benedita", F, 63, "10-02", "44720715", "tanaka",
            "+1 212 555 0161", "140 Market Place, Northfield"),
    _person("greene", "Greene", "Cordelia", F, 70, "04-27", "44714549", "osei",
            "+1 212 555 0115", "25 Priory Gardens, Northfield"),
    _person("oyelaran", "Oyelaran", "Babatunde", M, 59, "08-13", "44722096", "osei",
            "+1 212 555 0163", "38 Kiln Street, Northfield"),
    _person("sandhu", "Sandhu", "Harpreet", F, 38, "11-23", "44750341", "smith",
            "+1 212 555 0170", "7 Willow Bank, Northfield"),
    _person("svensson", "Svensson", "Ingrid", F, 54, "02-19", "44727262", "jones",
            "+1 212 555 0147", "92 High Street, Northfield"),
    _person("mueller", "Müller-Lüdenscheidt", "Karl-Heinz", M, 69, "07-31", "44717008", "jones",
            "+1 212 555 0133", "50 Park Crescent, Northfield"),
    _person("chen", "Chen", "Wei", M, 43, "01-05", "44744190", "smith",
            "+1 212 555 0176", "21 Lantern Court, Northfield", "陈伟"),
    _person("baker", "Baker", "Susan", F, 61, "05-08", "44721567", "jones",
            "+1 212 555 0140", "13 Bridge Street, Northfield"),
    _person("baker-younger", "Baker", "Susan", F, 35, "08-05", "44758823", "smith",
            "+1 212 555 0186", "104 Hillcrest, Northfield"),
    _person("ferreira", "Ferreira", "Tiago", M, 30, "12-20", "44765544", "okafor",
            "+1 212 555 0129", "48 Granary Lane, Northfield"),
    _person("ahmed", "Ahmed", "Yusra", F, 18, "09-30", "44779205", "tanaka",
            "+1 212 555 0191", "16 Rowan Close, Northfield"),
    _person("stranger", "Unknown", "Man found in North Park", UNKNOWN, None, "", "44799901", "smith"),
    _person("popescu", "Popescu", "Ioana", F, 26, "03-07", "44773316", "smith",
            "+1 212 555 0183", "29 Bakers Row, Northfield"),
    _person("duval", "Duval", "Élodie", F, 32, "06-21", "44759967", "smith",
            "+1 212 555 0178", "70 Riverside, Northfield"),
    _person("papadakis", "Papadakis", "Stavros", M, 76, "", "44710988", "osei",
            "+1 212 555 0109", "1 Fountain Square, Northfield"),
    _person("hughes", "Hughes", "Gwenllian", F, 88, "10", "44705540", "jones",
            "+1 212 555 0104", "12 Harbour View Care Home, Northfield"),
    # Two records of one person each: the first pair is still to be noticed, the second was merged.
    _person("lindquist", "Lindquist", "Helena M.", F, 65, "03-12", "51207718", "smith"),
    _person("wisniewska", "Wiśniewska", "Agnieszka", F, 47, "06-17", "44763920", "jones",
            "+1 212 555 0181", "63 Cooper Street, Northfield"),
    _person("wisnewska", "Wisnewska", "Agnieszka", F, 47, "06-17", "44763290", "smith"),
)  # fmt: skip
