# SPDX-License-Identifier: Apache-2.0
"""Watch lists: what to look out for, what matched it, and who has to be told; and journeys over what was found."""

from wayside.watch import alerts, entries, lists, matching, sheet
from wayside.watch.entries import Draft, Entry, EntryState, Priority
from wayside.watch.journeys import FASTEST_KMH, Journey, Leg, Stop, journeys_of, positions, stops_of
from wayside.watch.keeping import keep_watched, would_keep
from wayside.watch.lists import WatchList
from wayside.watch.places import Place, name_of, places_of
from wayside.watch.playback import film_of, moments_of
from wayside.watch.running import watching
from wayside.watch.terms import EntryKind, Term, TermKind, terms_of

__all__ = [
    "FASTEST_KMH",
    "Draft",
    "Entry",
    "EntryKind",
    "EntryState",
    "Journey",
    "Leg",
    "Place",
    "Priority",
    "Stop",
    "Term",
    "TermKind",
    "WatchList",
    "alerts",
    "entries",
    "film_of",
    "journeys_of",
    "keep_watched",
    "lists",
    "matching",
    "moments_of",
    "name_of",
    "places_of",
    "positions",
    "sheet",
    "stops_of",
    "terms_of",
    "watching",
    "would_keep",
]
