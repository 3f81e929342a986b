"""`manage.py load_demo` on a server of its own: what is stored, what follows from it, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from subprocess import CompletedProcess
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from config.roles import own_server
from records import commands, handlers
from records.author import Author, Origin
from records.decision import Alert, Decision, Override
from records.demo import loader
from records.demo.clinic import generate
from records.demo.recorder import Entry
from tests.clusters import DisposableCluster

PASSWORD = "nine blue herons at dusk"


@dataclass(frozen=True)
class Demo:
    """A server that the demo clinic was loaded into, and what the command said."""

    cluster: DisposableCluster
    said: CompletedProcess[str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.cluster.connect() as superuser:
            return superuser.execute(query).fetchall()

    def one(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def answer(self, code: str) -> Any:
        """What the product prints as JSON when it runs this code in the web role."""
        printed = self.cluster.manage("shell", "--no-imports", "-c", f"import json\n{code}").stdout
        return json.loads(printed)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    if own_server():
        pytest.skip("a server of one's own needs the embedded PostgreSQL")
    cluster = DisposableCluster()
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("ANAMNESIS_DEMO_PASSWORD", PASSWORD)
            refused = cluster.manage("load_demo", check=False)
            assert refused.returncode == 1
            assert refused.stderr.count("\n") == 1
            assert "--yes" in refused.stderr
            yield Demo(cluster, cluster.manage("load_demo", "--yes"))
    finally:
        cluster.remove()


pytestmark = pytest.mark.slow


# --- What was stored ---------------------------------------------------------------------------------


def test_the_whole_clinic_is_in_the_ledger_and_the_ledger_is_sound(demo: Demo) -> None:
    assert demo.one("SELECT count(*) FROM events") == demo.one("SELECT max(position) FROM events")
    assert demo.one("SELECT count(*) FROM events") > 2_500
    assert demo.one("SELECT count(*) FROM access_events") > 300
    assert demo.cluster.manage("verify_ledger", check=False).returncode == 0


def test_it_lies_in_the_past_and_in_order(demo: Demo) -> None:
    assert demo.one("SELECT max(created_at) < now() FROM events")
    assert demo.one("SELECT max(created_at) > now() - interval '3 days' FROM events")
    assert (
        demo.one(
            "SELECT count(*) FROM (SELECT created_at < lag(created_at) OVER (ORDER BY position) AS back"
            " FROM events) AS pairs WHERE back"
        )
        == 0
    )


def test_names_and_notes_are_sealed(demo: Demo) -> None:
    for word in ("Lindqvist", "Palpitations", "44710293", "Northfield"):
        found = (
            "SELECT count(*) FROM events WHERE event_data::text LIKE '%{0}%' OR metadata::text LIKE '%{0}%'"
        )
        assert demo.one(found.format(word)) == 0
    assert demo.one("SELECT count(*) FROM events WHERE event_data ->> 'medication' = 'apixaban'") > 0


def test_old_prescriptions_read_with_the_license_of_their_day(demo: Demo) -> None:
    old = "SELECT count(*) FROM events WHERE event_type = 'PrescriptionAdded' AND schema_version = 1"
    assert demo.one(old) >= 20
    assert demo.one(f"{old} AND event_data ? 'prescriber_license'") == 0
    read = demo.answer(
        "from eventstore import store\n"
        "old = [e for e in store.read_all(limit=5000)"
        " if (e.event_type, e.schema_version) == ('PrescriptionAdded', 1)]\n"
        "print(json.dumps([[e.data.prescriber_license, e.metadata['user_license']] for e in old]))"
    )
    assert all(license_read == held and held for license_read, held in read)


def test_each_record_number_is_held_by_its_patient(demo: Demo) -> None:
    reserved = demo.one("SELECT count(*) FROM events WHERE event_type = 'RecordNumberReserved'")
    assert reserved == demo.one("SELECT count(*) FROM patients")


# --- What follows from it ----------------------------------------------------------------------------


def test_the_read_models_are_caught_up(demo: Demo) -> None:
    head = demo.one("SELECT max(position) FROM events")
    assert demo.rows("SELECT DISTINCT position FROM checkpoints") == [(head,)]
    assert demo.one("SELECT count(*) FROM parked_aggregates") == 0
    patient_events = demo.one("SELECT count(*) FROM events WHERE aggregate_type = 'Patient'")
    assert demo.one("SELECT count(*) FROM timeline") == patient_events


def test_each_record_as_known_and_true_now_is_its_chart(demo: Demo) -> None:
    differing, patients = demo.answer("""
