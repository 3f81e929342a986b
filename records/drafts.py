"""What someone typed and did not record: kept, sealed, for them alone, and given back in the same form.

Why: nobody loses a prescription to an automatic logoff, and a form may be left for another day. The page that
anyone may read from a locked screen holds no patient and nothing that was typed.
Shape: a person has one draft for each address. It is sealed under a key derived from the key file, is given
to the same person only, and is forgotten after `KEPT_FOR`. A form names its person by a signed token, so that
what arrives after the session has ended is kept too.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.http.request import QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from eventstore.envelope import keyed_digest
from records.models import KeptDraft, User

KEPT_FOR = timedelta(days=7)

#: The query parameter that opens a form with what was kept.
OPEN = "draft"

#: What is not given back: who one was, that one confirmed, and which button it was.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "confirm", "read_back", "owner", "keep", "discard", "locked_at"})

_PREVIEW = "preview/"
_OWNER = TimestampSigner(salt="whose form this is")


@dataclass(frozen=True)
class Draft:
    """A form as it was typed: where it goes to, every value by name, and when it was kept."""

    path: str
    typed: tuple[tuple[str, str], ...]
    kept_at: datetime | None = None

    def posted(self) -> QueryDict:
        """As if it was sent again."""
        posted = QueryDict(mutable=True)
        for name, value in self.typed:
            posted.appendlist(name, value)
        return posted


def user_of(request: HttpRequest) -> User:
    """The person who is signed in, behind a policy that demands one."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is signed in")
    return request.user


def is_a_command(request: HttpRequest) -> bool:
    """A form of ours that can be sent again. One with a password in it is never given back."""
    return request.method == "POST" and "command_id" in request.POST and "password" not in request.POST


def typed(posted: QueryDict, *, without: frozenset[str] = NOT_KEPT) -> tuple[tuple[str, str], ...]:
    """Every value that was sent, by name."""
    return tuple(
        (name, str(value)) for name, values in posted.lists() if name not in without for value in values
    )


# --- Whose form it is ---------------------------------------------------------------------------------


def owner_token(user: User) -> str:
    """Names the person in their form, for the time that a session may last."""
    return _OWNER.sign(str(user.pk))


def owner_of(request: HttpRequest) -> User | None:
    """Whose form was sent: the person's who is signed in, or else who its token names."""
    if isinstance(request.user, User):
        return request.user
    try:
        named = _OWNER.unsign(request.POST.get("owner", ""), max_age=timedelta(days=1))
    except BadSignature:
        return None
    return User.objects.filter(pk=named).first()


# --- Keeping and giving back --------------------------------------------------------------------------


def keep(user: User, path: str, posted: QueryDict) -> KeptDraft:
    """Keeps what was typed, in place of what was kept of this form before."""
    now = timezone.now()
    KeptDraft.objects.filter(kept_at__lt=now - KEPT_FOR).delete()
    sealed = _seal().encrypt(json.dumps(typed(posted)).encode()).decode()
    kept, _ = KeptDraft.objects.update_or_create(
        user=user, path=path.removesuffix(_PREVIEW), defaults={"sealed": sealed, "kept_at": now}
    )
    return kept


def kept_of(request: HttpRequest, path: str | None = None) -> str | None:
    """Keeps the form that this request sent; gives the address that leads back into it, None if it sent none.

    Shape: path: where the form stood, if not where the request went.
    """
    path = path or request.path
    owner = owner_of(request) if is_a_command(request) else None
    if owner is None or not _is_ours(path):
        return None
    return way_back(keep(owner, path, request.POST))


def way_back(kept: KeptDraft) -> str:
    """Into the form with what was typed; if the form does not take it up, to a page that sends it."""
    if resolve(kept.path).kwargs.keys() & {"patient_id"} or kept.path == reverse("register-patient"):
        return f"{kept.path}?{OPEN}=open"
    return reverse("kept-draft", args=[kept.pk])


def leads_back(address: str) -> bool:
    """Whether the address opens something that was kept."""
    return address.endswith(f"?{OPEN}=open") or address.startswith("/drafts/")


def found(user: User, path: str) -> Draft | None:
    """What this person left in this form."""
    return _opened(KeptDraft.objects.filter(user=user, path=path).first())


def taken(user: User, draft_id: UUID) -> Draft | None:
    """The same by its number, and forgotten: it is sent from the page that shows it."""
    kept = KeptDraft.objects.filter(user=user, pk=draft_id).first()
    draft = _opened(kept)
    if kept is not None:
        kept.delete()
    return draft


def discard(user: User, path: str) -> None:
    KeptDraft.objects.filter(user=user, path=path).delete()


def _opened(kept: KeptDraft | None) -> Draft | None:
    if kept is None or kept.kept_at < timezone.now() - KEPT_FOR:
        return None
    try:
        values: list[Any] = json.loads(_seal().decrypt(kept.sealed.encode()))
    except InvalidToken:
        return None
    return Draft(kept.path, tuple((name, value) for name, value in values), kept.kept_at)


def _is_ours(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _seal() -> Fernet:
    """Under a key of its own, derived from the key file's digest key."""
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(keyed_digest("draft", "seal"))))
