# SPDX-License-Identifier: Apache-2.0
"""The tables of access as queries see them; the record's migrations make them, beside its own.

Times are milliseconds since 1970 in UTC. Keys of sessions, tokens and one-time links are kept as SHA-256 only: 256
random bits need no salt, and whoever copies the database cannot use them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

person = Table(
    "person",
    metadata,
    Column("name", Text, primary_key=True),
    Column("shown_as", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("disabled_ms", BigInteger),
    Column("trained_until_ms", BigInteger),
    Column("password", Text),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger),
)
"""Accounts, of people and of devices; a name is never given twice. `home` is the site whose administrators care for it.
`totp` is sealed, and good once `totp_step`, the last step used, is set."""

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
)

identity = Table(
    "identity",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
)
"""Who a person is at the issuer at which they sign in: its address, and what it calls them and never calls another."""

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("request", Text),
    Column("granted_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("ended_by", Text),
)
"""Who holds which role where, and who held it. `request` is the second signature; without one, the role was given while
the site was being founded."""

duty = Table(
    "duty",
    metadata,
    Column("person", Text, primary_key=True),
    Column("site", Text, primary_key=True),
    Column("weekday", Integer, primary_key=True),
    Column("from_min", Integer, primary_key=True),
    Column("to_min", Integer, nullable=False),
)
"""When a person is on duty: weekday 0 is Monday, minutes since its midnight; past 1440 is the next day."""

work = Table(
    "work",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("token", Text),
    Column("begun_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
)
"""Purposes that people work or worked under; `token` where it is an API token's."""

session = Table(
    "session",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("second_factor", Integer, nullable=False),
    Column("begun_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("person", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
)

one_time = Table(
    "one_time",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person", Text),
    Column("expires_ms", BigInteger, nullable=False),
)
"""What is good once and soon over: links for the first run, invitations and resets, and steps of signing in."""

allowance = Table(
    "allowance",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("free_ms", BigInteger, nullable=False),
)
"""Limits on how often: the moment at which an allowance is whole again. The key is a hash, for it may be a mistyped
password."""

request = Table(
    "request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_ms", BigInteger),
    Column("used_ms", BigInteger),
)
"""What needs or needed a second person: `deed` is ACTION OBJECT, `subject` the canonical JSON of what exactly."""

review = Table(
    "review",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("drawn_for", Text, nullable=False),
    Column("drawn_ms", BigInteger, nullable=False),
    Column("reviewer", Text),
    Column("outcome", Text),
    Column("note", Text),
    Column("decided_ms", BigInteger),
)
"""Searches that were drawn to be looked at, by the number of their journal entry, and what was found."""

canary = Table(
    "canary",
    metadata,
    Column("site", Text, primary_key=True),
    Column("plate", Text, primary_key=True),
    Column("placed_by", Text, nullable=False),
    Column("placed_ms", BigInteger, nullable=False),
)
