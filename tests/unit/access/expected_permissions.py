# SPDX-License-Identifier: Apache-2.0
"""What each role may do, written down a second time from the words of the task, by role instead of by deed.

Each line is ACTION OBJECT and its conditions: s second factor, t training in date, p purpose, 2 second person,
m masked, w watermarked, o only one's own, x only somebody else's, f fresh things only, a old things too with a second
person.
"""

from __future__ import annotations

ANYBODY = """
    read sign-in
    use sign-in
    read asset
    read health
"""

WITH_AN_ACCOUNT = """
    read permissions
    read person       o
    change credential o
    read session      o
    end session       o
    read token        o
    revoke token      o
    read purpose      o
    end purpose       o
"""

MONITOR = """
    watch passage     stmf
    reveal passage    stpf
    watch picture     stmf
    reveal picture    stpwf
    watch hit         stf
    confirm hit       stpf
    begin purpose     sto
    read search       so
    issue token       so
    read statistics   s
    read camera       s
"""

OBSERVER = """
    report sighting   st
    read sighting     stof
    correct sighting  stof
    read brief        sow
    acknowledge brief so
    begin purpose     sto
    issue token       so
    read statistics   s
    read camera       s
"""

INVESTIGATOR = """
    watch passage     stmf
    reveal passage    stpf
    read passage      stpa
    search passage    stpa
    correct passage   stpa
    watch picture     stmf
    reveal picture    stpwf
    read picture      stpwa
    read journey      stpa
    watch hit         stf
    confirm hit       stpf
    read hit          stpa
    read sighting     stpa
    search sighting   stpa
    link sighting     stpa
    make export       stpwa
    make bulk-export  stpw2a
    download export   stpow
    place hold        stp2a
    release hold      s
    read hold         s
    read request      so
    ask request       so
    withdraw request  so
    begin purpose     sto
    read search       so
    issue token       so
    read statistics   s
    read camera       s
"""

LIST_MANAGER = """
    read list         st
    add list          st
    end list          st
    read entry        st
    ask entry         stp
    add entry         stp2
    add-emergency entry stp
    remove entry      st
    read brief        sw
    write brief       st
    publish brief     st2
    end brief         st
    read request      so
    ask request       so
    withdraw request  so
    begin purpose     sto
    issue token       so
    read statistics   s
    read camera       s
"""

APPROVER = """
    read request      s
    approve request   stx
    refuse request    stx
    read statistics   s
"""

AUDITOR = """
    read list         st
    read entry        st
    read brief        sw
    read export       s
    read hold         s
    read request      s
    read person       s
    read token        s
    read search       st
    review search     stx
    read review       s
    place canary      s
    read canary       s
    issue token       so
    read statistics   s
    verify journal    s
    read camera       s
    read configuration s
    make impact-assessment s
"""

ADMINISTRATOR = """
    import passage    s2
    read request      so
    ask request       so
    withdraw request  so
    read person       s
    add person        s
    change person     sx
    disable person    sx
    reset credential  s2x
    grant role        s2x
    revoke role       s
    end session       sx
    read token        s
    revoke token      sx
    issue-device token s
    issue token       so
    read statistics   s
    verify journal    s
    read camera       s
    configure camera  s
    calibrate camera  sm
    read configuration s
    change configuration s
    shorten retention s
    extend retention  s2
    make backup       s
    restore backup    s2
"""

OFFICER = """
    erase passage     s2
    read brief        sw
    read export       s
    release hold      s
    read hold         s
    read request      so
    ask request       so
    withdraw request  so
    read person       s
    read review       s
    issue token       so
    read statistics   s
    publish statistics s
    verify journal    s
    read camera       s
    read configuration s
    shorten retention s
    extend retention  s2
    make impact-assessment s
"""

DEVICE = """
    add passage
"""


def lines(text: str) -> dict[str, str]:
    """`ACTION OBJECT` to its conditions."""
    split = (line.split() for line in text.strip().splitlines())
    return {f"{action} {thing}": "".join(flags) for action, thing, *flags in split}


EXPECTED = {
    "monitor": lines(MONITOR),
    "observer": lines(OBSERVER),
    "investigator": lines(INVESTIGATOR),
    "list-manager": lines(LIST_MANAGER),
    "approver": lines(APPROVER),
    "auditor": lines(AUDITOR),
    "administrator": lines(ADMINISTRATOR),
    "officer": lines(OFFICER),
    "device": lines(DEVICE),
}
FOR_ANYBODY = lines(ANYBODY)
FOR_ACCOUNTS = lines(WITH_AN_ACCOUNT)

MOVEMENTS = {"passage", "picture", "journey", "hit", "sighting", "export", "bulk-export"}
"""Objects in which somebody's movements can be seen."""
LOOKING = {"watch", "reveal", "read", "search", "make", "download"}
"""What shows them; not: `add`, `erase`, `import`, and `read export`, which shows no contents."""

TOGETHER = """
    monitor observer
    monitor investigator
    monitor list-manager
    monitor approver
    observer investigator
    observer list-manager
    observer approver
    investigator list-manager
    auditor officer
"""
"""The only pairs of roles that one person may hold at one site."""

SCOPES: dict[str, set[str]] = {
    "passages:watch": {"watch passage", "watch picture", "watch hit", "read camera"},
    "passages:read": {
        "read passage", "search passage", "read picture", "read journey", "read hit", "read sighting",
        "search sighting",
    },
    "passages:add": {"add passage"},
    "passages:correct": {"correct passage", "confirm hit", "link sighting"},
    "lists:read": {"read list", "read entry"},
    "lists:ask": {"ask entry"},
    "lists:remove": {"remove entry"},
    "sightings:report": {
        "report sighting", "read sighting", "correct sighting", "read brief", "acknowledge brief",
    },
    "cameras:configure": {"read camera", "configure camera"},
    "statistics:read": {"read statistics", "read camera", "verify journal"},
    "exports:make": {"make export", "download export"},
    "searches:read": {"read search", "read review", "read export"},
}  # fmt: skip
"""What each scope names, written down a second time."""
