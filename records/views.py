"""One view for every command about a patient: show the form, preview the line, record it on confirmation.

GET shows the form. POST without `confirm` reads back the line as it would be recorded; with `confirm=yes` it
is recorded. What cannot be taken (bad input, a refusal, a chart that changed meanwhile) comes back in the
same form, 422, with everything that was typed. While one types, `PreviewView` answers with the line so far.
Shape is the form's to check, rules are the record's, order is the ledger's.
"""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import CharField, Field
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from eventstore import store
from eventstore.errors import CommandReused, FutureOccurredAt, NotStorable, WrongExpectedVersion
from eventstore.store import RecordedEvent
from records import access, drafts, fold, handlers, refuting
from records.command_form import LOST
from records.command_pages import PAGES, About, CommandPage
from records.commands import PatientCommand
from records.decision import Rejected
from records.drafts import Draft
from records.fold import Patient
from records.lines import Line, line
from records.meanwhile import Meanwhile, meanwhile
from records.patient_form import PatientForm
from records.permissions import Policy
from records.preview import Preview, complete, sketched
from records.refusals import NotThere

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: A rule may speak of a value by the command's word for it; this is the field that shows it.
FIELD_OF = {"occurred_at": "occurred_on"}


def command_view(page: CommandPage) -> access.View:
    """The view of one line of the table, behind its permission."""
    return access.guarded(CommandView.as_view(page=page), _policy(page))


def preview_view(page: CommandPage) -> access.View:
    """What that page shows while one types, behind the same permission."""
    return access.guarded(PreviewView.as_view(page=page), _policy(page))


def _policy(page: CommandPage) -> Policy:
    return Policy(page.permission, shows_records=page.about is not About.NOBODY_YET)


