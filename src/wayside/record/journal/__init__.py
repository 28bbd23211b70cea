# SPDX-License-Identifier: Apache-2.0
"""The journal: entries committed to a Merkle tree whose signed checkpoints nobody can rewrite unseen; no database."""

from wayside.record.journal.entry import PREFIX, SALT_BYTES, commitment, entry_leaf, new_salt
from wayside.record.journal.errors import (
    InconsistentError,
    JournalError,
    KeyFileError,
    MalformedError,
    SignatureError,
)
from wayside.record.journal.kinds import KINDS, Kind
from wayside.record.journal.tree import (
    EMPTY_ROOT,
    KEPT_LEVELS,
    Frontier,
    NodeOf,
    Subtree,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    root_of,
    subtrees,
)

__all__ = [
    "EMPTY_ROOT",
    "KEPT_LEVELS",
    "KINDS",
    "PREFIX",
    "SALT_BYTES",
    "Frontier",
    "InconsistentError",
    "JournalError",
    "KeyFileError",
    "Kind",
    "MalformedError",
    "NodeOf",
    "SignatureError",
    "Subtree",
    "check_consistency",
    "check_inclusion",
    "commitment",
    "consistency_proof",
    "entry_leaf",
    "inclusion_proof",
    "leaf_hash",
    "new_salt",
    "node_hash",
    "nodes_of",
    "root_of",
    "subtrees",
]