from django.utils import timezone
from projections import queries
from projections.models import Patient, PatientState
from projections.moments.record_at import record_at
names = [field.attname for field in PatientState._meta.fields]
differing = []
for patient in Patient.objects.all():
    now = timezone.now()
    asked = record_at(patient.patient_id, known_at=now, true_at=now)
    rows = [
        [[getattr(row, name) for name in names] for row in side]
        for side in (asked.current, queries.current_medications(patient.patient_id).rows)
    ]
    known = [[(a["allergy_id"], a["substance"], a["severity"]) for a in side]
             for side in (asked.allergies, patient.allergies)]
    if rows[0] != rows[1] or known[0] != known[1] or asked.allergy_status != patient.allergy_status:
        differing.append(str(patient.patient_id))
print(json.dumps([differing, Patient.objects.count()]))
""")
    assert differing == []
    assert patients > 40


def test_five_people_can_sign_in_with_the_given_password(demo: Demo) -> None:
    able = demo.answer(
        "import os\nfrom records.models import User\n"
        f"print(json.dumps(sorted(u.username for u in User.objects.all()"
        f" if u.is_active and u.check_password({PASSWORD!r}))))"
    )
    assert able == ["admin", "jones", "officer", "records", "smith"]
    assert demo.one("SELECT count(*) FROM accounts") == 13
    assert demo.one("SELECT count(*) FROM accounts WHERE license IS NOT NULL") == 6


def test_the_password_that_was_given_is_not_printed(demo: Demo) -> None:
    assert PASSWORD not in demo.said.stdout + demo.said.stderr


def test_it_says_what_it_did(demo: Demo) -> None:
    patients = demo.one("SELECT count(*) FROM patients")
    events = demo.one("SELECT count(*) FROM events")
    assert f"{patients} patients, {events:,} events" in demo.said.stdout
    assert "Recording the past" in demo.said.stderr


# --- What is refused ---------------------------------------------------------------------------------


def test_a_second_time_is_refused_in_one_sentence(demo: Demo) -> None:
    before = demo.one("SELECT count(*) FROM events")
    again = demo.cluster.manage("load_demo", "--yes", check=False)
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
    assert "not empty" in again.stderr
    assert demo.one("SELECT count(*) FROM events") == before


def test_nothing_more_can_be_seeded(demo: Demo) -> None:
    assert demo.one("SELECT count(*) FROM disposable_ledgers") == 0


# --- As the product itself would have stored it ------------------------------------------------------


@pytest.fixture(scope="module")
def entries() -> tuple[Entry, ...]:
    return generate(datetime(2026, 11, 24, tzinfo=UTC).date(), ZoneInfo("UTC")).entries


@pytest.mark.parametrize("kind", ["plain", "with alerts", "overridden"])
def test_an_entry_keeps_beside_it_what_the_handlers_keep(
    kind: str, entries: tuple[Entry, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "keyed_digest", lambda label, text: f"{label} {text}")
    fits: dict[str, Callable[[Entry], object]] = {
        "plain": lambda entry: not entry.alerts and not entry.source,
        "with alerts": lambda entry: entry.alerts and not entry.override and not entry.source,
        "overridden": lambda entry: entry.override,
    }
    entry = next(entry for entry in entries if fits[kind](entry))
    decision = Decision(
        events=(object(),),
        occurred_at=datetime.now(UTC),
        alerts=(Alert(kind="allergy", text="An allergy."),) if entry.alerts else (),
        override=Override(reason="Tolerated.", code="tolerated before") if entry.override else None,
    )
    real = handlers._metadata(
        commands.AddNote(patient_id=str(uuid4()), text="Well.", category="clinical"),
        uuid4(),
        3,
        decision,
        Author(user_id=str(uuid4()), name="Dr. Alma Jones", role="clinician"),
        Origin(ip="10.0.0.1", session="digest", correlation_id=str(uuid4())),
    )
    stored = loader.metadata_of(entry)
    assert stored.keys() == real.keys()
    assert {key for alert in stored.get("alerts", []) for key in alert} == {
        key for alert in real.get("alerts", []) for key in alert
    }
