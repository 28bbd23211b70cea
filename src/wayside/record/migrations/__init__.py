# SPDX-License-Identifier: Apache-2.0
"""How the tables of the record came to be, step by step, for SQLite and PostgreSQL."""
