# SPDX-License-Identifier: Apache-2.0
"""How each shipped model was made; heavy dependencies live here and never in the wheel."""
