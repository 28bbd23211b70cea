# SPDX-License-Identifier: Apache-2.0
"""Measurements of the record: each a module that is run by `python -m bench.record.NAME`."""
