"""What a filter beside a list may say: typed values, errors in words, and the filter as a sentence.

Dates may be partial: from Nov-2026 begins on its first day, to Nov-2026 ends with its last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone

from projections import queries, words
from projections.queries.report import KINDS as REPORT_KINDS
from projections.queries.timeline import KINDS, Choices
from records import partial_dates
from records.form_fields import ClinicalDate


class Period(forms.Form):
    """From and to, as the clinic writes dates."""

    since = ClinicalDate(partial=True, required=False, label="From")
    until = ClinicalDate(partial=True, required=False, label="To")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, placeholder in (("since", "no beginning"), ("until", "no end")):
            self.fields[name].widget.attrs["placeholder"] = placeholder

    @property
    def dates(self) -> list[forms.BoundField]:
        return [self["since"], self["until"]]

    def stated(self, name: str) -> Any:
        """The clean value, or None for one that is absent or could not be understood."""
        return self.cleaned_data.get(name) or None

    def begins(self) -> datetime | None:
        span = partial_dates.known_span(self.stated("since"))
        return _midnight(span[0]) if span else None

    def ends(self) -> datetime | None:
        """The first moment after the last day."""
        span = partial_dates.known_span(self.stated("until"))
        return _midnight(span[1] + timedelta(days=1)) if span and span[1] < date.max else None

    def said_period(self) -> str:
        since, until = self.stated("since"), self.stated("until")
        return words.joined(
            (since and f"since {words.day(since)}", until and f"until {words.day(until)}"), " "
        )

    def address(self, **more: str) -> str:
        """The same filter as a query string, with more parameters; "?" alone for none."""
        asked = QueryDict(mutable=True)
        for name in self.fields:
            for value in self.data.getlist(name) if isinstance(self.data, QueryDict) else ():
                if value:
                    asked.appendlist(name, value)
        for name, value in more.items():
            asked[name] = value
        return f"?{asked.urlencode()}"


class TimelineFilters(Period):
    """Which entries of a timeline."""

    kind = forms.MultipleChoiceField(choices=KINDS.items(), required=False)
    person = forms.CharField(required=False, max_length=100)
    about = forms.UUIDField(required=False)

    def filters(self) -> queries.Filters:
        kinds = tuple(self.stated("kind") or ())
        return queries.Filters(
            kinds=() if set(kinds) >= set(KINDS) - {"unknown"} else kinds,
            person=self.stated("person"),
            since=self.begins(),
            until=self.ends(),
            about=self.stated("about"),
        )

    def said(self, choices: Choices) -> str:
        """Medications, allergies; by Dr Rhys Jones; since 01-Jul-2026."""
        filters = self.filters()
        kinds = ", ".join(KINDS[kind].lower() for kind in filters.kinds)
        who = next((each.who for each in choices.people if each.who_id == filters.person), filters.person)
        return words.joined(
            (
                words.capital(kinds),
                f"by {who}" if filters.person else "",
                self.said_period(),
                "about one prescription or allergy" if filters.about else "",
            ),
            "; ",
        )

    def checked(self, kind: str) -> bool:
        kinds = self.filters().kinds
        return not kinds or kind in kinds


class ReportFilters(Period):
    """Which entries of the compliance report."""

    person = forms.CharField(required=False, max_length=100)
    patient = forms.CharField(required=False, max_length=200)
    kind = forms.ChoiceField(choices=[(kind, words.capital(kind)) for kind in REPORT_KINDS], required=False)
    event_type = forms.CharField(required=False, max_length=100)

    def filters(self) -> queries.ReportFilters:
        return queries.ReportFilters(
            person=self.stated("person"),
            patient=self.stated("patient"),
            kind=self.stated("kind"),
            event_type=self.stated("event_type"),
            since=self.begins(),
            until=self.ends(),
        )

    def said(self, people: Iterable[Any], actions: Iterable[Any]) -> str:
        """By Dr Rhys Jones; dosage adjusted; since 01-Jul-2026. The patient is said apart, by name."""
        person, event_type = self.stated("person"), self.stated("event_type")
        who = next((each.name for each in people if each.id == person), person)
        action = next((each.label for each in actions if each.event_type == event_type), event_type)
        return words.joined(
            (
                f"by {who}" if person else "",
                self.stated("kind"),
                action and action.lower(),
                self.said_period(),
            ),
            "; ",
        )


def uuid_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
