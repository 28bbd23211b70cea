# SPDX-License-Identifier: Apache-2.0
"""Tells the journal which policy the site had, so that every erasure names a policy that can be read there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from wayside.record.entries import entries
from wayside.record.site import Site

if TYPE_CHECKING:
    from wayside.record.store import Transaction


def policy_entry(site: Site) -> dict[str, Any]:
    """The part of a `config` entry that states the policy in full and its SHA-256."""
    return {"policy": site.digest(), "settings": site.policy()}


def last_policy(connection: Connection) -> str | None:
    """SHA-256 of the policy that the journal was told of last."""
    for entry in entries(connection, ["config"]):
        if entry.payload and "policy" in entry.payload:
            return str(entry.payload["policy"])
    return None


def tell_policy(transaction: Transaction, site: Site) -> bool:
    """Appends the policy to the journal where it is another one than before; whether it was."""
    if last_policy(transaction.connection) == site.digest():
        return False
    transaction.append("config", {"at": transaction.at, "person": None, **policy_entry(site)})
    return True
