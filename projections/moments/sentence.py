"""What a moment comes to, in one or two sentences: what the record said, and what it did not know yet."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projections import words
from projections.moments.asked import Moment, said
from projections.moments.between import ALLERGIES, MEDICATIONS, Cause, Side
from projections.moments.telling import Between, Difference
from records.speech import spoken


def sentence(moment: Moment, first: Side, since: Between) -> SafeString:
    """since: what differs from the moment to now."""
    if moment.is_now:
        return _counted(_("This is the record as it is now: {medications} and {allergies}."), first)
    learned = [
        each
        for each in since.differences
        if each.cause is Cause.LEARNED and each.part in {MEDICATIONS, ALLERGIES}
    ]
    stood = [
        each
        for each in since.differences
        if each.cause is Cause.WITHDRAWN and each.event_id in first.stood and each.part == MEDICATIONS
    ]
    parts = [_said(moment, first, learned), *map(_mistaken, stood[:1])]
    if len(learned) > 1:
        more = len(learned) - 1
        parts.append(
            format_html(
                ngettext(
                    "{count} more entry was true already and not recorded yet.",
                    "{count} more entries were true already and not recorded yet.",
                    more,
                ),
                count=more,
            )
        )
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _said(moment: Moment, first: Side, learned: list[Difference]) -> SafeString:
    when = _when(moment, first)
    if not learned:
        return _nothing_unknown(moment, first, when)
    told = next((each for each in learned if len(each.changes) == 1), learned[0])
    how_long = _before(told.at, first.true_at)
    if len(told.changes) == 1:
        _label, before, after = told.changes[0]
        if told.part == MEDICATIONS and told.medication and not before.startswith(told.medication):
            before, after = f"{told.medication} {before}", f"{told.medication} {after}"
        return format_html(
            _(
                "{when} the record still said {before}. It had been changed to {after} {how_long},"
                " but nobody had recorded it yet."
            ),
            when=when,
            before=_bold(before),
            after=_bold(after),
            how_long=how_long,
        )
    return format_html(
        _("{when} the record did not say yet: {what} ({how_long}). Nobody had recorded it."),
        when=when,
        what=_bold(told.title),
        how_long=how_long,
    )


def _nothing_unknown(moment: Moment, first: Side, when: str) -> SafeString:
    if moment.is_one:
        text = _(
            "{when} the record said {medications} and {allergies}."
            " Everything that was true then, as far as it is known today, had been recorded."
        )
    elif first.known_at > first.true_at:
        text = _(
            "{when}, {medications} and {allergies} held. Nothing more about that time was recorded later."
        )
    else:
        text = _("{when}, {medications} and {allergies} held.")
    return _counted(text, first, when)


def _mistaken(wrong: Difference) -> SafeString:
    if wrong.changes and wrong.medication:
        what = f"{wrong.medication} {wrong.changes[0][2]}"
        return format_html(
            _("It also said {what}, which was an error: {when}."), what=_bold(what), when=wrong.when
        )
    return format_html(_("It also held an error: {what}, {when}."), what=_bold(wrong.title), when=wrong.when)


def _counted(text: str, first: Side, when: str = "") -> SafeString:
    record = first.record
    medications = ngettext("{count} current medication", "{count} current medications", len(record.current))
    if record.allergies:
        known = ngettext("{count} known allergy", "{count} known allergies", len(record.allergies))
        allergies = known.format(count=len(record.allergies))
    else:
        allergies = (
            _("no known allergies") if record.allergy_status == "none known" else _("no allergies recorded")
        )
    return format_html(
        text,
        when=when,
        medications=_bold(medications.format(count=len(record.current))),
        allergies=_bold(allergies),
    )


def _bold(text: str) -> SafeString:
    return format_html("<b>{}</b>", text)


def _when(moment: Moment, first: Side) -> str:
    """At noon on 03-Sep-2026; of two clocks, what was known by the one of the other."""
    if moment.is_one:
        return _at(first.known_at)
    if moment.known_at is None:
        return _("As known now, at {true}").format(true=said(first.true_at))
    if moment.true_at is None:
        return _("As known on {known}, as true now").format(known=said(first.known_at))
    return _("As known on {known}, at {true}").format(known=said(first.known_at), true=said(first.true_at))


def _at(at: datetime) -> str:
    local = timezone.localtime(at)
    day = words.day_of(at)
    if local.time().replace(second=0, microsecond=0) == time(12):
        return _("At noon on {day}").format(day=day)
    return _("At {time} on {day}").format(time=f"{local:%H:%M}", day=day)


def _before(earlier: datetime, at: datetime) -> str:
    days = (words.clinic_day(at) - words.clinic_day(earlier)).days
    if days <= 0:
        return _("earlier that day")
    if days == 1:
        return _("the day before")
    if days <= 60:
        return ngettext("{count} day before", "{count} days before", days).format(count=days)
    return _("on {day}").format(day=spoken(words.day_of(earlier)))
