"""Signing in and out: recorded, slow to guess at, over in time, and nothing typed is lost by it."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.errors import LedgerBusy
from eventstore.ledgers import ACCESS_EVENTS
from eventstore.store import RecordedEvent
from records import handlers, sign_in
from records.author import Origin
from records.codes import Role
from records.commands import Deactivate, WithdrawRole
from records.models import KeptDraft, SignInAttempts
from records.session_clock import LAST_SEEN, SIGNED_IN_AT
from tests.cast import PASSWORD, Member, join
from tests.records.charts import open_chart

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in_as(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    typed = {"username": username, "password": password, **more}
    return client.post(reverse("sign-in"), typed)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def newest() -> RecordedEvent:
    position = store.head(ACCESS_EVENTS).position
    return store.read_all(after=position - 1, ledger=ACCESS_EVENTS)[0]


def set_back(client: Client, name: str, seconds: int) -> None:
    session = client.session
    session[name] = int(time.time()) - seconds
    session.save()


# --- In and out ------------------------------------------------------------------------------------------


def test_signing_in_is_recorded_and_leads_to_the_patients(clinician: Member) -> None:
    client = Client()
    response = sign_in_as(client, "Jones")
    assert response["Location"] == reverse("home")
    assert client.get(reverse("home"))["Location"] == reverse("patients")
    event = newest()
    assert (event.event_type, event.data.username) == ("SignedIn", "jones")
    assert event.metadata["user_id"] == clinician.author.user_id


def test_each_role_begins_where_its_work_is(account_administrator: Member) -> None:
    assert account_administrator.client().get(reverse("home"))["Location"] == reverse("accounts")


def test_someone_without_a_role_may_sign_in_and_nothing_else(transactional_db: None) -> None:
    newcomer = join("newcomer", "Nia Okoro")
    response = newcomer.client().get(reverse("home"))
    assert response.status_code == 403
    assert "you have no role yet" in text_of(response)


def test_signing_out_is_recorded_and_ends_the_session(clinician: Member) -> None:
    client = clinician.client()
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out"))["Location"] == reverse("sign-in")
    assert newest().event_type == "SignedOut"
    assert client.get(reverse("patients"))["Location"].startswith(reverse("sign-in"))


def test_nobody_is_let_in_when_it_cannot_be_recorded(
    clinician: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: Any, **kwargs: Any) -> None:
        raise LedgerBusy

    client = Client()
    monkeypatch.setattr(store, "append", busy)
    response = sign_in_as(client, "jones")
    monkeypatch.undo()
    assert response.status_code == 503
    assert PASSWORD not in response.content.decode()
    assert client.get(reverse("patients")).status_code == 302


def test_after_signing_in_one_is_where_one_wanted_to_be_and_nowhere_else(clinician: Member) -> None:
    assert sign_in_as(Client(), "jones", next="/who-takes-it/")["Location"] == "/who-takes-it/"
    assert sign_in_as(Client(), "jones", next="https://evil.example/")["Location"] == reverse("home")


# --- Guessing --------------------------------------------------------------------------------------------


def test_a_wrong_password_is_recorded_and_says_how_many_tries_are_left(clinician: Member) -> None:
    response = sign_in_as(Client(), "jones", "wrong")
    assert response.status_code == 422
    assert "Name or password is not right. 4 attempts left." in text_of(response)
    assert (newest().event_type, newest().data.detail) == ("SignInFailed", "jones")
    assert "jones" not in str(newest().raw_data)


def test_an_unknown_name_looks_the_same_as_a_wrong_password(clinician: Member) -> None:
    assert "Name or password is not right. 4 attempts left." in text_of(sign_in_as(Client(), "nobody"))


def test_after_five_tries_even_the_right_password_waits(clinician: Member) -> None:
    for _ in range(5):
        assert sign_in_as(Client(), "jones", "wrong").status_code == 422
    response = sign_in_as(Client(), "JONES")
    assert response.status_code == 429
    assert "Too many attempts. Wait 15 minutes" in text_of(response)
    assert int(response["Retry-After"]) > 0
    SignInAttempts.objects.update(since=SignInAttempts.objects.first().since - sign_in.WINDOW)  # type: ignore[union-attr]
    assert sign_in_as(Client(), "jones").status_code == 302


def test_a_success_starts_the_count_anew(clinician: Member) -> None:
    for _ in range(4):
        sign_in_as(Client(), "jones", "wrong")
    assert sign_in_as(Client(), "jones").status_code == 302
    assert "4 attempts left" in text_of(sign_in_as(Client(), "jones", "wrong"))


def test_many_tries_at_once_do_not_slip_through(clinician: Member) -> None:
    def attempt(_: int) -> bool:
        try:
            return sign_in.begin_attempt("jones", "10.0.0.1").wait is None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        let_through = sum(pool.map(attempt, range(24)))
    assert let_through == sign_in.ATTEMPTS_FOR_NAME_FROM_ADDRESS


def test_guessing_many_names_from_one_address_stops_too(clinician: Member) -> None:
    for number in range(sign_in.ATTEMPTS_FROM_ADDRESS):
        assert sign_in.begin_attempt(f"name {number}", "10.0.0.9").wait is None
    assert sign_in.begin_attempt("another", "10.0.0.9").wait is not None
    assert sign_in.begin_attempt("another", "10.0.0.10").wait is None


def test_the_many_addresses_of_one_machine_are_one_place(clinician: Member) -> None:
    waits = [sign_in.begin_attempt("jones", f"2001:db8::{number}").wait for number in range(6)]
    assert waits[4] is None
    assert waits[5] is not None
    assert sign_in.begin_attempt("jones", "2001:db8:0:1::1").wait is None


@pytest.mark.parametrize("typed", ["", "\x00", "x" * 100_000, "%ed%a0%80"])
def test_nothing_that_is_typed_breaks_the_sign_in(clinician: Member, typed: str) -> None:
    assert sign_in_as(Client(), typed or "jones", typed).status_code == 422
    body = f"username={typed}&password={typed}"
    form = "application/x-www-form-urlencoded"
    assert Client().post(reverse("sign-in"), body, content_type=form).status_code == 422


def test_ones_own_password_is_changed_and_other_sessions_end(clinician: Member) -> None:
    here, elsewhere, place = clinician.client(), clinician.client(), reverse("change-password")
    assert here.get(place).status_code == 200
    new = "three blue umbrellas"
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post(place, typed | {"new_password2": "four"}).status_code == 422
    short = here.post(place, typed | {"new_password1": "short", "new_password2": "short"})
    assert "too short" in text_of(short)
    response = here.post(place, typed, follow=True)
    assert "Your password is changed." in text_of(response)
    assert elsewhere.get(reverse("patients")).status_code == 302
    assert sign_in_as(Client(), "jones", new).status_code == 302


def test_guessing_ones_old_password_gets_slow_too(clinician: Member) -> None:
    client, place = clinician.client(), reverse("change-password")
    new = "three blue umbrellas"
    for _ in range(5):
        typed = {"old_password": "wrong", "new_password1": new, "new_password2": new}
        assert "This is not your password" in text_of(client.post(place, typed))
    waits = client.post(place, typed | {"old_password": PASSWORD})
    assert "Too many attempts" in text_of(waits)
    assert clinician.user.check_password(PASSWORD)


# --- Accounts that change --------------------------------------------------------------------------------


def end(member: Member, command: Any) -> None:
    handlers.handle_clinician(
        command,
        command_id=uuid4(),
        seen_version=store.stream_version(f"clinician-{member.author.user_id}"),
        author=join("boss", "Bo Boss", Role.ACCOUNT_ADMINISTRATOR).author,
        origin=Origin(),
    )


def test_a_closed_account_is_out_at_its_next_request(clinician: Member) -> None:
    client = clinician.client()
    assert client.get(reverse("patients")).status_code == 200
    end(clinician, Deactivate(user_id=clinician.author.user_id, reason="left"))
    assert client.get(reverse("patients"))["Location"].startswith(reverse("sign-in"))
    assert sign_in_as(Client(), "jones").status_code == 422


def test_a_role_that_was_withdrawn_is_gone_at_the_next_request(clinician: Member) -> None:
    client = clinician.client()
    assert client.get(reverse("patients")).status_code == 200
    end(clinician, WithdrawRole(user_id=clinician.author.user_id, role="clinician"))
    assert client.get(reverse("patients")).status_code == 403


# --- A session that ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "seconds", "words"),
    [
        (LAST_SEEN, 15 * 60 + 1, "Locked after 15 minutes"),
        (SIGNED_IN_AT, 12 * 3600 + 1, "as long as one may"),
    ],
)
def test_a_session_ends_when_idle_and_at_the_latest_after_a_day_at_work(
    clinician: Member, clock: str, seconds: int, words: str
) -> None:
    client = clinician.client()
    client.get(reverse("patients"))
    set_back(client, clock, seconds - 60)
    assert client.get(reverse("patients")).status_code == 200
    set_back(client, clock, seconds)
    response = client.get("/who-takes-it/?drug=digoxin", follow=True)
    assert words in text_of(response)
    assert 'value="/who-takes-it/?drug=digoxin"' in response.content.decode()


def test_an_ended_session_leads_an_htmx_request_to_a_whole_page(clinician: Member) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/patients/?page=2"}
    response = Client().get(reverse("patients"), headers=headers)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fpatients%2F%3Fpage%3D2"


def late(client: Client, path: str, **more: str) -> Any:
    """The answer to a form that is sent after its session ended."""
    set_back(client, LAST_SEEN, 3600)
    typed = {"command_id": str(uuid4()), "seen_version": "6", "category": "clinical", "text": "Cannot sleep."}
    return client.post(path, typed | {"confirm": "yes", **more}, follow=True)


def sign_in_and_go_on(response: Any, username: str) -> Any:
    """Signs in at the page that was led to, and follows the way back."""
    onward = re.search(r'name="next" value="([^"]+)"', response.content.decode())
    assert onward
    client = Client()
    typed = {"username": username, "password": PASSWORD, "next": unescape(onward[1])}
    return client.post(reverse("sign-in"), typed, follow=True)


def test_what_was_typed_when_the_session_ended_comes_back_to_the_same_person(clinician: Member) -> None:
    chart, client = open_chart(clinician.author), clinician.client()
    client.get(reverse("patients"))
    response = late(client, reverse("add-note", args=[chart.patient_id]))
    assert "What you had typed is kept" in text_of(response)
    assert "Cannot sleep." not in response.content.decode()
    assert "MOREAU" not in response.content.decode()
    assert chart.version == 6

    back = sign_in_and_go_on(response, "jones")
    assert "What you had typed on" in text_of(back)
    assert "Cannot sleep." in text_of(back)
    assert "Confirm and record" in text_of(back)
    assert chart.version == 6


def test_what_someone_else_typed_is_not_given_to_whoever_signs_in(
    clinician: Member, colleague: Member
) -> None:
    chart, client = open_chart(clinician.author), clinician.client()
    client.get(reverse("patients"))
    response = late(client, reverse("add-note", args=[chart.patient_id]))
    back = sign_in_and_go_on(response, "smith")
    assert back.status_code == 200
    assert "Cannot sleep." not in text_of(back)


def test_a_form_that_names_its_person_is_kept_although_its_session_is_gone(clinician: Member) -> None:
    chart, client = open_chart(clinician.author), clinician.client()
    path = reverse("add-note", args=[chart.patient_id])
    owner = re.search(r'name="owner" value="([^"]+)"', client.get(path).content.decode())
    assert owner
    typed = {"command_id": str(uuid4()), "seen_version": "6", "category": "clinical", "text": "Cannot sleep."}
    for token, kept in ((owner[1], True), (f"{owner[1]}x", False)):
        KeptDraft.objects.all().delete()
        response = Client().post(path, typed | {"owner": token}, follow=True)
        assert ("What you had typed is kept" in text_of(response)) is kept
        assert ("Cannot sleep." in text_of(sign_in_and_go_on(response, "jones"))) is kept


def test_a_form_of_an_account_is_given_back_by_a_page_that_sends_it(account_administrator: Member) -> None:
    client = account_administrator.client()
    client.get(reverse("accounts"))
    response = late(client, reverse("register-clinician"), username="osei", name="Amara Osei")
    back = sign_in_and_go_on(response, "admin")
    assert "You are signed in again" in text_of(back)
    assert f'action="{reverse("register-clinician")}"' in back.content.decode()
    assert 'name="name" value="Amara Osei"' in back.content.decode()
    assert 'name="confirm"' not in back.content.decode()
