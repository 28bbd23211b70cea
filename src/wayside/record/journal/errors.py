# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with the journal's texts, keys and proofs.

RecordError
└── JournalError
    ├── MalformedError     a text is not in its format; nothing in it may be believed
    ├── SignatureError     nobody whom we trust has signed it, or a signature is false
    ├── InconsistentError  two checkpoints cannot belong to one journal that only grew
    └── KeyFileError       the signing key is not there, or is open to others
"""

from wayside.domain import RecordError


class JournalError(RecordError):
    """The journal, or something that speaks for it, does not hold."""


class MalformedError(JournalError):
    """A note, checkpoint, proof or key is not written as its format demands."""


class SignatureError(JournalError):
    """No trusted key has signed, or a trusted key's signature is false."""


class InconsistentError(JournalError):
    """A checkpoint does not continue another one."""


class KeyFileError(JournalError):
    """The file of the signing key cannot be used as it is."""
