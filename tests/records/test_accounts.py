"""Accounts: the read model, the administrator's pages, and the command that makes the first one."""

from __future__ import annotations

import re
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.rows import Rows
from records.accounts import AccountsProjector
from records.models import Account, User
from records.views_accounts import PAGES
from tests.cast import PASSWORD, Member

pytestmark = pytest.mark.django_db(transaction=True)

NEWCOMER = {
    "name": "Dr Lucía Ferrer",
    "username": "Ferrer",
    "role": "clinician",
    "license": "MD-9",
    "password": "three blue umbrellas",
}


@pytest.fixture
def browser(account_administrator: Member) -> Client:
    return account_administrator.client()


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def numbered(version: int, typed: dict[str, str] | None = None, **more: str) -> dict[str, str]:
    return {"command_id": str(uuid4()), "seen_version": str(version), **(typed or {}), **more}


def entries(user_id: object) -> list[str]:
    return [event.event_type for event in store.read_stream(f"clinician-{user_id}")]


def account(member: Member) -> Account:
    return Account.objects.get(user_id=member.user.pk)


# --- Opening ---------------------------------------------------------------------------------------------


def test_an_account_is_opened_with_its_role_license_and_password(browser: Client) -> None:
    response = browser.post(reverse("register-clinician"), numbered(0, NEWCOMER), follow=True)
    assert "Dr Lucía Ferrer: account opened." in text_of(response)
    opened = Account.objects.get(username="ferrer")
    assert (opened.roles, opened.license, opened.active, opened.version) == (["clinician"], "MD-9", True, 3)
    assert entries(opened.user_id) == ["ClinicianRegistered", "LicenseRecorded", "RoleGranted"]
    assert Client().login(username="ferrer", password="three blue umbrellas")


