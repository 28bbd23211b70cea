# SPDX-License-Identifier: Apache-2.0
"""How the plate reader was made: `python -m training.reader`."""
