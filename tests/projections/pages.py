"""What tests of pages share: opening one, reading its words, and what it left in the access ledger."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.ledgers import ACCESS_EVENTS
from tests.records.charts import Chart

HTMX = {"HX-Request": "true"}


def page(client: Client, name: str, chart: Chart, query: str = "", **options: Any) -> Any:
    return client.get(reverse(name, args=[chart.patient_id]) + query, **options)


def text_of(response: Any) -> str:
    """The page's words, as a reader meets them."""
    inside_words = re.sub(r"</?mark[^>]*>", "", response.content.decode())
    words = re.sub(r"<[^>]+>", " ", inside_words)
    return re.sub(r"\s+", " ", unescape(words)).replace("\N{NO-BREAK SPACE}", " ")


def seen_since(position: int) -> list[object]:
    """What the access ledger has taken after this position."""
    return [event.data for event in store.read_all(after=position, ledger=ACCESS_EVENTS)]


def head() -> int:
    return store.head(ACCESS_EVENTS).position
