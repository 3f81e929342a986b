"""German, page by page: whoever reads German reads no English, in what is said now and in what was kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from records import commands
from records.command_pages import PAGES, About
from records.permissions import Permission
from tests import factories
from tests.cast import Member
from tests.config.test_languages import Reader, path_of, texts_of
from tests.projections.pages import text_of
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)

#: Small English words that are no German ones.
ENGLISH = re.compile(
    r"\b(?:the|of|and|with|were|this|that|these|there|from|by|since|are|to|for|it|is|not|no|or|you|your|"
    r"who|what|when|which|as|at|on|if|be|has|have|had|can|all|any|one|its|than|then|until|"
    r"Mar|May|Oct|Dec)\b"
)
#: What stands in the pages as somebody or something else has it.
QUOTED = (
    "Anamnesis",
    "manage.py verify_ledger",
)


@pytest.fixture
def chart(clinician: Member) -> Chart:
    """A patient with something of everything, recorded in German: what people wrote, what they were shown."""
    with translation.override("de"):
        return _chart(clinician)


def _chart(clinician: Member) -> Chart:
    opened = open_chart(clinician.author)
    a_course: dict[str, Any] = {"patient_id": "", "prescription_id": opened.prescription_id}
    german = "Blutdruck noch hoch"
    opened.record(
        factories.AddPrescriptionFactory(
            medication="paracetamol", dose="1000", frequency="every 6 hours", as_needed=True,
            as_needed_reason="Kopfschmerz", indication="Schmerz", start="2026-10-05",
            note_to_patient="Nüchtern",
        )
    )  # fmt: skip
    opened.record(
        commands.AdjustDosage(
            **a_course, dose="20", unit="mg", route="oral", frequency="twice daily", reason=german
        )
    )
    opened.record(
        commands.RenewPrescription(
            **a_course, renewed_on="2026-11-24", duration_days=30, quantity="60", quantity_unit="tablet"
        )
    )
    stopped = opened.record(
        commands.DiscontinuePrescription(**a_course, reason_code="side effect", reason="Husten")
    )
    opened.record(commands.MarkEntryInError(patient_id="", target_event_id=str(stopped), reason="Irrtum"))
    opened.record(
        factories.RecordAllergyFactory(
            substance="penicillin", reactions="Ausschlag", severity="severe", certainty="confirmed",
            criticality="high", whole_class=True,
        )
    )  # fmt: skip
    opened.record(
        commands.MarkEntryInError(patient_id="", target_event_id=opened.note_id, reason="Andere Akte")
    )
    return opened


@pytest.fixture
def german(client: Client) -> Iterator[Client]:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    yield client
    translation.deactivate()


class Pieces(HTMLParser):
    """Each piece of text that a person reads or hears, apart."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_quoted = tag in {"script", "style", "pre", "blockquote"} or given.get("lang", "de") != "de"
        if tag not in {"input", "meta", "link", "br", "img", "hr", "use", "path", "col"}:
            self.quoted += bool(self.quoted or is_quoted)
        self.pieces += [value for name, value in attrs if name in Reader.SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self.quoted -= bool(self.quoted)

    def handle_data(self, data: str) -> None:
        if not self.quoted and data.strip():
            self.pieces.append(" ".join(data.split()))


def english_in(response: Any) -> list[str]:
    """Pieces of a page that are English: a message as it stands in English, or small English words."""
    content = response.content.decode()
    assert '<html lang="de"' in content
    reader = Pieces()
    reader.feed(content)
    return [
        piece
        for piece in reader.pieces
        if piece not in QUOTED and (piece.strip(" :.,;") in messages() or ENGLISH.search(piece))
    ]


def messages() -> set[str]:
    if not _messages:
        for entry in polib.pofile(str(path_of("de"))):
            if entry.msgid not in texts_of(entry) and "{" not in entry.msgid and "%(" not in entry.msgid:
                _messages.add(entry.msgid)
    return _messages - SAME


_messages: set[str] = set()
#: English messages that are German words, too, with another meaning or in another place.
SAME = {"position", "Person", "Name", "form", "active", "Version", "Position", "note", "oral", "Index"}


def paths(chart: Chart) -> Iterator[str]:
    patient = [chart.patient_id]
    yield from ("/patients/", "/help/", "/change-password/")
    yield from ("/who-takes-it/", "/who-takes-it/?medication=furosemide")
    for name in ("chart", "medications", "allergies", "timeline", "moment", "replay"):
        yield reverse(name, args=patient)
    yield reverse("medications", args=patient) + "?show=past"
    yield reverse("timeline", args=patient) + "?order=recorded&kind=medication"
    for step in range(1, chart.version + 1):
        yield reverse("replay", args=patient) + f"?step={step}"
    for entry in chart.entries:
        yield reverse("event", args=[entry.event_id])
        yield reverse("seen", args=[entry.event_id])
    for value in ("medication", "dose", "route", "frequency", "start", "end", "indication", "status"):
        yield reverse("why", args=[chart.patient_id, chart.prescription_id, value])
    for value in ("substance", "severity", "reactions", "certainty", "criticality", "onset"):
        yield reverse("why", args=[chart.patient_id, chart.allergy_id, value])
    for value in ("name", "birth_date", "sex", "mrn", "deceased", "allergies"):
        yield reverse("why", args=[chart.patient_id, "patient", value])
    subjects: dict[About, list[Any]] = {
        About.NOBODY_YET: [],
        About.PATIENT: patient,
        About.PRESCRIPTION: [*patient, chart.held_id],
        About.ALLERGY: [*patient, chart.allergy_id],
        About.ENTRY: [*patient, chart.entries[1].event_id],
    }
    for page in PAGES:
        if page.about in subjects and (page.permission is not Permission.MERGE_RECORDS):
            yield reverse(page.name, args=subjects[page.about])


def test_no_page_of_a_clinician_holds_english(german: Client, clinician: Member, chart: Chart) -> None:
    german.force_login(clinician.user)
    found: dict[str, str] = {}
    for path in paths(chart):
        response = german.get(path)
        assert response.status_code == 200, path
        assert response.headers["Content-Language"] == "de"
        found |= dict.fromkeys(english_in(response), path)
    assert found == {}


def test_no_answer_to_a_wrong_form_holds_english(german: Client, clinician: Member, chart: Chart) -> None:
    german.force_login(clinician.user)
    found: dict[str, str] = {}
    order = {
        "medication": "amoxicillin",
        "dose": "500",
        "unit": "mg",
        "route": "oral",
        "frequency": "once daily",
    }
    for name, args, typed in (
        ("register-patient", [], {}),
        (
            "register-patient",
            [],
            {"family": "Test", "given": "Anna", "birth_date": "31-Feb-1999", "mrn": "!"},
        ),
        ("add-prescription", [chart.patient_id], {}),
        ("add-prescription", [chart.patient_id], {**order, "indication": "Infekt"}),
        *(("add-prescription", [chart.patient_id], {**order, "dose": dose}) for dose in DOSES),
        ("record-allergy", [chart.patient_id], {"substance": "Latex"}),
        ("add-note", [chart.patient_id], {"text": "x" * 21_000}),
    ):
        path = reverse(name, args=args)
        version = chart.version if args else 0
        numbers = {"command_id": str(uuid4()), "seen_version": str(version)}
        response = german.post(path, {**numbers, **typed, "step": "read"})
        assert response.status_code in (200, 422), path
        found |= dict.fromkeys(english_in(response), f"{path} {typed}")
    assert found == {}


DOSES = (
    "", ".5", "05", "5.", "5.0", "0", "-5", "+5", "0,5", "1,000", "1e3", "1/2", "1-2", "5mg", "abc", "\u0665",
    "1234567890", "0.1234567", "5 ",
)  # fmt: skip


def test_no_page_of_the_others_holds_english(
    german: Client, chart: Chart, compliance_officer: Member, account_administrator: Member
) -> None:
    found: dict[str, str] = {}
    for member, pages in (
        (
            compliance_officer,
            ("/compliance-report/", "/compliance-report/?kind=medication&since=01-Mai-2026"),
        ),
        (
            account_administrator,
            (
                "/accounts/",
                f"/accounts/{compliance_officer.user.pk}/",
                f"/accounts/{compliance_officer.user.pk}/grant-role/",
                f"/accounts/{compliance_officer.user.pk}/set-password/",
                "/accounts/register-clinician/",
            ),
        ),
    ):
        german.force_login(member.user)
        for path in pages:
            response = german.get(path)
            assert response.status_code == 200, path
            found |= dict.fromkeys(english_in(response), path)
    for path in ("/nowhere/", reverse("chart", args=[chart.patient_id])):
        found |= dict.fromkeys(english_in(german.get(path)), path)
    german.logout()
    german.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    found |= dict.fromkeys(english_in(german.get("/sign-in/")), "/sign-in/")
    wrong = german.post("/sign-in/", {"username": "nobody", "password": "nothing"})
    found |= dict.fromkeys(english_in(wrong), "/sign-in/")
    assert found == {}


def test_what_was_projected_once_speaks_each_readers_language(clinician: Member, chart: Chart) -> None:
    address = reverse("timeline", args=[chart.patient_id])
    client = clinician.client()
    assert "Dose of lisinopril adjusted" in text_of(client.get(address))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert "lisinopril: Dosis angepasst" in text_of(client.get(address))
    translation.deactivate()


def test_what_was_shown_is_evidence_and_stays_in_its_language(clinician: Member, chart: Chart) -> None:
    """The alert that a German prescriber saw is shown as it was, to an English reader too."""
    event = next(entry for entry in chart.entries if entry.metadata.get("alerts"))
    shown = event.metadata["alerts"][0]["text"]
    said = text_of(clinician.client().get(reverse("timeline", args=[chart.patient_id])))
    assert "wird als" in shown
    assert shown in said
