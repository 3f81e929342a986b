"""What each page of a small and of a large record costs the server. Not part of the tests:

.venv/bin/python -m pytest tests/benchmarks/pages.py -s

Prints the median of the processor time of this process (the database's own is not in it) and of the time
that passed, and how long the first of them took, in milliseconds. ANAMNESIS_PROFILE="4000 moment" prints
what one of them spends its time with.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Member
from tests.projections.pages import page
from tests.projections.test_chart_sizes import ENTRIES, seeded, story_of
from tests.records.charts import Chart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

TIMES = 7


def test_pages(clinician: Member) -> None:
    client = clinician.client()
    for size in (40, 100, 1000, ENTRIES):
        chart = seeded(clinician.author, story_of(size))
        for name, ask in _asked(client, chart, size).items():
            _measure(f"{size} {name}", ask)


def _asked(client: Client, chart: Chart, size: int) -> dict[str, Callable[[], Any]]:
    here = [chart.patient_id]
    typed = {"command_id": str(uuid4()), "seen_version": str(size), "medication": "amlodipine", "dose": "5"}
    return {
        "chart": partial(page, client, "chart", chart),
        "chart, all": partial(page, client, "chart", chart, "?window=all"),
        "medications": partial(page, client, "medications", chart),
        "timeline": partial(page, client, "timeline", chart),
        "moment": partial(page, client, "moment", chart),
        "replay": partial(page, client, "replay", chart),
        "preview": partial(client.post, reverse("preview-add-prescription", args=here), typed),
        "drug list": partial(client.post, reverse("drug-hits", args=here), {"typed": "amlo"}),
        "patients as typed": partial(client.post, reverse("found-as-typed"), {"words": "jan"}),
    }


def _measure(name: str, ask: Callable[[], Any]) -> None:
    began = time.perf_counter()
    ask()
    first = (time.perf_counter() - began) * 1000
    worked, passed = [], []
    for _ in range(TIMES):
        began, busy = time.perf_counter(), time.process_time()
        shown = ask()
        worked.append((time.process_time() - busy) * 1000)
        passed.append((time.perf_counter() - began) * 1000)
        assert shown.status_code == 200
    times = f"{median(worked):7.1f} {median(passed):7.1f} first {first:7.1f}"
    sys.stdout.write(f"{name:<24} {times} {len(shown.content):>7} B\n")
    if os.environ.get("ANAMNESIS_PROFILE") == name:
        profile = cProfile.Profile()
        profile.runcall(ask)
        pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats(60)
