"""The search for patients: who fits every word, best first, and apart from them who is spelled alike.

Words go through the index of words by their beginnings. Only when all of those are shown come the
similar ones: names as misspelt or as heard, a birth date or record number with one slip. Each way
runs on an index of its own, so that a search among a million takes no longer than it must.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector, TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from projections import likeness
from projections import search as searching
from projections.models import Patient
from projections.queries.found import Found, cursor, last_shown, page
from projections.queries.found_people import Hit, hit
from projections.search import Kind, Word

#: So many similar ones are shown, of so many that are looked at.
SIMILAR, CANDIDATES = 20, 200
#: Where more than this fit exactly, nobody looks for those who do not.
MANY = 100
#: How much of a word's letter triples must be met for it to be looked at; short words have few of them.
_ALIKE, _ALIKE_SHORT = 0.45, 0.35
#: A word shorter than this is not guessed at.
_SHORTEST = 3


@dataclass(frozen=True)
class Search(Found[Hit]):
    """One page of those who fit every word; after the last of them, those who are spelled alike.

    Shape: similar: at most SIMILAR, the likest first; more_similar: there may be others.
    """

    similar: Sequence[Hit] = ()
    more_similar: bool = False

    @property
    def patient_ids(self) -> list[UUID]:
        return [found.patient_id for found in (*self.rows, *self.similar)]


def search(text: str, *, after: str | None = None, limit: int = 50) -> Search:
    """Patients who fit every word: the record number first, then whole words, then beginnings; by name."""
    asked = searching.asked(text)
    whole = searching.numbers(asked, text)
    found, rows = _fitting(asked, whole), []
    total = found.count() if asked else 0
    at = cursor(after)
    last = last_shown(found, "patient_id", at) if asked else None
    if last is None:
        at = None
    if asked:
        found = found.order_by("rank", "search_key", "patient_id")
        rows = list((_after(found, last) if last else found)[: limit + 1])
    place = str(rows[:limit][-1].patient_id) if rows else ""
    hits = [hit(patient, asked, whole) or Hit(patient) for patient in rows]
    shown = page(hits, limit=limit, total=total, after=at, place=place)
    similar = [] if shown.next or not asked or total > MANY else _similar(asked, whole, alone=not total)
    return Search(**vars(shown), similar=similar[:SIMILAR], more_similar=len(similar) > SIMILAR)


def everyone() -> QuerySet[Patient]:
    """One row a person: a record that was merged into another is found under that one."""
    return Patient.objects.filter(merged_into__isnull=True)


def _fitting(asked: Sequence[Word], whole: Sequence[str]) -> QuerySet[Any]:
    rank = Case(
        When(record_number__in=whole, then=Value(0)),
        When(words=_query(searching.whole_query(asked)), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    fits = Q(words=_query(searching.prefix_query(asked)))
    return _with_words().filter(fits).annotate(rank=rank)


def _after(found: QuerySet[Any], last: Any) -> QuerySet[Any]:
    later_name = Q(search_key__gt=last.search_key) | Q(
        search_key=last.search_key, patient_id__gt=last.patient_id
    )
    return found.filter(Q(rank__gt=last.rank) | (Q(rank=last.rank) & later_name))


# --- For those who ask who is alike -----------------------------------------------------------------


def alike_names(text: str | None) -> Q | None:
    """Records on which some name is as one of these, in any spelling or as heard; None for no name."""
    names = [word for word in searching.asked(text or "") if word.kind == Kind.NAME]
    return reduce(or_, [_alike(word) for word in names]) if names else None


def with_days(days: Sequence[str]) -> Q:
    """Records with one of these birth dates, each as it is stored: "19611124", maybe partial."""
    return Q(words=_query(" | ".join(days)))


def numbered(numbers: Sequence[str]) -> Q:
    return Q(record_number__in=numbers, merged_into__isnull=True)


def find(fits: Q, limit: int) -> list[Patient]:
    """Those whom a condition made by the functions above finds."""
    _alike_from(_ALIKE)
    return list(_with_words().filter(fits).order_by("search_key", "patient_id")[:limit])


# --- Similar ones ----------------------------------------------------------------------------------


def _similar(asked: Sequence[Word], whole: Sequence[str], *, alone: bool) -> list[Hit]:
    """Those who fit every word with a slip, and not without, the likest first."""
    found: dict[UUID, Hit] = {}
    for patient in _candidates(asked, whole, alone=alone):
        fits = hit(patient, asked, whole)
        if fits and not all(reason.exact for reason in fits.reasons):
            found[patient.patient_id] = fits
    return sorted(
        found.values(), key=lambda each: (-each.score, each.patient.search_key, str(each.patient_id))
    )


def _candidates(asked: Sequence[Word], whole: Sequence[str], *, alone: bool) -> Iterator[Patient]:
    """alone: nobody fits exactly, so that a single birth date or number is guessed at, too."""
    names = [word for word in asked if word.kind == Kind.NAME]
    others = [word for word in asked if word.kind != Kind.NAME]
    guessed = [word for word in names if len(word.forms[0]) >= _SHORTEST]
    if guessed:
        conditions = [_alike(word) if word in guessed else _begins([word]) for word in names]
        conditions += [_begins([word]) for word in others]
        yield from _likest(guessed, reduce(and_, conditions))
    for word in others if names or alone else ():
        slips = _slips(word)
        if slips is not None:
            rest = [each for each in asked if each is not word]
            fits = slips & _begins(rest) if rest else slips
            yield from _with_words().filter(fits).order_by("search_key", "patient_id")[:CANDIDATES]
    misread = [number for each in whole if len(each) >= 5 for number in likeness.misread_numbers(each)]
    if misread and alone and not names:
        yield from everyone().filter(record_number__in=misread).order_by("search_key")[:CANDIDATES]


def _likest(guessed: Sequence[Word], fits: Q) -> list[Patient]:
    short = any(len(word.forms[0]) <= 5 for word in guessed)
    alike: Any = Value(0.0)
    for word in guessed:
        alike = alike + TrigramWordSimilarity(word.forms[-1], "search_names")
    _alike_from(_ALIKE_SHORT if short else _ALIKE)
    rows = _with_words().filter(fits).annotate(alike=alike)
    return list(rows.order_by("-alike", "search_key", "patient_id")[:CANDIDATES])


def _alike_from(share: float) -> None:
    """From how much on words count as alike, for this session; nothing else compares spellings."""
    with connection.cursor() as at:
        at.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, false)", [str(share)])


def _alike(word: Word) -> Q:
    """A name as it may be misspelt: letter triples, sound, a slip of the hand, or its beginning."""
    spelled = [Q(search_names__trigram_word_similar=form) for form in word.forms]
    heard = {sound for form in word.forms if len(sound := likeness.sound(form)) > 1}
    sounding = [Q(heard=_query(sound)) for sound in sorted(heard)]
    slips = [f"{typo}:*" if len(form) >= 5 else typo for form in word.forms for typo in likeness.typos(form)]
    slipped = [Q(words=_query(" | ".join(slips)))] if slips else []
    return reduce(or_, [*spelled, *sounding, *slipped, _begins([word])])


def _slips(word: Word) -> Q | None:
    """A birth date or record number with one slip; None where a word is too short to tell."""
    days = [near for form in word.forms if len(form) in {4, 8} for near in likeness.misread_days(form)]
    if word.kind == Kind.NUMBER:
        days = [day for day in days if len(word.forms[0]) == 8 or len(day) == 4]
        numbers = [near for form in word.forms if len(form) >= 5 for near in likeness.misread_numbers(form)]
        conditions = [numbered(numbers)] if numbers else []
    else:
        conditions = []
    if days:
        conditions.append(with_days(days))
    return reduce(or_, conditions) if conditions else None


def _begins(asked: Sequence[Word]) -> Q:
    return Q(words=_query(searching.prefix_query(asked)))


def _query(text: str) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="raw")


def _with_words() -> QuerySet[Patient]:
    """A record that was merged into another has no words of its own: the other one has them."""
    return Patient.objects.alias(
        words=SearchVector("search_text", config="simple"),
        heard=SearchVector("search_sounds", config="simple"),
    )
