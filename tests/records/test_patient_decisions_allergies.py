"""What may be recorded of allergies. No database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from records import events
from records.catalogue.entries import CODE_SYSTEM
from tests.factories import (
    AllergyRecordedFactory,
    AllergyRefutedFactory,
    AllergyResolvedFactory,
    AllergyRevisedFactory,
    AssertNoKnownAllergiesFactory,
    NoKnownAllergiesAssertedFactory,
    PatientRegisteredFactory,
    PrescriptionAddedFactory,
    RecordAllergyFactory,
    RefuteAllergyFactory,
    ResolveAllergyFactory,
    ReviseAllergyFactory,
    new_id,
)
from tests.records.scenario import JONES, NOW, Scenario, at, given

ID = new_id()


def registered(*more: Any) -> Scenario:
    return given((PatientRegisteredFactory(), at("2026-01-01 08:00")), *more)


def allergic(*more: Any, **allergy: Any) -> Scenario:
    return registered((AllergyRecordedFactory(allergy_id=ID, **allergy), at("2026-05-01 09:00")), *more)


def test_recording_keeps_what_is_known() -> None:
    story = registered().when(RecordAllergyFactory(allergy_id=ID, onset="2019", criticality="high"))
    story.then(
        events.AllergyRecorded(
            allergy_id=ID,
            substance="Amoxicillin",
            code="amoxicillin",
            code_system=CODE_SYSTEM,
            whole_class=False,
            category="medication",
            reactions="rash",
            severity="moderate",
            certainty="confirmed",
            criticality="high",
            onset="2019",
        ),
        occurred_at=NOW,
    )


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"substance": " "}, "Write the substance", "substance"),
        ({"severity": "awful"}, "not one of the choices", "severity"),
        ({"category": "pets"}, "not one of the choices", "category"),
        ({"certainty": "maybe"}, "not one of the choices", "certainty"),
        ({"criticality": "very"}, "not one of the choices", "criticality"),
        ({"onset": "2027"}, "still to come", "onset"),
        ({"onset": "1960"}, "born on 12-Mar-1961", "onset"),
        ({"onset": "spring"}, "year-month-day", "onset"),
        ({"occurred_at": at("2027-01-01 09:00")}, "still to come", "occurred_at"),
        ({"reactions": "x" * 2001}, "within 2,000", "reactions"),
    ],
)
def test_refuses_what_cannot_be(values: dict[str, Any], words: str, field: str) -> None:
    registered().when(RecordAllergyFactory(**values)).then_rejected(words, field=field)


@pytest.mark.parametrize(
    "values",
    [
        {"substance": "amoxicillin"},
        {"substance": "Allergy to Amoxycillin"},
        {"substance": "Something else", "code": "723", "code_system": "rxnorm"},
    ],
)
def test_refuses_the_same_substance_twice_and_says_what_to_do(values: dict[str, Any]) -> None:
    story = allergic(code="723", code_system="rxnorm")
    story.when(RecordAllergyFactory(**values)).then_rejected("Revise that entry instead", field="substance")


def test_another_substance_and_one_that_was_refuted_may_be_recorded() -> None:
    allergic().when(RecordAllergyFactory(substance="Latex")).accepted()
    story = allergic((AllergyRefutedFactory(allergy_id=ID), at("2026-06-01 09:00")))
    story.when(RecordAllergyFactory()).accepted()


def test_refuses_the_same_entry_twice() -> None:
    allergic().when(RecordAllergyFactory(allergy_id=ID, substance="Latex")).then_rejected("revise it")


def test_notes_that_the_drug_is_taken_now() -> None:
    story = registered((PrescriptionAddedFactory(medication="Amoxicillin 500 mg"), at("2026-04-01 09:00")))
    assert len(story.when(RecordAllergyFactory()).alerts("taken now")) == 1


def test_says_so_where_the_class_cannot_be_checked() -> None:
    story = registered()
    assert story.when(RecordAllergyFactory(whole_class=True)).alerts("class not known") == []
    (note,) = story.when(RecordAllergyFactory(substance="Kiwi", whole_class=True)).alerts("class not known")
    assert "Record the others one by one" in note.text


def test_a_late_allergy_is_known_since_then() -> None:
    moment = at("2026-11-01 09:00")
    assert registered().when(RecordAllergyFactory(occurred_at=moment)).accepted().occurred_at == moment


# --- Revise, refute, resolve ---------------------------------------------------------------------


def test_a_revision_states_all_values_as_they_become() -> None:
    story = allergic().when(ReviseAllergyFactory(allergy_id=ID, severity="severe", reason="anaphylaxis"))
    assert isinstance(story.event(), events.AllergyRevised)
    assert (story.patient.allergies[ID].severity, story.patient.allergies[ID].reactions) == ("severe", "rash")


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"severity": "moderate"}, "what is recorded already", "substance"),
        ({"reason": None}, "Say why it is revised", "reason"),
        ({"substance": "Latex"}, "allergy to Latex is recorded already", "substance"),
        ({"occurred_at": at("2026-04-30 09:00")}, "dates from 01-May-2026 09:00", "occurred_at"),
    ],
)
def test_refuses_a_revision_that_changes_nothing_or_says_not_why(
    values: dict[str, Any], words: str, field: str
) -> None:
    story = allergic((AllergyRecordedFactory(substance="Latex"), at("2026-05-02 09:00")))
    story.when(ReviseAllergyFactory(**{"allergy_id": ID, **values})).then_rejected(words, field=field)


def test_now_comes_after_what_a_server_with_a_clock_ahead_has_recorded() -> None:
    ahead = NOW + timedelta(minutes=3)
    story = allergic((AllergyRevisedFactory(allergy_id=ID, severity="mild"), ahead))
    assert story.when(ReviseAllergyFactory(allergy_id=ID, severity="severe")).accepted().occurred_at == ahead
    assert story.patient.allergies[ID].severity == "severe"


def test_a_late_revision_never_overwrites_what_is_known_since() -> None:
    """Such an entry is refused here; one that a source reports is kept, and changes nothing."""
    story = allergic(
        (AllergyRevisedFactory(allergy_id=ID, severity="severe"), at("2026-06-01 09:00")),
        (AllergyRevisedFactory(allergy_id=ID, severity="mild"), at("2026-05-15 09:00")),
    )
    assert story.patient.allergies[ID].severity == "severe"


def test_refuted_and_resolved_allergies_are_not_current_any_more() -> None:
    story = allergic().when(RefuteAllergyFactory(allergy_id=ID, reason="tolerated"))
    story.then(events.AllergyRefuted(allergy_id=ID, reason="tolerated"))
    assert story.patient.active_allergies == ()
    story = allergic().when(ResolveAllergyFactory(allergy_id=ID, reason="desensitised"))
    story.then(events.AllergyResolved(allergy_id=ID, reason="desensitised"))
    assert story.patient.active_allergies == ()


@pytest.mark.parametrize("factory", [RefuteAllergyFactory, ResolveAllergyFactory])
def test_refuting_and_resolving_need_a_reason(factory: Any) -> None:
    allergic().when(factory(allergy_id=ID, reason="")).then_rejected("Say", field="reason")


@pytest.mark.parametrize(
    ("factory", "advice"),
    [
        (ReviseAllergyFactory, "Record it anew"),
        (RefuteAllergyFactory, "nothing to refute"),
        (ResolveAllergyFactory, "nothing to resolve"),
    ],
)
@pytest.mark.parametrize("ending", [AllergyRefutedFactory, AllergyResolvedFactory, None])
def test_refuses_to_change_what_is_not_active(factory: Any, advice: str, ending: Any) -> None:
    story = allergic((ending(allergy_id=ID), at("2026-06-01 09:00"))) if ending else registered()
    story.when(factory(allergy_id=ID)).then_rejected(f"not current.*{advice}")


# --- None known ----------------------------------------------------------------------------------


def test_someone_asked_and_there_are_none() -> None:
    story = registered().when(AssertNoKnownAllergiesFactory())
    story.then(events.NoKnownAllergiesAsserted(asked_by=JONES.name))
    assert story.patient.none_known is not None
    assert story.when(AssertNoKnownAllergiesFactory(asked_by="Nurse Kim")).event().asked_by == "Nurse Kim"


def test_refuses_none_known_while_allergies_are_known_and_names_them() -> None:
    story = allergic((AllergyRecordedFactory(substance="Latex"), at("2026-05-02 09:00")))
    story.when(AssertNoKnownAllergiesFactory()).then_rejected(
        "recorded: Amoxicillin, Latex. Refute or resolve"
    )


def test_the_next_allergy_withdraws_none_known() -> None:
    story = registered((NoKnownAllergiesAssertedFactory(), at("2026-05-01 09:00")))
    assert story.when(RecordAllergyFactory()).patient.none_known is None


def test_none_known_does_not_come_back_when_the_allergy_is_refuted() -> None:
    story = registered(
        (NoKnownAllergiesAssertedFactory(), at("2026-05-01 09:00")),
        (AllergyRecordedFactory(allergy_id=ID), at("2026-05-02 09:00")),
        (AllergyRefutedFactory(allergy_id=ID), at("2026-05-03 09:00")),
    )
    assert story.patient.none_known is None


def test_no_drug_allergy_reported_by_a_source_is_not_no_allergy() -> None:
    story = registered((NoKnownAllergiesAssertedFactory(scope="medication"), at("2026-05-01 09:00")))
    assert story.patient.none_known is None
