"""Reads of records leave a trace: who saw what, when and from where, in the access ledger.

No trace, no body: `guarded` lets an answer that shows records leave only after its access was recorded.
A view calls `chart_viewed`, `patients_searched` or `report_viewed` before it renders; signing in and out and
refusals are recorded by the code that does them.
Source: 45 CFR 164.312(b), audit controls; 164.528 needs it for the accounting of disclosures.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponseBase

from eventstore import envelope, store
from eventstore.errors import EventStoreError
from eventstore.ledgers import ACCESS_EVENTS
from records import events, permissions
from records.author import COMMAND_LINE, Author, Origin
from records.models import Account, User
from records.permissions import Permission, Policy

View = Callable[..., HttpResponseBase]


#: What the access ledger takes: the Session events of events.py.
AccessEvent = (
    events.ChartViewed
    | events.PatientsSearched
    | events.ReportViewed
    | events.SignedIn
    | events.SignInFailed
    | events.SignedOut
    | events.AccessRefused
)


class AccessNotRecorded(Exception):
    """The access ledger could not take the entry, so nothing may be shown (refusals.py makes it a 503)."""


class Refused(PermissionDenied):
    """Asked for what the account does not allow; the sentence says why and who can change it."""


# --- Who asks, and from where -----------------------------------------------------------------------


def account_of(request: HttpRequest) -> Account | None:
    return request.user.account if isinstance(request.user, User) else None


def author_of(request: HttpRequest) -> Author:
    """Who records, with name, roles and license as they are now. Only for a signed-in, active account."""
    account = account_of(request)
    if account is None or not account.active:
        raise Refused(permissions.refusal(account, Permission.VIEW_RECORD))
    return Author(
        user_id=str(account.user_id),
        name=account.name,
        role=", ".join(account.roles),
        license=account.license,
    )


def origin_of(request: HttpRequest) -> Origin:
    """From where: the peer's address (no forwarding header is believed), and a keyed digest of the session.

    One correlation id a request: what it records in both ledgers carries the same.
    """
    if not hasattr(request, "correlation_id"):
        request.correlation_id = str(uuid4())  # type: ignore[attr-defined]
    session_key = request.session.session_key or f"none from {request.META.get('REMOTE_ADDR', '')}"
    return Origin(
        ip=request.META.get("REMOTE_ADDR", ""),
        session=envelope.keyed_digest("session", session_key),
        correlation_id=request.correlation_id,  # type: ignore[attr-defined]
    )


# --- What was seen ----------------------------------------------------------------------------------


def chart_viewed(
    request: HttpRequest, patient_id: UUID | str, *, page: str | None = None, version: int | None = None
) -> None:
    """This answer shows one patient's record. page: its URL name (default: the one that was asked for)."""
    record_access(
        request,
        events.ChartViewed(patient_id=str(patient_id), page=page or page_of(request), version=version),
    )


def patients_searched(request: HttpRequest, words: str, patient_ids: Iterable[UUID | str]) -> None:
    """This answer shows who was found. words: what was searched, "" for the plain list."""
    record_access(request, events.PatientsSearched(words=words, patient_ids=tuple(map(str, patient_ids))))


def report_viewed(
    request: HttpRequest, report: str, patient_ids: Iterable[UUID | str] = (), detail: str | None = None
) -> None:
    """This answer shows many records at once, or stored entries of none. detail: the filter, in words."""
    record_access(
        request,
        events.ReportViewed(report=report, patient_ids=tuple(map(str, patient_ids)), detail=detail),
    )


def record_access(request: HttpRequest, event: AccessEvent) -> None:
    """This request's access. Raises: AccessNotRecorded. Nothing may be shown then."""
    account = account_of(request)
    who = {
        "user_id": str(account.user_id) if account else None,
        "user_name": account.name if account else None,
        "user_role": ", ".join(account.roles) if account else None,
    }
    # The sheet head prints the number; the middleware lets no body pass without the mark.
    request.access_number = _append(event, who, origin_of(request))  # type: ignore[attr-defined]
    request.access_recorded = True  # type: ignore[attr-defined]


