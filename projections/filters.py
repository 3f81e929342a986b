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
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from projections import queries, words
from projections.queries.report import KINDS as REPORT_KINDS
from projections.queries.timeline_choices import KINDS, Choices
from records import partial_dates
from records.form_fields import ClinicalDate


class Period(forms.Form):
    """From and to, as the clinic writes dates."""

    since = ClinicalDate(partial=True, required=False, label=gettext_lazy("From"))
    until = ClinicalDate(partial=True, required=False, label=gettext_lazy("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, placeholder in (
            ("since", gettext_lazy("no beginning")),
            ("until", gettext_lazy("no end")),
        ):
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
        return after(self.stated("until"))

    def said_period(self) -> str:
        since, until = self.stated("since"), self.stated("until")
        return words.joined(
            (
                since and _("since {day}").format(day=words.day(since)),
                until and _("until {day}").format(day=words.day(until)),
            ),
            " ",
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
    """Which entries of a timeline, and in which order."""

    kind = forms.MultipleChoiceField(choices=KINDS.items(), required=False)
    person = forms.CharField(required=False, max_length=100)
    drug = forms.UUIDField(required=False)
    about = forms.UUIDField(required=False)
    order = forms.ChoiceField(
        choices=[
            ("true", gettext_lazy("When it was true")),
            ("recorded", gettext_lazy("When it was recorded")),
        ],
        required=False,
    )

    def filters(self, choices: Choices) -> queries.Filters:
        kinds = tuple(self.stated("kind") or ())
        return queries.Filters(
            kinds=() if set(kinds) >= set(KINDS) - {"unknown"} else kinds,
            person=self.stated("person"),
            since=self.begins(),
            until=self.ends(),
            about=self.stated("about"),
            drug=self._prescriptions(choices),
            recorded_order=self.in_order_of_recording,
        )

    @property
    def in_order_of_recording(self) -> bool:
        return bool(self.stated("order") == "recorded")

    def said(self, choices: Choices) -> str:
        """Medications, allergies; by Dr Rhys Jones; since 01-Jul-2026; metformin."""
        filters = self.filters(choices)
        kinds = ", ".join(_in_a_sentence(str(KINDS[kind])) for kind in filters.kinds)
        who = next((each.who for each in choices.people if each.who_id == filters.person), filters.person)
        return words.joined(
            (
                words.capital(kinds),
                _("by {person}").format(person=who) if filters.person else "",
                self.said_period(),
                self._said_drug(choices),
                self.said_about(choices),
            ),
            "; ",
        )

    def checked(self, kind: str) -> bool:
        kinds = self.stated("kind")
        return not kinds or kind in kinds

    def drug_chosen(self, choices: Choices) -> UUID | None:
        """The value of the drug that is chosen, whichever of its prescriptions the address names."""
        drug = choices.drug(self.stated("drug"))
        return drug.value if drug else None

    def said_about(self, choices: Choices) -> str:
        """The one thing that the entries are about, where the address asks for one."""
        about = self.stated("about")
        drug = choices.drug(about)
        if drug:
            return _("one prescription of {medication}").format(medication=drug.label)
        return _("one prescription or allergy") if about else ""

    def _prescriptions(self, choices: Choices) -> tuple[UUID, ...]:
        asked = self.stated("drug")
        drug = choices.drug(asked)
        return drug.prescriptions if drug else (asked,) if asked else ()

    def _said_drug(self, choices: Choices) -> str:
        asked = self.stated("drug")
        drug = choices.drug(asked)
        return drug.label if drug else _("a drug that is not in this record") if asked else ""


class ReportFilters(Period):
    """Which entries of the compliance report."""

    person = forms.CharField(required=False, max_length=100)
    patient = forms.CharField(required=False, max_length=200)
    kind = forms.ChoiceField(
        choices=[(kind, words.capital(words.coded(kind))) for kind in REPORT_KINDS], required=False
    )
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
                _("by {person}").format(person=who) if person else "",
                words.coded(self.stated("kind")),
                action and words.within(action),
                self.said_period(),
            ),
            "; ",
        )


def uuid_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _in_a_sentence(label: str) -> str:
    """A heading as a word among words: small in English, where German nouns keep their capital."""
    return label.lower() if (get_language() or "en").startswith("en") else label


def after(stated: str | None) -> datetime | None:
    """The first moment after the last day that a date may mean; None for no date."""
    span = partial_dates.known_span(stated)
    return _midnight(span[1] + timedelta(days=1)) if span and span[1] < date.max else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
