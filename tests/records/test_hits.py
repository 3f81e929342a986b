"""The lists that open while a drug or a substance is typed: made for one patient, and recorded as seen."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.ledgers import ACCESS_EVENTS
from records.catalogue.search import drugs
from records.events import ChartViewed
from records.views_hits import doses_of
from tests import factories
from tests.cast import Member
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chart(clinician: Member) -> Chart:
    """A patient with a severe allergy to penicillins, who takes lisinopril."""
    chart = open_chart(clinician.author)
    chart.record(
        factories.RecordAllergyFactory(
            substance="penicillins", whole_class=True, reactions="anaphylaxis", severity="severe"
        )
    )
    return chart


def ask(client: Client, chart: Chart, typed: str, name: str = "drug-hits") -> Any:
    return client.post(reverse(name, args=[chart.patient_id]), {"typed": typed})


def said(response: HttpResponse) -> str:
    return " ".join(unescape(response.content.decode()).split())


def test_a_hit_names_the_allergy_before_the_choice(client: Client, clinician: Member, chart: Chart) -> None:
    client.force_login(clinician.user)
    page = said(ask(client, chart, "amoxi"))
    assert "10 of 11 matches" in page
    assert "penicillins: anaphylaxis, severe" in page
    assert 'data-value="amoxicillin + clavulanic acid"' in page
    assert "looks similar: check the name" in page
    assert "Prescribe as free text" in page


def test_a_looser_relative_and_what_is_taken_are_noted(
    client: Client, clinician: Member, chart: Chart
) -> None:
    client.force_login(clinician.user)
    cephalosporin = said(ask(client, chart, "cephalexin"))
    assert "related to the allergy to penicillins" in cephalosporin
    assert "anaphylaxis" not in cephalosporin
    assert "prescribed already" in said(ask(client, chart, "lisinop"))
    assert "prescribed already" not in said(ask(client, chart, "warfarin"))


def test_the_access_is_recorded_without_what_was_typed(
    client: Client, clinician: Member, chart: Chart
) -> None:
    client.force_login(clinician.user)
    before = store.head(ACCESS_EVENTS).position
    ask(client, chart, "amoxi")
    [seen] = store.read_all(after=before, ledger=ACCESS_EVENTS)
    assert seen.data == ChartViewed(patient_id=chart.patient_id, page="drug-hits", version=chart.version)
    assert "amoxi" not in json.dumps(seen.metadata)


@pytest.mark.parametrize("name", ["drug-hits", "substance-hits"])
def test_only_who_may_record_is_told_and_nothing_is_asked_in_an_address(
    client: Client, compliance_officer: Member, clinician: Member, chart: Chart, name: str
) -> None:
    client.force_login(compliance_officer.user)
    assert ask(client, chart, "amoxi", name).status_code == 403
    client.force_login(clinician.user)
    address = reverse(name, args=[chart.patient_id])
    assert client.get(address, {"typed": "amoxi"}).status_code == 405
    assert client.post(reverse(name, args=[factories.RecordAllergyFactory().allergy_id])).status_code == 404


def test_without_the_forms_token_nothing_is_told(clinician: Member, chart: Chart) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clinician.user)
    assert ask(strict, chart, "amoxi").status_code == 403


@pytest.mark.parametrize("typed", ["", "a", "<script>alert(1)</script>", "x" * 5000, "\x00\u202e", "qq'; --"])
def test_whatever_is_typed_gets_an_answer(
    client: Client, clinician: Member, chart: Chart, typed: str
) -> None:
    client.force_login(clinician.user)
    answer = ask(client, chart, typed)
    assert answer.status_code == 200
    assert "No match" in said(answer)
    assert "<script>" not in answer.content.decode()


def test_a_class_that_is_chosen_for_an_allergy_ticks_the_whole_class(
    client: Client, clinician: Member, chart: Chart
) -> None:
    client.force_login(clinician.user)
    page = said(ask(client, chart, "penic", "substance-hits"))
    assert 'data-value="penicillins" data-category="medication" data-whole-class="yes"' in page
    assert "recorded already" in page
    assert 'data-value="penicillin V" data-category="medication" data-whole-class="no"' in page


# --- Strengths as doses ------------------------------------------------------------------------------


def test_a_strength_is_a_dose_and_a_combinations_strength_belongs_to_the_form() -> None:
    plain, combined = drugs("levothyroxine tablet").hits[0], drugs("amox clav").hits[0]
    assert [(dose.dose, dose.unit, dose.form) for dose in doses_of(plain.product)][:2] == [
        ("25", "mcg", None), ("50", "mcg", None),
    ]  # fmt: skip
    assert [(dose.dose, dose.unit, dose.form) for dose in doses_of(combined.product)][-1] == (
        "1", "tablet", "tablet 875 mg + 125 mg",
    )  # fmt: skip


def test_a_strength_per_volume_is_no_dose() -> None:
    liquid = drugs("amoxicillin suspension").hits[0]
    assert liquid.product is not None
    assert liquid.product.form == "oral suspension"
    assert doses_of(liquid.product) == ()
