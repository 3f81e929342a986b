"""Finding patients: what fits every word, in which order and why; and what is only spelled alike, apart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from projections import likeness, queries, search
from projections.queries.found_people import Hit
from tests import factories as make
from tests.projections.record import Record

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE: dict[str, tuple[str | None, str | None, str | None, str | None]] = {
    "helena": ("Lindqvist", "Helena", "1961-11-24", "4471 0293"),
    "per": ("Lindkvist", "Per", "1961-09-02", "3308 1145"),
    "annika": ("Lindkvist", "Annika", "1984-01-30", "4902 6630"),
    "berg": ("Lindqvistberg", "Helen", "1961-11-24", "5120 7718"),
    "mueller": ("Müller", "Jürgen", "1950-05-06", "7001"),
    "soren": ("Sørensen", "Åse", "1947", "7002"),
    "strauss": ("Strauß", "Zoë", "1970-01-01", "7003"),
    "meyer": ("Meyer", "Anna", "1999-12-31", "7004"),
    "nguyen": ("Nguyễn", "Thị Minh Khai", "1999-04-01", "12e3"),
}


@pytest.fixture
def people() -> dict[str, UUID]:
    ids = {}
    for key, (family, given, born, mrn) in PEOPLE.items():
        record = Record()
        record.add(make.PatientRegisteredFactory(family=family, given=given, birth_date=born, mrn=mrn))
        ids[key] = record.patient_id
    return ids


def keys(people: dict[str, UUID], hits: Any) -> list[str]:
    names = {patient_id: key for key, patient_id in people.items()}
    return [names[hit.patient_id] for hit in hits]


def said(hit: Hit) -> list[str]:
    return [f"{before}{reason.said}{after}" for reason in hit.reasons for before, after in [reason.pieces]]


@pytest.mark.parametrize(
    ("text", "fitting", "similar"),
    [
        # In the order of the rank: the number, whole words, beginnings.
        ("lindqvist", ["helena", "berg"], ["per", "annika"]),
        ("4471 0293", ["helena"], []),
        ("44710293", ["helena"], []),
        ("4471-0293 lindqvist", ["helena"], []),
        # Any order, parts, accents, and letters that a keyboard lacks.
        ("hel lind", ["helena", "berg"], []),
        ("HELENA lindqvist", ["helena"], ["berg"]),
        ("muller", ["mueller"], []),
        ("mueller juergen", ["mueller"], []),
        ("MÜLLER", ["mueller"], []),
        ("soerensen aase", ["soren"], []),
        ("sorensen ase", ["soren"], []),
        ("strauss zoe", ["strauss"], []),
        ("khai nguyen", ["nguyen"], []),
        # A birth date in each of the clinic's ways.
        ("24-Nov-1961", ["helena", "berg"], []),
        ("1961-11-24", ["helena", "berg"], []),
        ("24.11.1961", ["helena", "berg"], []),
        ("24/11/1961", ["helena", "berg"], []),
        ("11/24/1961", ["helena", "berg"], []),
        ("24 November 1961", ["helena", "berg"], []),
        ("Nov-1961 hel", ["helena", "berg"], []),
        ("1961", ["per", "helena", "berg"], []),
        ("1947", ["soren"], []),
        # Misspelt, misheard, a slip of the hand: apart from the others.
        ("lindqist hel 1961", [], ["helena", "berg"]),
        ("lindquist", [], ["helena", "berg", "annika", "per"]),
        ("linqdvist helena", [], ["helena", "berg"]),
        ("maier", [], ["meyer"]),
        ("myeer", [], ["meyer"]),
        ("sorenson", [], ["soren"]),
        ("straus", ["strauss"], []),
        ("shtrauss", [], []),
        # A date or a number with one slip.
        ("lindqvist 1962", [], ["helena", "berg"]),
        ("meyer 13.12.1999", [], ["meyer"]),
        ("44710239", [], ["helena"]),
        ("4471 0292", [], ["helena"]),
        ("lindqvist 1999", [], []),
        ("zzzz", [], []),
        ("& | ! ( ' \\ :*", [], []),
    ],
)
def test_who_is_found_in_which_order(
    people: dict[str, UUID], text: str, fitting: list[str], similar: list[str]
) -> None:
    found = queries.search(text)
    assert keys(people, found.rows) == fitting
    if similar:
        assert keys(people, found.similar)[: len(similar)] == similar or sorted(
            keys(people, found.similar)
        ) == sorted(similar)
    assert found.total == len(fitting)


def test_exact_ones_are_never_among_the_similar_ones(people: dict[str, UUID]) -> None:
    found = queries.search("lindkvist")
    assert keys(people, found.rows) == ["annika", "per"]
    assert not {hit.patient_id for hit in found.rows} & {hit.patient_id for hit in found.similar}


def test_similar_ones_come_after_the_last_page(people: dict[str, UUID]) -> None:
    first = queries.search("lindkvist", limit=1)
    second = queries.search("lindkvist", after=first.next, limit=1)
    assert (first.total, len(first.similar)) == (2, 0)
    assert keys(people, [*first.rows, *second.rows]) == ["annika", "per"]
    assert keys(people, second.similar)[:1] == ["helena"]
    assert (second.first, second.last, second.next) == (2, 2, "")


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("lindqvist hel 1961", ["Family name is lindqvist", "Given name begins with hel", "Born 1961"]),
        ("44710293", ["Record number is 44710293"]),
        ("4471 24.11.1961", ["Record number contains 4471", "Born 24-Nov-1961"]),
        ("lindquist helena", ["Family name sounds like lindquist", "Given name is helena"]),
        ("lindqist helena", ["Family name is spelled like lindqist", "Given name is helena"]),
        ("lindqvist 1962", ["Family name is lindqvist", "Birth date is not quite 1962"]),
        ("4471 0239", ["Record number differs from 4471 0239 by one digit or two swapped"]),
    ],
)
def test_each_hit_says_why(people: dict[str, UUID], text: str, reasons: list[str]) -> None:
    found = queries.search(text)
    hits = {hit.patient_id: hit for hit in (*found.rows, *found.similar)}
    assert said(hits[people["helena"]]) == reasons


def test_what_matched_is_marked_in_the_name_exact_or_alike(people: dict[str, UUID]) -> None:
    (exact,) = queries.search("helena lindqvist").rows
    assert [(piece.text, piece.style) for piece in exact.family] == [("LINDQVIST", "same")]
    begun = queries.search("hel 44710293").rows[0]
    assert [(piece.text, piece.style) for piece in begun.given] == [("Hel", "same"), ("ena", "")]
    alike = queries.search("lindqist helena").similar[0]
    assert [(piece.text, piece.style) for piece in alike.family] == [("LINDQVIST", "like")]


def test_names_that_sound_alike_have_one_sound_and_slips_are_counted() -> None:
    alike = [("meier", "mayr"), ("lindqvist", "lindquist"), ("schmidt", "schmitt"), ("stephan", "stefan")]
    assert all(likeness.sound(one) == likeness.sound(other) for one, other in alike)
    assert likeness.sound("иван") == likeness.sound("77") == ""
    assert [likeness.distance("smtih", "smith"), likeness.distance("ab", "abcdefgh", 2)] == [1, 3]


def test_a_date_that_is_none_stays_words() -> None:
    kinds = [word.kind.value for word in search.asked("24.13.1961 31-Foo-1961 12/34")]
    assert kinds == ["number", "number", "number", "number", "name", "number", "number", "number"]
