from __future__ import annotations

from pathlib import Path

import pytest

from tests.records.fhir.source import Source


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A system of its own, whose files lie in an empty folder."""
    return Source(tmp_path)
