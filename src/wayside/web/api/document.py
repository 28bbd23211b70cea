# SPDX-License-Identifier: Apache-2.0
"""The API's own description (OpenAPI 3.1) and the table of permissions, for whoever is signed in."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from wayside import __version__
from wayside.access import Rule, permissions
from wayside.web.api.forms import PASSAGE, PREFIX, Answer, Problem, api, tagged
from wayside.web.guard import Gate, GuardedRoute
from wayside.web.things import anywhere

routes = api("", "about")
table = anywhere("permissions")
ABOUT = """The record of a site's roads, for programs.

Sign in with an API token: `Authorization: Bearer wayside_…`, issued under *Your account* or by `POST /api/v1/tokens`.
A token acts for its person, at one site, within its scopes; what needs a purpose runs under the token's own. Each
operation says under `x-may` what of the table of permissions it needs. Failures are problem+json (RFC 9457)."""


class RuleAnswer(Answer):
    """One line of the table."""

    may: str
    roles: list[str]
    says: str
    needs: list[str]
    own: bool
    others: bool
    masked: bool
    watermarked: bool
    reach: str | None


class PermissionsAnswer(Answer):
    """Who may do what; what stands in no line is refused to everybody."""

    roles: dict[str, str]
    objects: dict[str, str]
    rules: list[RuleAnswer]
    scopes: dict[str, list[str]]


def answered(rule: Rule) -> RuleAnswer:
    """As it is answered."""
    return RuleAnswer(
        may=rule.may,
        roles=list(rule.roles),
        says=rule.says,
        needs=sorted(rule.needs),
        own=rule.own,
        others=rule.others,
        masked=rule.masked,
        watermarked=rule.watermarked,
        reach=rule.reach,
    )


@cache
def passage_schema() -> dict[str, Any]:
    """The published shape of a passage, as a component: its own definitions stand beside it."""
    text = (files("wayside") / "schema" / "passage.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text.replace('"#/$defs/', '"#/components/schemas/passage_'))
    definitions = {f"passage_{name}": shape for name, shape in found.pop("$defs").items()}
    return {**definitions, "Passage": {key: found[key] for key in found if not key.startswith("$")}}


def with_passages(part: Any) -> Any:
    """A part of the document in which references to the published shape stand where a passage does."""
    if isinstance(part, dict):
        if part.get("x-wayside") == PASSAGE["x-wayside"]:
            return {"$ref": "#/components/schemas/Passage"}
        return {key: with_passages(value) for key, value in part.items()}
    return [with_passages(one) for one in part] if isinstance(part, list) else part


def document_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an application, made once."""
    if not hasattr(app.state, "document"):
        app.state.document = api_document(app.router.routes)
    made: dict[str, Any] = app.state.document
    return made


def api_document(some: list[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI document of the routes below `/api/`."""
    ours = [one for one in some if isinstance(one, GuardedRoute) and one.path.startswith(PREFIX)]
    document: dict[str, Any] = get_openapi(
        title="Wayside", version=__version__, openapi_version="3.1.0", description=ABOUT, routes=ours
    )
    for one in ours:
        for method in one.methods or ():
            document["paths"][one.path][method.lower()]["x-may"] = one.deed.may
    schemas = document["components"]["schemas"]
    schemas.update(passage_schema(), Problem=Problem.model_json_schema())
    document = with_passages(document)
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    return document


@routes.get("/openapi.json", may="read permissions", at=table, response_model=dict[str, Any])
def openapi(request: Request, gate: Gate) -> dict[str, Any]:
    """This description."""
    return document_of(request.app)


@routes.get("/permissions", may="read permissions", at=table, response_model=PermissionsAnswer)
def read_permissions(request: Request, gate: Gate) -> Response:
    """Who may do what."""
    there = permissions()
    answer = PermissionsAnswer(
        roles=dict(there.roles),
        objects=dict(there.objects),
        rules=[answered(one) for one in there.rules],
        scopes={name: sorted(pairs) for name, pairs in there.scopes.items()},
    )
    return tagged(request, answer)
