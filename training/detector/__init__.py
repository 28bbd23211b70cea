# SPDX-License-Identifier: Apache-2.0
"""Training of the vehicle and the plate detector: one anchor-free network family, two tasks."""
