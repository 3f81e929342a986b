"""Seals personal text with a key of its stream, and opens it again for those who may read it.

AES-256-GCM; event id, type and field name are associated data, so that a ciphertext fits its own
place only. Each stream's data key is wrapped by a key that lives in ANAMNESIS_KEY_FILE, outside the
database; without that file names, birth dates and free text cannot be read, and nothing else can
bring them back. Knows JSON and streams, nothing of patients.
Why:    plaintext in an append-only log would stay for ever; a destroyed key erases without a gap.
Source: NIST SP 800-38D (GCM), RFC 2104 (HMAC).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

from eventstore.errors import KeyUnavailable
from eventstore.registry import Sealed, SealedContext

#: Metadata that is personal, on every event.
METADATA_PERSONAL = frozenset({"user_name", "reason", "override_reason", "text"})
#: What is read where a text cannot be opened. One damaged stream must not stop the reading of others;
#: verification reports both.
KEY_GONE = "[not readable: its key is gone]"
ALTERED = "[not readable: it was altered]"
NONCE = 12


# --- The key file ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyFile:
    """wrapping: wraps data keys (AES-256); digest: keys every HMAC. 32 bytes each. key_id: public."""

    wrapping: bytes
    digest: bytes

    @property
    def key_id(self) -> str:
        return hashlib.sha256(b"anamnesis key id" + self.wrapping).hexdigest()[:16]


def create_key_file(path: Path) -> None:
    """Make a new key file, readable by its owner alone. Raises: FileExistsError."""
    text = (
        "# Anamnesis keys. Without this file names, birth dates and free text cannot be read.\n"
        "# Keep a copy apart from the database and its backups.\n"
        f"wrapping-key = {b64encode(os.urandom(32)).decode()}\n"
        f"digest-key = {b64encode(os.urandom(32)).decode()}\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=4)
def read_key_file(path: Path) -> KeyFile:
    """The keys of a file. Raises: KeyUnavailable, naming the file and what is wrong with it."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnavailable(f"The key file {path} cannot be read: {error}") from error
    pairs = dict(line.split(" = ", 1) for line in lines if " = " in line and not line.startswith("#"))
    try:
        wrapping, digest = (b64decode(pairs[name], validate=True) for name in ("wrapping-key", "digest-key"))
    except (KeyError, ValueError) as error:
        raise KeyUnavailable(f"The key file {path} lacks a wrapping-key or a digest-key.") from error
    if len(wrapping) != 32 or len(digest) != 32:
        raise KeyUnavailable(f"The keys in {path} are not 32 bytes long.")
    return KeyFile(wrapping, digest)


def key_file() -> KeyFile:
    return read_key_file(Path(settings.ANAMNESIS_KEY_FILE))


def keyed_digest(label: str, text: str) -> str:
    """HMAC-SHA-256 of a text, hex. label: what it is for, so that digests of two uses never match."""
    message = label.encode() + b"\0" + text.encode("utf-8", "surrogatepass")
    return hmac.new(key_file().digest, message, hashlib.sha256).hexdigest()


# --- Data keys ------------------------------------------------------------------------------------


class Keyring:
    """The data keys of some streams, unwrapped for the length of one read or append. Never cached."""

    def __init__(self) -> None:
        self._keys: dict[str, AESGCM] = {}

    def load(self, streams: Iterable[str]) -> None:
        """Fetch the keys that exist, in one query. Raises: KeyUnavailable for another key file."""
        wanted = sorted(set(streams) - self._keys.keys())
        if not wanted:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT stream, wrapped_key, key_id FROM stream_keys WHERE stream = ANY(%s)", [wanted]
            )
            for stream, wrapped, key_id in cursor.fetchall():
                key = unwrap(stream, bytes(wrapped), key_id)
                if key is not None:
                    self._keys[stream] = AESGCM(key)

    def load_or_create(self, streams: Iterable[str]) -> None:
        """Fetch the keys, making those that are missing. Commits in autocommit; an orphan is harmless."""
        wanted = sorted(set(streams))
        self.load(wanted)
        missing = [stream for stream in wanted if stream not in self._keys]
        if not missing:
            return
        keys = key_file()
        wrapped = [_wrap(keys, stream, os.urandom(32)) for stream in missing]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO stream_keys (stream, wrapped_key, key_id)"
                " SELECT * FROM unnest(%s::text[], %s::bytea[], %s::text[]) ON CONFLICT DO NOTHING",
                [missing, wrapped, [keys.key_id] * len(missing)],
            )
        self.load(missing)  # what another writer may have made first counts, not ours

    def seal(self, text: str, context: SealedContext) -> str:
        """Raises: KeyUnavailable where the stream's own key is damaged."""
        if context.keyring not in self._keys:
            raise KeyUnavailable(f"The key of {context.keyring} is damaged: nothing can be sealed for it.")
        nonce = os.urandom(NONCE)
        sealed = self._keys[context.keyring].encrypt(nonce, text.encode(), _associated(context))
        return b64encode(nonce + sealed).decode()

    def open(self, value: Sealed) -> str:
        """The text, or the words that say why it cannot be read."""
        key = self._keys.get(value.context.keyring)
        if key is None:
            return KEY_GONE
        try:
            raw = b64decode(value, validate=True)
            return key.decrypt(raw[:NONCE], raw[NONCE:], _associated(value.context)).decode()
        except (InvalidTag, ValueError):
            return ALTERED


