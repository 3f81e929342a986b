"""The tables of people who work here: who may sign in, what their account is, how often a sign-in failed.

Why: a password can be replaced and must never be in the ledger, so `users` is an ordinary table. Everything
else about a person (name, roles, license, active or not) is a fact of the Clinician stream with the same id;
`accounts` is its read model. Must not know: patients.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from records import permissions

if TYPE_CHECKING:
    from datetime import datetime


class UserNames(BaseUserManager["User"]):
    """Finds people by the name they sign in with, however it is capitalised."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=User.normalize_username(username or ""))

    def create_user(
        self, username: str, password: str | None = None, *, user_id: uuid.UUID | None = None
    ) -> User:
        """Makes the row that signs in. Without a password nobody can sign in with it."""
        user = User(username=User.normalize_username(username), **({"id": user_id} if user_id else {}))
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user


class User(AbstractBaseUser):
    """Someone who can sign in. Same id as their Clinician stream; one person each, never shared.

    Shape: username is kept in lower case, so that "Jones" and "jones" are one person. is_active, is_staff
    and every permission follow from the account; there are no groups and no superusers.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        max_length=64,
        unique=True,
        validators=[ASCIIUsernameValidator()],
        error_messages={"unique": gettext_lazy("This user name is taken. Choose another.")},
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserNames] = UserNames()

    class Meta:
        db_table = "users"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(username=Lower("username")), name="users_username_lower_case"
            ),
        ]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return super().normalize_username(username).lower()

    def clean(self) -> None:
        self.username = self.normalize_username(self.username)

    @cached_property
    def account(self) -> Account | None:
        """What the events say of this person; read once a request, so a change of role acts on the next."""
        return Account.objects.filter(user_id=self.pk).first()

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.account is not None and self.account.active

    @property
    def is_staff(self) -> bool:
        """May open the read-only admin."""
        return permissions.allows(self.account, permissions.Permission.USE_ADMIN)

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """In the admin everything is for reading only, whatever the model."""
        return self.is_staff and perm.rpartition(".")[2].startswith("view_")

    def has_perms(self, perm_list: Any, obj: object | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.account.name if self.account else self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class Account(models.Model):
    """Read model: one person's name, roles and license as they are now, from their Clinician stream."""

    user_id = models.UUIDField(primary_key=True)
    username = models.TextField()
    name = models.TextField()
    roles = ArrayField(models.TextField(), default=list)
    license = models.TextField(null=True)  # noqa: DJ001 - absent is not the empty license
    active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    version = models.BigIntegerField()
    position = models.BigIntegerField()
    event_id = models.UUIDField()

    class Meta:
        db_table = "accounts"

    def __str__(self) -> str:
        return self.name


class SignInAttempts(models.Model):
    """Attempts to sign in since `since`, under a keyed digest: people type passwords as names."""

    digest = models.CharField(max_length=64, primary_key=True)
    attempts = models.IntegerField()
    since: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "sign_in_attempts"

    def __str__(self) -> str:
        return f"{self.attempts} since {self.since:%H:%M}"


class KeptDraft(models.Model):
    """A form that someone left unfinished, sealed for them: one for each person and address.

    Shape: path: the address of the form, which holds ids and no words. sealed: see drafts.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    path = models.TextField()
    sealed = models.TextField()
    kept_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        db_table = "drafts"
        constraints = (models.UniqueConstraint(fields=["user", "path"], name="one_draft_a_form"),)

    def __str__(self) -> str:
        return f"{self.path}, {self.kept_at:%Y-%m-%d %H:%M}"
