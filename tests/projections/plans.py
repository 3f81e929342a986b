"""How PostgreSQL answers a question: the statements that it runs, and the plan of each."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements_of(ask: Any) -> list[str]:
    """Every statement that a query runs."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    return [query["sql"] for query in captured.captured_queries]


def plans(ask: Any) -> list[str]:
    """The plan of each, as it is when PostgreSQL reads a table from end to end only if it must."""
    found = []
    statements = statements_of(ask)
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}")
            found.append("\n".join(line for (line,) in cursor.fetchall()))
        cursor.execute("RESET enable_seqscan")
    return found