def _associated(context: SealedContext) -> bytes:
    return "\0".join(context).encode()


def _wrap(keys: KeyFile, stream: str, key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(keys.wrapping).encrypt(nonce, key, stream.encode())


def unwrap(stream: str, wrapped: bytes, key_id: str) -> bytes | None:
    """The data key, or None where its row was damaged. Raises: KeyUnavailable for another key file."""
    keys = key_file()
    if key_id != keys.key_id:
        raise KeyUnavailable(
            f"The key file does not fit this database: its key is {keys.key_id}, {stream} needs {key_id}."
        )
    try:
        return AESGCM(keys.wrapping).decrypt(wrapped[:NONCE], wrapped[NONCE:], stream.encode())
    except InvalidTag:
        return None


# --- Walking JSON ---------------------------------------------------------------------------------


def seal_json(value: Any, personal: frozenset[str], keyring: Keyring, context: SealedContext) -> Any:
    """Replace the text of personal fields, at any depth, by {"sealed": ciphertext}. "" stays "".

    Raises: TypeError where a personal field holds something other than text.
    """
    return _seal(value, personal, keyring, context, inside=False)


def _seal(value: Any, personal: frozenset[str], keyring: Keyring, at: SealedContext, *, inside: bool) -> Any:
    if isinstance(value, dict):
        return {
            key: _seal(item, personal, keyring, _below(at, key), inside=inside or key in personal)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            _seal(item, personal, keyring, _below(at, str(index)), inside=inside)
            for index, item in enumerate(value)
        ]
    if not inside or value is None or value == "":
        return value
    if not isinstance(value, str):
        raise TypeError(f"{at.path}: a personal field holds text, not {type(value).__name__}")
    return {"sealed": keyring.seal(value, at)}


def sealed_fields(value: Any, context: SealedContext) -> Any:
    """Turn each {"sealed": …} into a `Sealed` that knows where it belongs."""
    # Every event that is read passes here, and little of it is sealed: what holds nothing is not looked into.
    if isinstance(value, dict):
        if len(value) == 1 and "sealed" in value:
            return Sealed(value["sealed"], context)
        return {
            key: sealed_fields(item, _below(context, key)) if isinstance(item, dict | list) else item
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            sealed_fields(item, _below(context, str(index))) if isinstance(item, dict | list) else item
            for index, item in enumerate(value)
        ]
    return value


def open_json(value: Any, keyring: Keyring) -> Any:
    """Replace each `Sealed` by its text."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, Sealed):
        return keyring.open(value)
    if isinstance(value, dict):
        return {key: open_json(item, keyring) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [open_json(item, keyring) for item in value]
    return value


def opened(value: str | None) -> str | None:
    """One text, opened if it is sealed (one query)."""
    if not isinstance(value, Sealed):
        return value
    keyring = Keyring()
    keyring.load([value.context.keyring])
    return keyring.open(value)


def opened_json(value: Any) -> Any:
    """JSON with every `Sealed` in it opened: one query for all the keys."""
    streams: set[str] = set()
    _collect(value, streams)
    if not streams:
        return value
    keyring = Keyring()
    keyring.load(streams)
    return open_json(value, keyring)


def _collect(value: Any, streams: set[str]) -> None:
    if isinstance(value, Sealed):
        streams.add(value.context.keyring)
    elif isinstance(value, dict):
        for item in cast(dict[str, Any], value).values():
            _collect(item, streams)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, streams)


def _below(context: SealedContext, key: str) -> SealedContext:
    return context._replace(path=f"{context.path}.{key}" if context.path else key)
