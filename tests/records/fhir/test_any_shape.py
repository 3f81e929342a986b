"""Whatever JSON a file holds, an import takes it or refuses it in a sentence; it never breaks."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.records.fhir.source import allergy, bundle, dosage, patient, request, told_of, write

WORDS = st.sampled_from(
    ["", " ", "p1", "active", "2024", "2024-13-45", "2999-01-01T00:00:00Z", "#x", "Patient/p1", "urn:uuid:1",
     "\x00", "µg", "1e400", "-1", "x" * 5000]
)  # fmt: skip
RUBBISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["coding", "text", "value", "repeat", "reference", "doseQuantity", "extension"]),
        inner,
        max_size=3,
    ),
    max_leaves=8,
)  # fmt: skip

FULL = (
    patient(
        identifier=[{"system": "urn:h", "value": "1"}], telecom=[{"value": "1"}], address=[{"city": "B"}]
    ),
    allergy(reaction=[{"manifestation": [{"text": "Hives"}], "severity": "mild"}], category=["food"]),
    request(
        dosageInstruction=[dosage(1)],
        requester={"reference": "Practitioner/1"},
        reasonCode=[{"text": "Pain"}],
        dispenseRequest={"quantity": {"value": 1}},
    ),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where anything stands in a resource."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


@given(data=st.data())
@settings(max_examples=250, deadline=None)
def test_rubbish_in_any_place_breaks_nothing(data: st.DataObject) -> None:
    said = list(FULL)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, 2))
        where = data.draw(st.sampled_from([place for place in places(FULL[number]) if place]))
        try:
            said[number] = replaced(said[number], where, data.draw(RUBBISH))
        except (KeyError, IndexError, TypeError):
            continue  # what stood around it is rubbish already
    with TemporaryDirectory() as folder:
        write(Path(folder) / "f.json", bundle(*said))
        told_of(Path(folder))
