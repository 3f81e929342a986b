"""The tests' people are who the tests say they are."""

from __future__ import annotations

import pytest

from records.permissions import Permission, allows
from tests.cast import PASSWORD, Member


@pytest.mark.django_db(transaction=True)
def test_only_a_licensed_clinician_may_prescribe(clinician: Member, outsider: Member) -> None:
    assert allows(clinician.user.account, Permission.PRESCRIBE)
    assert not allows(outsider.user.account, Permission.PRESCRIBE)
    assert allows(outsider.user.account, Permission.VIEW_RECORD)


@pytest.mark.django_db(transaction=True)
def test_each_of_them_can_sign_in_and_is_known_by_name(
    colleague: Member,
    compliance_officer: Member,
    records_administrator: Member,
    account_administrator: Member,
) -> None:
    for member in (colleague, compliance_officer, records_administrator, account_administrator):
        assert member.user.check_password(PASSWORD)
        assert member.user.get_full_name() == member.author.name
        assert member.client().session["_auth_user_id"] == str(member.user.pk)
