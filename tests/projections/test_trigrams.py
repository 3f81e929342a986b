"""The extension by which misspelt names are found: made by the owner, and its absence said in a sentence."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import TrigramExtension
from django.db import ProgrammingError
from django.db.utils import NotSupportedError

from projections.trigrams import Trigrams


@pytest.mark.django_db
def test_it_is_there_without_a_superuser(owner_connection: psycopg.Connection) -> None:
    row = owner_connection.execute("SELECT 'lindqvist' %> 'lindqvist'").fetchone()
    assert row == (True,)


def test_a_server_without_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any) -> None:
        raise ProgrammingError("could not open extension control file")

    monkeypatch.setattr(TrigramExtension, "database_forwards", refuse)
    with pytest.raises(
        NotSupportedError, match=r"postgresql15-contrib.*could not open extension control file"
    ):
        Trigrams().database_forwards("projections", None, None, None)
