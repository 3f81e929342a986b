"""Opening an account: the row that signs in, and the facts of the person in the ledger.

The row comes first, since its unique name is what two openings at once race for. A crash between the two
leaves a row that nobody can use (no account, so no permission); the next opening of that name takes it over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import IntegrityError

from eventstore import store
from records import clinician, commands, handlers
from records.author import Author, Origin
from records.decision import Rejected
from records.models import User
from records.speech import _


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Who gets an account, and what they may do from the start."""

    username: str
    name: str
    password: str
    roles: Sequence[str] = ()
    license: str | None = None


def open_account(opening: Opening, *, command_id: UUID, author: Author, origin: Origin) -> handlers.Receipt:
    """Opens the account and returns the receipt of its last entry.

    Raises: Rejected where the name is taken, and whatever `handlers.handle` raises.
    """
    user = _signs_in(opening, command_id)
    user_id = str(user.pk)
    about: list[commands.ClinicianCommand] = [
        commands.RegisterClinician(user_id=user_id, username=user.username, name=opening.name),
        *([commands.RecordLicense(user_id=user_id, license=opening.license)] if opening.license else []),
        *(commands.GrantRole(user_id=user_id, role=role) for role in opening.roles),
    ]
    for version, command in enumerate(about):
        receipt = handlers.handle_clinician(
            command,
            command_id=command_id if version == 0 else uuid5(command_id, str(version)),
            seen_version=version,
            author=author,
            origin=origin,
        )
    return receipt


def _signs_in(opening: Opening, command_id: UUID) -> User:
    """The row for this name: a new one, or one that a crash left without an account.

    Shape: its id follows from the command, so that pressing twice means the same person.
    """
    username = User.normalize_username(opening.username)
    try:
        return User.objects.create_user(username, opening.password, user_id=command_id)
    except IntegrityError:
        user = User.objects.filter(username=username).first()
    if user is not None and user.pk == command_id:
        return user
    if user is None or store.stream_version(clinician.stream(str(user.pk))) > 0:
        raise Rejected(
            _("The user name {username} is taken. Choose another.").format(username=username), "username"
        )
    user.set_password(opening.password)
    user.save(update_fields=["password"])
    return user
