"""Are the keys of the personal text all there, and do they open with this key file?

Why:    the chain is over ciphertext and stays sound when a key is lost; what is lost then is names
        and words, for ever. Better to hear of it while there are backups.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from psycopg import sql

from eventstore.diagnosis import Finding
from eventstore.envelope import key_file, unwrap
from eventstore.errors import KeyUnavailable
from eventstore.ledgers import LEDGERS

if TYPE_CHECKING:
    from psycopg import Connection

_SEALED = '%"sealed": "%'


def key_findings(connection: Connection[Any]) -> Iterator[Finding]:
    """Streams whose personal text cannot be read: no key, a damaged one, or one of another key file.

    Without a key file on this machine only missing keys are found.
    """
    with connection.transaction():
        connection.execute("SET LOCAL statement_timeout = 0")
        for ledger in LEDGERS:
            keyring = sql.Literal(ledger.keyring) if ledger.keyring else sql.SQL("e.aggregate_id")
            query = sql.SQL(
                "SELECT DISTINCT {keyring} FROM {ledger} AS e"
                " WHERE (e.event_data::text LIKE %s OR e.metadata::text LIKE %s)"
                " AND NOT EXISTS (SELECT FROM stream_keys AS k WHERE k.stream = {keyring}) ORDER BY 1"
            ).format(keyring=keyring, ledger=sql.Identifier(ledger.name))
            for (stream,) in connection.execute(query, [_SEALED, _SEALED]):
                what = f"The key of {stream} is missing: its personal text cannot be read."
                yield Finding(ledger.name, "key", None, None, what)
        for what in _unfit(connection):
            yield Finding(None, "key", None, None, what)


def _unfit(connection: Connection[Any]) -> Iterator[str]:
    try:
        key_file()
    except KeyUnavailable:
        return
    others: dict[str, int] = {}
    with connection.cursor() as cursor:
        for stream, wrapped, key_id in cursor.stream(
            "SELECT stream, wrapped_key, key_id FROM stream_keys ORDER BY stream"
        ):
            try:
                if unwrap(stream, bytes(wrapped), key_id) is None:
                    yield f"The key of {stream} was altered: its personal text cannot be read."
            except KeyUnavailable:
                others[key_id] = others.get(key_id, 0) + 1
    for key_id, count in others.items():
        yield f"{count} keys need another key file, the one of key {key_id}."
