# SPDX-License-Identifier: Apache-2.0
"""Training of the windscreen finder and of the seat counter."""
