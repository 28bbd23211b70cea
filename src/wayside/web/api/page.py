# SPDX-License-Identifier: Apache-2.0
"""The API's description as a page, drawn here from the OpenAPI document: nothing is fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from wayside.web.api.document import document_of
from wayside.web.guard import Gate, Routes
from wayside.web.rendering import render
from wayside.web.things import anywhere

routes = Routes(more={"include_in_schema": False})
METHODS = ("get", "post", "delete")


def by_subject(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str, Mapping[str, Any]]]]:
    """Method, path and operation of each route, under its subject."""
    found: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                found.setdefault(operations[method]["tags"][0], []).append((method.upper(), path, operations[method]))
    return found


def name_of(shape: Mapping[str, Any]) -> str:
    """What a shape is called, where it is one of the document's own."""
    return str(shape["$ref"]).rpartition("/")[2] if "$ref" in shape else str(shape.get("type", ""))


@routes.get("/api", may="read permissions", at=anywhere("permissions"), head="head.api")
def described(request: Request, gate: Gate) -> Response:
    """What programs can do here."""
    document = document_of(request.app)
    return render(request, "api.html", document=document, subjects=by_subject(document), name_of=name_of)
