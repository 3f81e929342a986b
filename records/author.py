"""Who records something, and from where. Handed along as an argument, never ambient.

Knows nothing of requests or accounts: a view, an import or a command line makes these.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The role of whoever runs the installation's own commands; it may make the first account.
COMMAND_LINE = "command line"


@dataclass(frozen=True, kw_only=True)
class Author:
    """The person as they are now; every event keeps this as it was when they recorded it.

    Shape: user_id is the clinician's UUID as text; role is a `codes.Role` value; license is None
    for someone who may not prescribe.
    """

    user_id: str
    name: str
    role: str
    license: str | None = None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a command came from.

    Shape: session is a keyed digest of the session's key, never the key; correlation_id ties
    together all that one request or import did.
    """

    ip: str | None = None
    session: str | None = None
    correlation_id: str | None = None
