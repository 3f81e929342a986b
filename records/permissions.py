"""Who may do what: roles to permissions, and the policy that every view declares.

Deny by default: an account that is absent, deactivated or without a role may do nothing, and a view without a
declared policy fails `manage.py check` (checks.py). Knows nothing of requests or tables.
Source: 45 CFR 164.308(a)(4) and 164.502(b), access no wider than the role needs; 21 CFR 1306.03, who may
prescribe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from records.codes import Role
from records.speech import _, coded

AnyView = TypeVar("AnyView", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a person may be allowed to do. The value completes "You may not …",
    in English; `coded` says it in any language."""

    VIEW_RECORD = "look at patients' records"
    RECORD = "record in a patient's chart"
    PRESCRIBE = "prescribe"
    MARK_IN_ERROR = "mark entries as entered in error"
    REGISTER_PATIENT = "register patients"
    CORRECT_DEMOGRAPHICS = "correct who a patient is"
    MERGE_RECORDS = "merge patients' records"
    VIEW_RAW_EVENT = "look at entries as they are stored"
    VIEW_COMPLIANCE = "look at the compliance report"
    MANAGE_ACCOUNTS = "look after accounts"
    USE_ADMIN = "look at the tables"


ROLES: dict[Role, frozenset[Permission]] = {
    Role.CLINICIAN: frozenset(
        {
            Permission.VIEW_RECORD,
            Permission.RECORD,
            Permission.PRESCRIBE,
            Permission.MARK_IN_ERROR,
            Permission.REGISTER_PATIENT,
            Permission.CORRECT_DEMOGRAPHICS,
            Permission.VIEW_RAW_EVENT,
        }
    ),
    Role.COMPLIANCE_OFFICER: frozenset(
        {
            Permission.VIEW_RECORD,
            Permission.VIEW_RAW_EVENT,
            Permission.VIEW_COMPLIANCE,
            Permission.USE_ADMIN,
        }
    ),
    Role.RECORDS_ADMINISTRATOR: frozenset(
        {
            Permission.VIEW_RECORD,
            Permission.REGISTER_PATIENT,
            Permission.CORRECT_DEMOGRAPHICS,
            Permission.MERGE_RECORDS,
            Permission.VIEW_RAW_EVENT,
            Permission.USE_ADMIN,
        }
    ),
    Role.ACCOUNT_ADMINISTRATOR: frozenset({Permission.MANAGE_ACCOUNTS}),
}

#: What a role gives only to someone with a license.
LICENSED = frozenset({Permission.PRESCRIBE})


class HasRoles(Protocol):
    """An account, as far as permissions look at it."""

    @property
    def active(self) -> bool: ...
    @property
    def roles(self) -> Sequence[str]: ...
    @property
    def license(self) -> str | None: ...


def permitted(account: HasRoles | None) -> frozenset[Permission]:
    """Everything this account may do."""
    if account is None or not account.active:
        return frozenset()
    granted = frozenset[Permission]().union(*(ROLES[role] for role in _known(account.roles)))
    return granted if account.license else granted - LICENSED


def allows(account: HasRoles | None, permission: Permission) -> bool:
    return permission in permitted(account)


def refusal(account: HasRoles | None, permission: Permission) -> str:
    """Why not, and who can change it: a sentence for the person who asked."""
    if account is None or not account.active:
        return _("This account has been closed. Ask an account administrator.")
    roles = _known(account.roles)
    if permission in LICENSED and any(permission in ROLES[role] for role in roles):
        return _(
            "You may not prescribe: no license is recorded for you. An account administrator can record it."
        )
    act = coded(permission)
    if not roles:
        return _("You may not {act}: you have no role yet. An account administrator can grant one.").format(
            act=act
        )
    as_who = _(" and ").join(str(coded(role)) for role in roles)
    return _("You may not {act} as {role}. Ask an account administrator if you should.").format(
        act=act, role=as_who
    )


def _known(roles: Iterable[str]) -> list[Role]:
    """The roles we know; one that a later version granted gives nothing here."""
    known = {role.value for role in Role}
    return [Role(role) for role in roles if role in known]


@dataclass(frozen=True)
class Policy:
    """What a view demands before it answers.

    Shape: permission None: for everyone, signed in or not. any_account: for everyone with an active account.
    shows_records: an answer may leave only after an access was recorded (access.py holds it to that).
    """

    permission: Permission | None
    any_account: bool = False
    shows_records: bool = False


#: Sign-in, health and the like. Said out loud, never the default.
PUBLIC = Policy(permission=None)
#: For one's own account, whatever the role: signing out.
SIGNED_IN = Policy(permission=None, any_account=True)


def declare(view: AnyView, policy: Policy) -> AnyView:
    view.policy = policy  # type: ignore[attr-defined]
    return view


def public(view: AnyView) -> AnyView:
    """Marks a view as open to people who have not signed in (LoginRequiredMiddleware is told as well)."""
    view.login_required = False  # type: ignore[attr-defined]
    return declare(view, PUBLIC)
