"""How long the search for patients takes among many: fills a throw-away server with made-up people and asks.

    .venv/bin/python -m tests.benchmarks.search_patients --patients 100000

Prints, for each kind of question, the median and the slowest of a hundred, and what the warning before a
registration takes. Rows go into the read model directly: measured is the question, not the projecting.
"""

# ruff: noqa: PLC0415, T201 - settings come before Django is imported, and this prints

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Any

#: Syllables of names: some 12,000 family names and 3,000 given names, unevenly often.
_FAMILY = (
    ("an", "berg", "lind", "sor", "mul", "schmid", "kow", "jo", "ha", "pet", "ols", "eriks", "nov", "gar",
     "mac", "whit", "tan", "oko", "fer", "rodr", "fisch", "wag", "beck", "hoff", "krog", "dal", "sten",
     "bjor", "ny", "ro"),
    ("er", "qv", "kv", "en", "s", "o", "i", "al", "in", "ar", "el", "qu", "k", "st", "m", "n", "f", "gr",
     "l", "w"),
    ("ist", "sen", "son", "er", "mann", "ski", "berg", "ez", "ton", "field", "strom", "gaard", "land",
     "quist", "sky", "ova", "as", "o", "ic", "ley"),
)  # fmt: skip
_GIVEN = (
    ("he", "an", "ma", "jo", "pe", "ka", "li", "so", "ni", "ale", "el", "chri", "ber", "to", "ir", "ha",
     "su"),
    ("le", "na", "ri", "ha", "te", "tri", "sa", "ni", "co", "xan", "sti", "na", "ma", "e", "nn", "ral"),
    ("na", "a", "n", "s", "der", "ra", "tte", "ne", "ias", "as", "la", "e", "ld", "r", ""),
)  # fmt: skip


def people(count: int, rng: Random) -> Iterator[dict[str, str]]:
    """Names as unequal as names are: a few families have thousands of members, most have a few."""
    for number in range(count):
        family = "".join(part[int(len(part) * rng.random() ** 1.6)] for part in _FAMILY)
        given = "".join(part[int(len(part) * rng.random() ** 1.4)] for part in _GIVEN)
        born = date(1930, 1, 1) + timedelta(days=rng.randrange(35_000))
        yield {
            "family": family.capitalize(), "given": given.capitalize(), "birth_date": born.isoformat(),
            "mrn": f"{40_000_000 + number * 7 + rng.randrange(7)}", "sex": rng.choice(("female", "male")),
        }  # fmt: skip


def misspelt(name: str, rng: Random) -> str:
    """One letter left out, doubled or swapped with its neighbour; never the first."""
    at = rng.randrange(1, len(name) - 1)
    return rng.choice(
        (name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:],
         name[:at] + name[at + 1] + name[at] + name[at + 2 :])
    )  # fmt: skip


def fill(count: int, rng: Random) -> list[dict[str, str]]:
    """The read model with so many people; gives a sample of them."""
    from django.db import connection
    from django.utils import timezone

    from eventstore.rows import Rows
    from projections.models import Patient
    from projections.patients import _identify
    from records.identity import FIELDS

    sample: list[dict[str, str]] = []
    rows = Rows()
    for number, who in enumerate(people(count, rng), start=1):
        patient = Patient(
            patient_id=_uuid(rng), version=1, position=number, event_id=_uuid(rng), updated_at=timezone.now()
        )
        _identify(patient, {**dict.fromkeys(FIELDS), "deceased": False, **who})
        rows.put(patient)
        if rng.random() < 400 / count:
            sample.append(who)
        if number % 5000 == 0 or number == count:
            rows.flush()
            rows = Rows()
            print(f"\r{number:,} of {count:,} people", end="", file=sys.stderr)
    print(file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE patients")
    return sample


def _uuid(rng: Random) -> Any:
    from uuid import UUID

    return UUID(int=rng.getrandbits(128), version=4)


def measured(ask: Callable[[dict[str, str]], object], sample: list[dict[str, str]]) -> tuple[float, float]:
    """(p50, p99) in milliseconds."""
    for who in sample[:5]:
        ask(who)
    times = []
    for who in sample[:100]:
        start = perf_counter()
        ask(who)
        times.append((perf_counter() - start) * 1000)
    cut = quantiles(times, n=100, method="inclusive")
    return cut[49], cut[98]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patients", type=int, default=100_000)
    asked = arguments.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    from tests.clusters import DisposableCluster

    cluster = DisposableCluster()
    try:
        _ask(cluster, asked.patients)
    finally:
        cluster.remove()


def _ask(cluster: Any, count: int) -> None:
    import django
    from django.conf import settings
    from django.db import connection

    django.setup()
    connection.settings_dict.update(
        HOST=str(cluster.cluster.socket_folder), PORT="5432", NAME="anamnesis", USER="postgres", PASSWORD=""
    )
    connection.settings_dict["OPTIONS"] = {}
    settings.ANAMNESIS_KEY_FILE = str(cluster.key_file)
    from projections import queries
    from projections.duplicates import likely_duplicates

    rng = Random(1961)
    sample = fill(count, rng)
    questions: dict[str, Callable[[dict[str, str]], object]] = {
        "record number": lambda who: queries.search(who["mrn"]),
        "full name": lambda who: queries.search(f"{who['given']} {who['family']}"),
        "beginnings and year": lambda who: queries.search(
            f"{who['family'][:4]} {who['given'][:3]} {who['birth_date'][:4]}"
        ),
        "family name alone": lambda who: queries.search(who["family"]),
        "birth date": lambda who: queries.search(who["birth_date"]),
        "misspelt name": lambda who: queries.search(f"{misspelt(who['family'], rng)} {who['given']}"),
        "misspelt name and year": lambda who: queries.search(
            f"{misspelt(who['family'], rng)} {who['birth_date'][:4]}"
        ),
        "misspelt name alone": lambda who: queries.search(misspelt(who["family"], rng)),
        "three letters": lambda who: queries.search(who["family"][:3], limit=8),
        "likely duplicates": lambda who: likely_duplicates(
            {**who, "other_names": None, "family": misspelt(who["family"], rng)}
        ),
    }
    print(f"{count:,} patients; milliseconds: median, 99th of 100")
    for name, ask in questions.items():
        half, most = measured(ask, sample)
        print(f"{name:24} {half:8.1f} {most:8.1f}", flush=True)


if __name__ == "__main__":
    main()
