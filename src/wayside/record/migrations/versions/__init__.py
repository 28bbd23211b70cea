# SPDX-License-Identifier: Apache-2.0
"""The steps; a step that was published is never changed again."""
