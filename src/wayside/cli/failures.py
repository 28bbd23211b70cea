# SPDX-License-Identifier: Apache-2.0
"""What each kind of failure costs: an exit code and one sentence, never a traceback.

0  done, and stopped on request where all cameras are live
1  work failed: a source, the record or a model
2  the command or the settings cannot be meant
130  stopped on request before the recordings were at their end
"""

from __future__ import annotations

import os
import traceback

from wayside.bootstrap import ModelError, PlateError
from wayside.domain import UsageError, WaysideError

EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED = 1, 2, 130
EXPECTED = (WaysideError, ModelError, PlateError)


def exit_code(error: BaseException) -> int:
    """The exit code that an error leads to."""
    return EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED


def sentence(error: BaseException) -> str:
    """What the user is told; an error that nobody foresaw says where it can be reported."""
    if isinstance(error, EXPECTED):
        return str(error)
    if os.environ.get("WAYSIDE_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, MemoryError):
        return "the memory is full; close other programs, or give smaller pictures"
    return (
        f"something went wrong that should not ({type(error).__name__}: {error}); "
        "please report it with what WAYSIDE_DEBUG=1 shows"
    )
