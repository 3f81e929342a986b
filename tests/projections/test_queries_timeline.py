"""The timeline's pages: exact by key in both orders and under every filter, and each through an index."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from projections import queries
from projections.queries import Filters
from tests import factories as make
from tests.projections.plans import plans, statements_of
from tests.projections.record import Record, day

pytestmark = pytest.mark.django_db(transaction=True)


def prescribed(record: Record, **values: Any) -> str:
    order: Any = make.PrescriptionAddedFactory(**{"medication": "bisoprolol", "dose": "2.5", **values})
    record.add(order)
    return str(order.prescription_id)


def titles(rows: Any) -> list[str]:
    return [row.title for row in rows]


def test_the_timeline_runs_by_when_it_was_true_and_pages_by_key(record: Record) -> None:
    record.add(make.NoteAddedFactory(category="clinical"), at=day(50))
    record.add(*(make.NoteAddedFactory(category="nursing") for _ in range(3)), at=day(20))
    record.add(make.NoteAddedFactory(category="pharmacy"), at=day(30))
    first = queries.timeline(record.patient_id, limit=3)
    second = queries.timeline(record.patient_id, limit=3, before=first.next)
    assert titles(first.rows) == ["Clinical note", "Pharmacy note", "Nursing note"]
    assert [row.version for row in second.rows] == [4, 3, 1]
    assert (first.total, first.left, second.left, second.next) == (6, 3, 0, "")
    assert (first.begins, second.begins) == (None, day(0))


def test_a_page_can_begin_at_an_entry(record: Record) -> None:
    ids = [record.add(make.NoteAddedFactory(text=str(n)))[0] for n in range(5)]
    page = queries.timeline(record.patient_id, at=ids[2], limit=2)
    assert [row.event_id for row in page.rows] == [ids[2], ids[1]]
    assert page.left == 2


def test_another_patients_entry_opens_nothing(record: Record) -> None:
    other = Record()
    other.add(make.PatientRegisteredFactory())
    (foreign,) = other.add(make.NoteAddedFactory())
    page = queries.timeline(record.patient_id, at=foreign)
    assert {row.patient_id for row in page.rows} == {record.patient_id}


def test_a_month_opens_once_across_pages(record: Record) -> None:
    for number in (3, 5, 40, 41):
        record.add(make.NoteAddedFactory(), at=day(number))
    first = queries.timeline(record.patient_id, limit=3)
    second = queries.timeline(record.patient_id, limit=3, before=first.next)
    assert [row.opens_month for row in first.rows] == [True, False, True]
    assert [row.opens_month for row in second.rows] == [False, False]


def test_an_entry_is_shown_if_all_filters_hold_for_it(record: Record) -> None:
    key = prescribed(record)
    record.add(make.NoteAddedFactory(), at=day(30), user_id="other", user_name="Dr Smith")
    record.add(make.DosageAdjustedFactory(prescription_id=key), at=day(31))
    record.add(make.NoteAddedFactory(), at=day(60))

    def shown(**filters: Any) -> int:
        page = queries.timeline(record.patient_id, filters=Filters(**filters))
        assert len(page.rows) == page.total
        return page.total

    assert shown(kinds=("note",)) == 2
    assert shown(kinds=("note", "medication")) == 4
    assert shown(person="other") == 1
    assert shown(person="other", kinds=("medication",)) == 0
    assert shown(since=day(30), until=day(60)) == 2
    assert shown(about=UUID(key)) == 2


def test_what_the_filters_offer_is_counted_over_the_whole_record(record: Record) -> None:
    record.add(make.NoteAddedFactory(), user_id="other", user_name="Dr Smith")
    record.add(make.NoteAddedFactory())
    choices = queries.timeline_choices(record.patient_id)
    assert choices.total == 3
    assert {kind.value: kind.count for kind in choices.kinds} == {
        "medication": 0, "allergy": 0, "note": 2, "demographics": 1, "correction": 0,
    }  # fmt: skip
    assert [person.who for person in choices.people] == ["Dr Jones", "Dr Smith"]


def test_months_are_counted_by_the_clock_that_orders(record: Record) -> None:
    record.add(make.NoteAddedFactory(), at=day(400))
    record.add(make.NoteAddedFactory(), at=day(401))
    months = queries.timeline_months(record.patient_id)
    assert [(f"{first:%Y-%m-%d}", count) for first, count in months] == [("2025-04-01", 2), ("2024-03-01", 1)]
    notes = Filters(kinds=("note",))
    assert [count for _, count in queries.timeline_months(record.patient_id, notes)] == [2]
    ((now, count),) = queries.timeline_months(record.patient_id, Filters(recorded_order=True))
    assert (now.date(), count) == (timezone.localdate().replace(day=1), 3)


def many_at_few_moments(record: Record) -> None:
    """Forty entries of two drugs, notes and two people, many true at the same moment, none in order."""
    ours, theirs = prescribed(record, medication="apixaban"), prescribed(record, medication="furosemide")
    for number in range(12):
        moment, who = day(30 - number % 4 * 10), f"person-{number % 2}"
        record.add(make.NoteAddedFactory(), at=moment, user_id=who)
        record.add(
            make.DosageAdjustedFactory(prescription_id=ours, dose=str(number + 1)),
            make.DosageAdjustedFactory(prescription_id=theirs, dose=str(number + 1)),
            at=moment,
            user_id=who,
        )


@pytest.mark.parametrize("recorded_order", [False, True], ids=["when true", "when recorded"])
def test_pages_give_each_entry_of_a_filter_once_and_in_order(record: Record, *, recorded_order: bool) -> None:
    many_at_few_moments(record)
    apixaban = next(each for each in queries.timeline_choices(record.patient_id).drugs)
    for narrowed in (
        {},
        {"kinds": ("note",)},
        {"kinds": ("note", "medication")},
        {"person": "person-1"},
        {"drug": apixaban.prescriptions},
        {"since": day(10), "until": day(21)},
        {"drug": apixaban.prescriptions, "person": "person-0", "since": day(10)},
    ):
        filters = Filters(recorded_order=recorded_order, **narrowed)
        whole = queries.timeline(record.patient_id, filters=filters, limit=100)
        walked, before = [], None
        while True:
            page = queries.timeline(record.patient_id, filters=filters, before=before, limit=4)
            walked += list(page.rows)
            before = page.next
            assert page.left == whole.total - len(walked)
            if not before:
                break
        assert [each.version for each in walked] == [each.version for each in whole.rows]
        assert len(walked) == whole.total > 0
        keys = [(each.clock, each.version) for each in walked]
        assert keys == sorted(keys, reverse=True)


def test_one_drug_is_all_its_prescriptions_and_no_other(record: Record) -> None:
    first, second = prescribed(record, medication="Warfarin"), prescribed(record, medication="warfarin")
    other = prescribed(record, medication="apixaban")
    record.add(make.DosageAdjustedFactory(prescription_id=second, dose="3"))
    record.add(make.PrescriptionHeldFactory(prescription_id=other))
    choices = queries.timeline_choices(record.patient_id)
    assert [drug.label.lower() for drug in choices.drugs] == ["apixaban", "warfarin"]
    warfarin = choices.drug(UUID(second))
    assert warfarin is not None
    assert warfarin is choices.drug(UUID(first))
    shown = queries.timeline(record.patient_id, filters=Filters(drug=warfarin.prescriptions))
    assert titles(shown.rows) == ["Dose of warfarin adjusted", "warfarin prescribed", "Warfarin prescribed"]


def test_a_page_can_begin_at_a_month(record: Record) -> None:
    for number in (3, 40, 70):
        record.add(make.NoteAddedFactory(), at=day(number))
    page = queries.timeline(record.patient_id, until=day(41))
    assert [row.occurred_at for row in page.rows] == [day(40), day(3), day(0)]


#: Each filter of a timeline alone, and all of them together.
NARROWED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "kind": {"kinds": ("note",)},
    "kinds": {"kinds": ("note", "medication")},
    "person": {"person": "somebody"},
    "drug": {"drug": (uuid4(), uuid4())},
    "subject": {"about": uuid4()},
    "period": {"since": day(1), "until": day(9)},
}
NARROWED["all"] = {name: value for each in NARROWED.values() for name, value in each.items()}


@pytest.mark.parametrize("recorded_order", [False, True], ids=["when true", "when recorded"])
@pytest.mark.parametrize("narrowed", NARROWED.values(), ids=NARROWED)
def test_a_page_deep_in_a_timeline_walks_an_index_in_its_order(
    record: Record, narrowed: dict[str, Any], *, recorded_order: bool
) -> None:
    record.add(*(make.NoteAddedFactory() for _ in range(4)))
    filters = Filters(recorded_order=recorded_order, **narrowed)
    ask = partial(queries.timeline, record.patient_id, filters=filters, before="3")
    index = "timeline_patient_version" if recorded_order else "timeline_patient"
    found = plans(ask)
    pages = [plan for plan in found if plan.startswith("Limit") and index in plan]
    assert pages, found
    assert not any("Seq Scan" in plan for plan in found), found
    assert not any("OFFSET" in statement for statement in statements_of(ask))
