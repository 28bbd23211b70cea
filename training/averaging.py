# SPDX-License-Identifier: Apache-2.0
"""The mean of the weights of several networks of one shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor


def mean_weights(states: Sequence[Mapping[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """Each tensor's mean by shares that sum to 1; what is counted in whole numbers is taken from the last.

    Weights that follow each other in one training lie in one basin, where their mean is as good as a mean of answers or
    better (Wortsman et al., "Model soups", 2022), at the cost of one network.
    """
    whole = dict(states[-1])
    for name, last in whole.items():
        if last.is_floating_point():
            whole[name] = sum((state[name] * share for state, share in zip(states, shares, strict=True)), 0 * last)
    return whole
