"""How long the server takes for the chart of a small and of a large record. Not part of the tests:

.venv/bin/python -m pytest tests/benchmarks/chart.py -s
"""

from __future__ import annotations

import sys
import time
from statistics import median

import pytest

from tests.cast import Member
from tests.projections.pages import page
from tests.projections.test_chart_sizes import ENTRIES, seeded, story_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def test_says_how_long_a_chart_takes(clinician: Member) -> None:
    client = clinician.client()
    for size in (1, 40, ENTRIES):
        chart = seeded(clinician.author, story_of(size))
        for query in ("", "?window=all"):
            page(client, "chart", chart, query)
            taken = []
            for _ in range(15):
                began = time.perf_counter()
                shown = page(client, "chart", chart, query)
                taken.append((time.perf_counter() - began) * 1000)
            sys.stdout.write(
                f"{size:>5} {query or 'chart':<12} {median(taken):6.1f} ms {len(shown.content):>7} B\n"
            )
