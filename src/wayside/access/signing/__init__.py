# SPDX-License-Identifier: Apache-2.0
"""Showing who one is, and staying signed in: passwords, codes, passkeys, sessions, tokens and their limits."""
