"""Deny by default: roles, licenses, closed accounts, and views that say whom they let in."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import get_resolver, path

from records import checks, permissions
from records.codes import Role
from records.permissions import Permission, Policy, allows, permitted, refusal


@dataclass
class Someone:
    roles: list[str] = field(default_factory=list)
    license: str | None = None
    active: bool = True


def test_an_account_without_a_role_or_no_account_at_all_may_do_nothing() -> None:
    assert permitted(None) == frozenset()
    assert permitted(Someone()) == frozenset()
    assert permitted(Someone(["chief of everything"])) == frozenset()


def test_a_closed_account_may_do_nothing_whatever_its_roles() -> None:
    assert permitted(Someone(list(Role), license="MD-1", active=False)) == frozenset()


def test_only_a_licensed_clinician_prescribes() -> None:
    assert allows(Someone(["clinician"], license="MD-1"), Permission.PRESCRIBE)
    assert not allows(Someone(["clinician"]), Permission.PRESCRIBE)
    for role in set(Role) - {Role.CLINICIAN}:
        assert not allows(Someone([role], license="MD-1"), Permission.PRESCRIBE)


def test_an_account_administrator_sees_no_patient() -> None:
    assert permitted(Someone([Role.ACCOUNT_ADMINISTRATOR])) == {Permission.MANAGE_ACCOUNTS}


def test_only_those_who_review_see_the_report_and_they_change_nothing() -> None:
    who = {role for role in Role if allows(Someone([role]), Permission.VIEW_COMPLIANCE)}
    assert who == {Role.COMPLIANCE_OFFICER}
    changing = {
        Permission.RECORD, Permission.PRESCRIBE, Permission.MARK_IN_ERROR, Permission.REGISTER_PATIENT,
        Permission.CORRECT_DEMOGRAPHICS, Permission.MANAGE_ACCOUNTS,
    }  # fmt: skip
    assert not permitted(Someone([Role.COMPLIANCE_OFFICER])) & changing


def test_several_roles_allow_what_each_of_them_does() -> None:
    both = permitted(Someone([Role.CLINICIAN, Role.COMPLIANCE_OFFICER]))
    assert {Permission.RECORD, Permission.VIEW_COMPLIANCE} <= both


def test_a_refusal_says_why_and_who_can_change_it() -> None:
    assert "no license is recorded" in refusal(Someone(["clinician"]), Permission.PRESCRIBE)
    assert "you have no role yet" in refusal(Someone(), Permission.VIEW_RECORD)
    assert "closed" in refusal(Someone(active=False), Permission.VIEW_RECORD)
    sentence = refusal(Someone(["account administrator"]), Permission.VIEW_RECORD)
    assert sentence.startswith("You may not look at patients' records as account administrator.")


# --- The check -----------------------------------------------------------------------------------------


def some_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def urls(*patterns: Any) -> ModuleType:
    module = ModuleType("urls_of_a_test")
    module.urlpatterns = list(patterns)  # type: ignore[attr-defined]
    return module


def found(*patterns: Any) -> list[str]:
    with override_settings(ROOT_URLCONF=urls(*patterns)):
        return [error.msg for error in checks.every_view_declares_a_policy(None)]


def test_a_view_that_does_not_say_whom_it_lets_in_fails_the_check() -> None:
    (message,) = found(path("secret/", some_view))
    assert "secret/" in message


def test_a_view_that_says_so_passes_the_check() -> None:
    def declared(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    permissions.declare(declared, Policy(Permission.VIEW_RECORD))
    assert found(path("chart/", declared)) == []


def test_every_view_of_the_product_says_whom_it_lets_in() -> None:
    assert [error.msg for error in checks.every_view_declares_a_policy(None)] == []


def test_only_these_pages_are_open_to_people_who_have_not_signed_in() -> None:
    open_to_all = {
        place for place, view in checks.views(get_resolver()) if not getattr(view, "login_required", True)
    }
    assert open_to_all == {
        "lock/",
        "sign-in/",
        "language/",
        "styles/<str:name>.css",
        "healthz",
        "admin/login/",
    }


def test_whatever_needs_a_permission_needs_signing_in() -> None:
    for place, view in checks.views(get_resolver()):
        policy = checks.policy_of(view)
        assert policy is not None
        if policy.permission is not None or policy.any_account:
            assert getattr(view, "login_required", True), place
