# SPDX-License-Identifier: Apache-2.0
"""Runs the migrations on the connection that the store hands over, all in its one transaction."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
