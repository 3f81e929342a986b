"""What is read before the processes fork: the lists of drugs and substances, without asking the database."""

from __future__ import annotations

from config.first_answers import prepared
from records.catalogue import search, substances


def test_the_lists_are_there_before_anybody_types_and_no_connection_is_opened() -> None:
    """This test may not ask the database: a question to it would fail."""
    lists = (search._drugs, substances._entries)
    for each in lists:
        each.cache_clear()
    prepared()
    assert [each.cache_info().currsize for each in lists] == [1, 1]
