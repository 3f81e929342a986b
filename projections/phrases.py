"""Columns that keep phrases, so that a row projected once is read in every language (`records.speech`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models

from records import speech


class PhrasesField(models.JSONField):
    """JSON whose phrases come back as phrases: English as values, the reader's language where printed."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return speech.recalled(super().from_db_value(value, expression, connection))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        return speech.kept(super().pre_save(model_instance, add))


class Phrased(models.Model):
    """A row with phrases among its text columns.

    Shape: phrases: {column: phrase}. The columns hold the English text beside it, by which they are searched.
    """

    phrases = PhrasesField(default=dict)

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any
    ) -> Self:
        row = super().from_db(db, field_names, values, **how)
        for name, phrase in row.__dict__.get("phrases", {}).items():
            setattr(row, name, phrase)
        return row


def phrases(**columns: str) -> dict[str, str]:
    """What a row keeps of its text columns: those that are phrases."""
    return {name: text for name, text in columns.items() if isinstance(text, speech.Said)}
