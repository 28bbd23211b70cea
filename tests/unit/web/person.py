# SPDX-License-Identifier: Apache-2.0
"""People who ask the pages and the API of a house."""

from __future__ import annotations

from typing import Any

from unit.web.house import Answered, House


class Person:
    """Somebody who is signed in and asks."""

    def __init__(self, house: House, name: str, *roles: str, purpose: bool = True) -> None:
        self.house, self.name = house, house.world.person(name, *roles)
        if purpose:
            house.world.under_purpose(name)
        self.key = house.world.session(name)

    def get(self, path: str, **headers: str) -> Answered:
        """Asks."""
        stated = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.house.call("GET", f"/api/v1{path}", session=self.key, headers=stated)

    def post(self, path: str, body: Any = None) -> Answered:
        """Does."""
        return self.house.call("POST", f"/api/v1{path}", session=self.key, json_body=body)

    def page(self, path: str) -> Answered:
        """Opens a page."""
        return self.house.call("GET", path, session=self.key)

    def form(self, path: str, **fields: str) -> Answered:
        """Sends a form of a page."""
        return self.house.call("POST", path, session=self.key, form=fields)

    def delete(self, path: str) -> Answered:
        """Ends."""
        return self.house.call("DELETE", f"/api/v1{path}", session=self.key)
