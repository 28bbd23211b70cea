# SPDX-License-Identifier: Apache-2.0
"""Watch lists: what to look out for, what matched it, and who has to be told; and journeys over what was found."""

from wayside.watch.journeys import FASTEST_KMH, Journey, Leg, Stop, journeys_of, positions
from wayside.watch.places import Place, name_of, places_of
from wayside.watch.playback import film_of, moments_of

__all__ = [
    "FASTEST_KMH",
    "Journey",
    "Leg",
    "Place",
    "Stop",
    "film_of",
    "journeys_of",
    "moments_of",
    "name_of",
    "places_of",
    "positions",
]
