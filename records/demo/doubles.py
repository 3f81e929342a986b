"""Two records of one person, merged; and two people who were taken for one, and parted again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from records.demo.life import Life
from records.demo.people import EMPLOYEE


def two_records(lives: Mapping[str, Life]) -> None:
    """What the records desk did in the last days, when all else had been recorded."""
    desk = EMPLOYEE["records"]
    agnieszka, misspelt = lives["wisniewska"], lives["wisnewska"]
    _meet(agnieszka, misspelt)
    agnieszka.merge(
        misspelt, desk, "Same passport, same insurance card; the second record misspells her name."
    )
    susan, younger = lives["baker"], lives["baker-younger"]
    _meet(susan, younger)
    susan.merge(younger, desk, "Found under one name while looking for a letter.")
    susan.now += timedelta(minutes=18)
    susan.separate(younger, desk, "Two people: born 26 years apart, two addresses. Merged by mistake.")


def _meet(one: Life, other: Life) -> None:
    """Both records are open at the desk, after everything that was recorded in either."""
    last = max(life.entries[-1].recorded_at for life in (one, other))
    one.arrive(max(one.calendar.ago(1, "15:10"), last + timedelta(minutes=2)))