def test_pressing_twice_opens_one_account(browser: Client) -> None:
    typed = numbered(0, NEWCOMER)
    first, second = (browser.post(reverse("register-clinician"), typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert User.objects.filter(username="ferrer").count() == 1


def test_a_name_that_is_taken_comes_back_with_what_was_typed(browser: Client, clinician: Member) -> None:
    response = browser.post(reverse("register-clinician"), numbered(0, NEWCOMER | {"username": "JONES"}))
    assert response.status_code == 422
    assert "The user name jones is taken. Choose another." in text_of(response)
    assert "Dr Lucía Ferrer" in unescape(response.content.decode())
    assert "three blue umbrellas" not in response.content.decode()


def test_a_name_that_a_crash_left_without_an_account_can_be_opened(browser: Client) -> None:
    User.objects.create_user("ferrer", "from before the crash")
    assert browser.post(reverse("register-clinician"), numbered(0, NEWCOMER)).status_code == 302
    assert Account.objects.get(username="ferrer").roles == ["clinician"]
    assert Client().login(username="ferrer", password="three blue umbrellas")


# --- Changing --------------------------------------------------------------------------------------------


CHANGES = {
    "grant-role": ({"role": "compliance officer", "reason": "reviews from May"}, "RoleGranted"),
    "withdraw-role": ({"role": "clinician", "reason": "moves to review"}, "RoleWithdrawn"),
    "record-license": ({"license": "MD-500"}, "LicenseRecorded"),
    "deactivate": ({"reason": "left the clinic"}, "Deactivated"),
}


def test_there_is_a_case_for_every_change() -> None:
    assert set(CHANGES) == {page.name for page in PAGES if not page.opens}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_shown_then_recorded_once_with_its_reason(
    name: str, browser: Client, clinician: Member, account_administrator: Member
) -> None:
    typed, event_type = CHANGES[name]
    place = reverse(name, args=[clinician.user.pk])
    version = account(clinician).version
    assert f'name="seen_version" value="{version}"' in browser.get(place).content.decode()
    body = numbered(version, typed)
    assert [browser.post(place, body).status_code for _ in range(2)] == [302, 302]
    newest = list(store.read_stream(f"clinician-{clinician.user.pk}"))[-1]
    assert newest.event_type == event_type
    assert newest.version == version + 1 == account(clinician).version
    assert newest.metadata["user_id"] == account_administrator.author.user_id
    assert getattr(newest.data, "reason", None) == typed.get("reason")


def test_only_roles_that_can_be_granted_or_withdrawn_are_offered(browser: Client, clinician: Member) -> None:
    def offered(name: str) -> list[str]:
        page = browser.get(reverse(name, args=[clinician.user.pk])).content.decode()
        return re.findall(r'<option value="([^"]+)"', page)

    assert offered("grant-role") == ["compliance officer", "records administrator", "account administrator"]
    assert offered("withdraw-role") == ["clinician"]


def test_what_is_missing_is_asked_for(browser: Client, clinician: Member) -> None:
    place = reverse("deactivate", args=[clinician.user.pk])
    response = browser.post(place, numbered(account(clinician).version))
    assert response.status_code == 422
    assert "Reason: Fill this in" in text_of(response)
    assert account(clinician).active


def test_a_change_on_an_account_that_changed_meanwhile_is_not_applied(
    browser: Client, clinician: Member
) -> None:
    place, version = reverse("grant-role", args=[clinician.user.pk]), account(clinician).version
    assert browser.post(place, numbered(version, role="compliance officer", reason="x")).status_code == 302
    stale = browser.post(place, numbered(version, role="records administrator", reason="y"))
    assert stale.status_code == 422
    assert "Someone changed this account meanwhile" in text_of(stale)
    assert f'name="seen_version" value="{version + 1}"' in stale.content.decode()
    assert account(clinician).roles == ["clinician", "compliance officer"]


def test_nobody_grants_themselves_a_role(browser: Client, account_administrator: Member) -> None:
    place = reverse("grant-role", args=[account_administrator.user.pk])
    version = account(account_administrator).version
    response = browser.post(place, numbered(version, role="clinician", reason="I would like to see"))
    assert response.status_code == 422
    assert "Ask another account administrator" in text_of(response)
    assert account(account_administrator).roles == ["account administrator"]


def test_a_new_password_ends_the_sessions_of_the_old_one(browser: Client, clinician: Member) -> None:
    theirs = clinician.client()
    place = reverse("set-password", args=[clinician.user.pk])
    assert browser.get(place).status_code == 200
    assert browser.post(place, {"password": "short"}).status_code == 422
    assert browser.post(place, {"password": "three blue umbrellas"}).status_code == 302
    assert theirs.get(reverse("patients")).status_code == 302
    assert Client().login(username="jones", password="three blue umbrellas")
    assert not Client().login(username="jones", password=PASSWORD)


def test_the_list_and_the_account_say_who_may_do_what(browser: Client, clinician: Member) -> None:
    listed = text_of(browser.get(reverse("accounts")))
    assert "Dr. Alma Jones jones clinician MD-48213 open" in listed
    shown = text_of(browser.get(reverse("account", args=[clinician.user.pk])))
    assert "MD-48213" in shown
    assert browser.get(reverse("account", args=[uuid4()])).status_code == 404


def test_clinicians_and_officers_do_not_look_after_accounts(
    clinician: Member, compliance_officer: Member
) -> None:
    for member in (clinician, compliance_officer):
        client = member.client()
        assert client.get(reverse("accounts")).status_code == 403
        for page in PAGES:
            args = [] if page.opens else [clinician.user.pk]
            assert client.post(reverse(page.name, args=args), numbered(0)).status_code == 403, page.name


# --- The read model --------------------------------------------------------------------------------------


def test_a_fold_from_the_beginning_gives_the_same_row(clinician: Member, browser: Client) -> None:
    version = account(clinician).version
    browser.post(
        reverse("grant-role", args=[clinician.user.pk]),
        numbered(version, role="records administrator", reason="archive"),
    )
    browser.post(reverse("deactivate", args=[clinician.user.pk]), numbered(version + 1, reason="left"))
    followed = {key: value for key, value in vars(account(clinician)).items() if key != "_state"}
    assert (followed["active"], followed["version"]) == (False, version + 2)

    Account.objects.all().delete()
    rows, projector = Rows(), AccountsProjector()
    for event in store.read_stream(f"clinician-{clinician.user.pk}"):
        projector.apply(event, rows)
    rows.flush()
    assert {key: value for key, value in vars(account(clinician)).items() if key != "_state"} == followed


# --- The first account -----------------------------------------------------------------------------------


def create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_account", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_account_is_made_at_the_command_line(transactional_db: None) -> None:
    said = create("Boss", "--role", "account administrator", "--name", "Bo Boss")
    assert "Account boss opened: account administrator." in said
    password = re.search(r"Password \(shown this once\): (\S+)", said)
    assert password
    assert Client().login(username="boss", password=password[1])
    made = Account.objects.get(username="boss")
    assert made.name == "Bo Boss"
    first = next(iter(store.read_stream(f"clinician-{made.user_id}")))
    assert first.metadata["user_role"] == "command line"


def test_roles_license_and_password_can_be_given(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_PASSWORD", "three blue umbrellas")
    said = create(
        "rhys", "--role", "clinician", "--role", "compliance officer", "--license", "MD-7",
        "--password-from-env", "FIRST_PASSWORD",
    )  # fmt: skip
    assert "umbrellas" not in said
    made = Account.objects.get(username="rhys")
    assert (made.roles, made.license) == (["clinician", "compliance officer"], "MD-7")
    assert Client().login(username="rhys", password="three blue umbrellas")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["JONES", "--role", "clinician"], "The user name jones is taken"),
        (["a b", "--role", "clinician"], "Enter a valid username"),
        (["new", "--role", "chief"], "invalid choice"),
        (["new", "--role", "clinician", "--password-from-env", "NOT_SET"], "NOT_SET is not set"),
        (["new", "--role", "clinician", "--password-from-env", "SHORT"], "password is too short"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    clinician: Member, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.setenv("SHORT", "short")
    with pytest.raises(CommandError, match=words):
        create(*arguments)
    assert not User.objects.filter(username="new").exists()


def test_a_missing_key_file_is_said_and_the_name_stays_free(
    transactional_db: None, settings: Any, tmp_path: Path
) -> None:
    kept, settings.ANAMNESIS_KEY_FILE = settings.ANAMNESIS_KEY_FILE, str(tmp_path / "none")
    with pytest.raises(CommandError, match=r"Make one, once, with: manage\.py create_key_file"):
        create("boss", "--role", "account administrator")
    settings.ANAMNESIS_KEY_FILE = kept
    assert "Account boss opened" in create("boss", "--role", "account administrator")