class CommandView(View):
    """The form of one command, from the first look to the recorded entry."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = "records/command.html"
    page: CommandPage = PAGES[0]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.ids = {name: str(value) for name, value in kwargs.items()}
        self.patient: Patient | None = None
        self.named_entry: RecordedEvent | None = None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        patient = self.load()
        subject = self.subject_of(patient)
        if subject is None and self.page.about in {About.PRESCRIPTION, About.ALLERGY}:
            raise NotThere(_("This is not current any more. Its history is in the timeline."))
        draft = drafts.found(drafts.user_of(request), request.path)
        if draft and request.GET.get(drafts.OPEN):
            return self.taken_up(draft)
        form = self.page.form.opening(subject, patient.version)
        form.initial.update(refuting.prefilled(request, self.page.form.command, self.ids))
        return self.show(form, preview=self.as_it_opens(form), draft=draft)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        patient = self.load()
        if request.POST.get("opening"):
            return self.opened_with(request.POST)
        if request.POST.get("keep"):
            return self.keep()
        if request.POST.get("discard"):
            drafts.discard(drafts.user_of(request), request.path)
            return self.go_to(request.path)
        form = self.page.form(self.typed(), subject=self.subject_of(patient))
        if not form.is_valid():
            return self.show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        command = form.to_command(self.named())
        if request.POST.get("confirm") == "yes" and self.was_read_back(command):
            return self.record(form, command)
        return self.looked_at(form, command)

    # --- the answers ----------------------------------------------------------------------------

    def looked_at(self, form: PatientForm, command: PatientCommand, **more: Any) -> HttpResponse:
        """The line as it would be recorded, or why it would not be."""
        patient = self.load()
        if patient.version != form.seen:
            return self.conflict(form, **more)
        try:
            decision = handlers.decided(command, author=access.author_of(self.request))
        except Rejected as rejected:
            return self.refused(form, rejected, **more)
        return self.show(form, preview=complete(decision, patient, _digest(command)), **more)

    def as_it_opens(self, form: PatientForm) -> Preview | None:
        """The line of a form that lacks nothing when it opens; None where something is to be filled in."""
        if form.missing():
            return None
        filled = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        bound = self.page.form(filled, subject=self.subject_of(self.load()))
        if not bound.is_valid():
            return None
        command = bound.to_command(self.named())
        try:
            decision = handlers.decided(command, author=access.author_of(self.request))
        except Rejected as rejected:
            return self.sketch(form, alerts=rejected.alerts)
        return complete(decision, self.load(), _digest(command))

    def taken_up(self, draft: Draft) -> HttpResponse:
        """What was typed before, in the form again; nothing of it is complained about yet."""
        form = self.page.form(draft.posted(), subject=self.subject_of(self.load()))
        if form.is_valid():
            return self.looked_at(form, form.to_command(self.named()), draft=draft, status=HTTPStatus.OK)
        preview = self.sketch(form)
        form.spare()
        return self.show(form, preview=preview, draft=draft)

    def opened_with(self, stated: QueryDict) -> HttpResponse:
        """The form as it is first shown, with what was typed elsewhere; nothing of it is complained about."""
        form = self.page.form.opening(self.subject_of(self.load()), self.load().version)
        shown = [field.name for field in form.visible_fields() if field.name in stated]
        form.initial.update({name: _as_stated(form.fields[name], str(stated[name])) for name in shown})
        return self.show(form)

    def keep(self) -> HttpResponseBase:
        """Leaves the form for later, with what was typed."""
        drafts.keep(drafts.user_of(self.request), self.request.path, self.request.POST)
        messages.info(self.request, _("What you typed is kept. Open the form again to go on with it."))
        if "patient_id" in self.ids:
            return self.go_to(reverse("chart", args=[self.ids["patient_id"]]))
        return self.go_to(reverse("patients"))

    def record(self, form: PatientForm, command: PatientCommand) -> HttpResponseBase:
        """Records the command and goes to the chart, which shows it."""
        before = self.load()
        try:
            receipt = handlers.handle(
                command,
                command_id=form.number,
                seen_version=form.seen,
                author=access.author_of(self.request),
                origin=access.origin_of(self.request),
            )
        except Rejected as rejected:
            return self.refused(form, rejected)
        except WrongExpectedVersion:
            self.patient = None
            return self.conflict(form)
        except CommandReused:
            form = self.page.form(self.typed(command_id=str(uuid4())), subject=self.subject_of(before))
            form.is_valid()
            return self.wrong(
                form,
                _(
                    "Something else was already recorded from this form. Look at the chart; to record this "
                    "as well, read the line again and confirm it."
                ),
            )
        except FutureOccurredAt:
            return self.wrong(form, _("This time is still to come. Write when it was true"), "occurred_on")
        except NotStorable:
            return self.wrong(form, _("This holds a character that cannot be stored. Write plain text."))
        drafts.discard(drafts.user_of(self.request), self.request.path)
        self.say_what_was_recorded(receipt, before)
        return self.go_to(reverse("chart", args=[command.patient_id]))

    def refused(self, form: PatientForm, rejected: Rejected, **more: Any) -> HttpResponse:
        """The record's own rules said no: at the field that it is about, or as an alert to be answered."""
        if not rejected.alerts:
            return self.wrong(form, rejected.message, FIELD_OF.get(rejected.field or "", rejected.field))
        if form.cleaned_data.get("override_code"):
            form.add_error(rejected.field, rejected.message)
        preview = self.sketch(form, alerts=rejected.alerts)
        return self.show(form, **{"status": HTTPStatus.UNPROCESSABLE_ENTITY, **more, "preview": preview})

    def wrong(self, form: PatientForm, words: StrOrPromise, field: str | None = None) -> HttpResponse:
        """The form again, with what is wrong said at the field, or above all if it shows no such field."""
        form.add_error(field if field in form.fields else None, words)
        return self.show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def conflict(self, form: PatientForm, **more: Any) -> HttpResponse:
        """Someone else was first: what they recorded, and the way to apply this on top of it."""
        if self.page.about is About.NOBODY_YET:
            return self.wrong(form, LOST)
        notice = meanwhile(self.load(), form.seen, form, self.subject_of, access.author_of(self.request))
        return self.show(form, **{"status": HTTPStatus.UNPROCESSABLE_ENTITY, **more, "notice": notice})

    # --- what the answers are made of -----------------------------------------------------------------

    def load(self) -> Patient:
        """The record as it is now, in clear; loaded once an answer. Raises: NotThere."""
        if self.patient is None:
            self.patient = handlers.load(self.ids.get("patient_id") or str(uuid4()))
            if "patient_id" in self.ids and self.patient.version == 0:
                raise NotThere(_("There is no such patient. Find the patient by name or record number."))
            if self.page.about is About.ENTRY:
                self.entry()
        return self.patient

    def entry(self) -> RecordedEvent:
        """The entry that the address names, of this patient; read once an answer. Raises: NotThere."""
        if self.named_entry is None:
            event = store.read_event(UUID(self.ids["event_id"]))
            if event is None or event.aggregate_id != f"patient-{self.ids['patient_id']}":
                raise NotThere(_("This patient has no such entry. Choose it in the timeline."))
            self.named_entry = event
        return self.named_entry

    def entry_line(self) -> Line:
        """That entry as it read when it was recorded; asked for by the page that shows it, since it folds."""
        event = self.entry()
        earlier = store.read_stream(event.aggregate_id, until=event.version - 1)
        return line(event.data, fold.fold(self.ids["patient_id"], earlier))

    def subject_of(self, patient: Patient) -> Any:
        """What the form is about, as this record has it; None if it has no such thing (any more)."""
        match self.page.about:
            case About.PRESCRIPTION:
                return patient.courses.get(self.ids["prescription_id"])
            case About.ALLERGY:
                return patient.allergies.get(self.ids["allergy_id"])
            case About.PATIENT:
                return patient.demographics
        return None

    def typed(self, **instead: str) -> QueryDict:
        """What was posted; "Apply mine to version N" moves it there, to be read back and confirmed anew."""
        typed = self.request.POST.copy()
        if version := typed.get("apply_to"):
            typed["seen_version"] = version
        for name, value in instead.items():
            typed[name] = value
        return typed

    def named(self) -> dict[str, str]:
        """The ids that the address names, by the command's words."""
        return {"target_event_id" if name == "event_id" else name: found for name, found in self.ids.items()}

    def was_read_back(self, command: PatientCommand) -> bool:
        """False if the values changed since the line was read back: then it is read back again."""
        digest = self.request.POST.get("read_back")
        return digest is None or digest == _digest(command)

    def sketch(self, form: PatientForm, **more: Any) -> Preview:
        """The line as far as it is typed."""
        patient = self.load()
        now = timezone.localtime()
        return sketched(form, patient, self.named(), subject=self.subject_of(patient), now=now, **more)

    def show(
        self,
        form: PatientForm,
        *,
        preview: Preview | None = None,
        notice: Meanwhile | None = None,
        draft: Draft | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        """The page of the form. It shows a record, so the access is recorded first."""
        patient = self.load()
        if "patient_id" in self.ids:
            access.chart_viewed(
                self.request, self.ids["patient_id"], page=self.page.name, version=patient.version
            )
        preview = preview or self.sketch(form)
        if others := [each.alert.patient_id for each in preview.interruptions if each.alert.patient_id]:
            access.patients_searched(self.request, _names(form), others)
        context = {
            "page": self.page,
            "form": form,
            "patient_id": self.ids.get("patient_id"),
            "patient": patient,
            "subject": self.subject_of(patient),
            "entry": self.entry() if self.page.about is About.ENTRY else None,
            "entry_line": self.entry_line if self.page.about is About.ENTRY else None,
            "preview": preview,
            "preview_address": reverse(self.page.preview_name, kwargs=self.kwargs),
            "notice": notice,
            "draft": draft,
            "owner": drafts.owner_token(drafts.user_of(self.request)),
            "frame": "patient.html" if "patient_id" in self.ids else "base.html",
        }
        return render(self.request, self.template_name, context, status=status)

    def say_what_was_recorded(self, receipt: handlers.Receipt, before: Patient) -> None:
        if receipt.duplicate:
            words = _("This was recorded already, when you pressed before. It is there once.")
            messages.info(self.request, words)
            return
        for event_id in receipt.event_ids:
            event = store.read_event(event_id)
            if event is not None and event.aggregate_id == receipt.aggregate_id:
                messages.success(self.request, line(event.data, before).sentence)
                refuting.offer(self.request, event, before)
        if not receipt.shown:
            messages.warning(self.request, _("Saved; the chart is still being brought up to date."))

    def go_to(self, address: str) -> HttpResponseBase:
        if self.request.headers.get("HX-Request") == "true":
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
        response = redirect(address)
        response.status_code = HTTPStatus.SEE_OTHER
        return response


class PreviewView(CommandView):
    """The line as it stands while someone types, and what is wrong with what they typed. Records nothing."""

    http_method_names = ["post", "options"]
    template_name = "records/live.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.page.form(self.typed(), subject=self.subject_of(self.load()))
        if not form.is_valid():
            return self.show(form)
        return self.looked_at(form, form.to_command(self.named()))

    def show(
        self,
        form: PatientForm,
        *,
        preview: Preview | None = None,
        notice: Meanwhile | None = None,
        **more: Any,
    ) -> HttpResponse:
        preview = preview or self.sketch(form)
        form.spare()
        return super().show(form, preview=preview, notice=notice)


def _as_stated(field: Field, text: str) -> Any:
    """What was typed elsewhere, to go on with; nothing where a field of no text cannot take it."""
    try:
        taken = field.clean(text)
    except ValidationError:
        taken = None
    return text if isinstance(field, CharField) else taken


def _names(form: PatientForm) -> str:
    """Who was to be registered, as the access ledger keeps what others were looked at for."""
    stated = (form.cleaned_data.get(name) for name in ("family", "given", "birth_date", "mrn"))
    return " ".join(str(found) for found in stated if found)


def _digest(command: PatientCommand) -> str:
    stated = {name: str(found) for name, found in asdict(command).items()}
    return store.command_digest(type(command).__name__, stated)
