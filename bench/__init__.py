# SPDX-License-Identifier: Apache-2.0
"""Measurements that anyone can repeat; `python -m bench` runs them all and keeps the results."""