def record_access_at_command_line(event: AccessEvent) -> None:
    """The access of whoever runs a command on this machine. Raises: AccessNotRecorded."""
    name = f"{getpass.getuser()} at the command line"
    who: dict[str, str | None] = {"user_id": COMMAND_LINE, "user_name": name, "user_role": COMMAND_LINE}
    session = envelope.keyed_digest("session", name)
    _append(event, who, Origin(session=session, correlation_id=str(uuid4())))


def _append(event: AccessEvent, who: dict[str, str | None], origin: Origin) -> int:
    """To the session's own stream in the access ledger, at any version: readers never conflict.

    Gives its position, the number of this access.
    """
    now = datetime.now(UTC)
    name = type(event).__name__
    command_id = uuid4()
    digest = store.command_digest(name, asdict(event))
    metadata = {
        **who,
        "ip": origin.ip,
        "timestamp": now.isoformat(),
        "causation_id": str(command_id),
        "correlation_id": origin.correlation_id,
        "session": origin.session,
        "command": {"type": name, "digest": digest, "count": 1},
    }
    batch = store.Batch(
        aggregate_id=f"session-{origin.session}",
        aggregate_type="Session",
        expected_version=None,
        events=(store.NewEvent(data=event, metadata=metadata, occurred_at=now),),
    )
    try:
        done = store.append([batch], command_id=command_id, command_digest=digest, ledger=ACCESS_EVENTS)
    except (DatabaseError, InterfaceError, EventStoreError) as failure:
        raise AccessNotRecorded(name) from failure
    return done.last_position


# --- The door of every view -------------------------------------------------------------------------


def demand(request: HttpRequest, policy: Policy, patient_id: UUID | str | None = None) -> None:
    """Refuses, and records the refusal, unless the account satisfies the policy.

    Raises: Refused, AccessNotRecorded.
    """
    account = account_of(request)
    if policy.permission is None:
        if not policy.any_account or (account is not None and account.active):
            return
        sentence = permissions.refusal(account, Permission.VIEW_RECORD)
    elif permissions.allows(account, policy.permission):
        return
    else:
        sentence = permissions.refusal(account, policy.permission)
    refuse(request, sentence, patient_id)


def refuse(request: HttpRequest, sentence: str, patient_id: UUID | str | None = None) -> None:
    """Records who was refused what, then refuses. Raises: Refused, AccessNotRecorded."""
    record_access(
        request,
        events.AccessRefused(
            page=page_of(request), patient_id=str(patient_id) if patient_id else None, detail=sentence
        ),
    )
    raise Refused(sentence)


def guarded(view: View, policy: Policy) -> View:
    """The view behind its policy: permission, then the access, and only then the body."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        demand(request, policy, kwargs.get("patient_id"))
        response = view(request, *args, **kwargs)
        has_body = response.status_code in {200, 422}
        if policy.shows_records and has_body and not getattr(request, "access_recorded", False):
            raise AccessNotRecorded(f"{page_of(request)} shows records and recorded no access")
        return response

    return permissions.declare(answer, policy)


def requires(permission: Permission, *, shows_records: bool = True) -> Callable[[View], View]:
    """Decorates a view with what it demands.

    Shape: shows_records: the view must record an access before its body may leave; False for pages that
    show no patient.
    """

    def decorate(view: View) -> View:
        return guarded(view, Policy(permission, shows_records=shows_records))

    return decorate


def unattended(view: View) -> View:
    """Marks a view that a page asks by itself: no sign that a person is there; it keeps no session awake."""
    view.unattended = True  # type: ignore[attr-defined]  # as a mark, like login_required
    return view


def page_of(request: HttpRequest) -> str:
    """The URL name of the page that was asked for."""
    match = request.resolver_match
    return (match.view_name if match else "") or request.path
