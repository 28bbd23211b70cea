# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, as one tree; each message is one sentence that names the thing and the mend.

WaysideError
├── UsageError     what was asked cannot be meant: a gate outside the picture, a broken settings line
├── SourceError    a file, folder, stream or webcam cannot give frames
├── RecordError    the record cannot be opened, read or written
└── AccessError    somebody may not do what they asked for; its kinds stand in `wayside.access`
"""


class WaysideError(Exception):
    """The root: whatever is raised on purpose."""


class UsageError(WaysideError):
    """The command or the settings cannot be meant as they stand."""


class SourceError(WaysideError):
    """A source of frames cannot be opened, or ended before it should."""


class RecordError(WaysideError):
    """The record cannot be opened, read or written."""


class AccessError(WaysideError):
    """Somebody may not do what they asked for, or did not show who they are."""
