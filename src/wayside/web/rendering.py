# SPDX-License-Identifier: Apache-2.0
"""Makes pages from templates: escaped, with the texts of the catalogue and what the person may do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from wayside import __version__
from wayside.domain import RecordError
from wayside.web.assets import address_of
from wayside.web.catalogue import catalogue
from wayside.web.csrf import token_of
from wayside.web.navigation import Group, grouped
from wayside.web.times import time_filter

if TYPE_CHECKING:
    from wayside.web.guard import Granted

LOOK, DEEDS = ("wayside.css", "shell.css"), ("wayside.js",)
"""Style sheets and scripts of all pages."""


def sheets(*more: str) -> Markup:
    """The look of a page, in one file: that of all pages and more. Raises KeyError."""
    return Markup('<link rel="stylesheet" href="{}">').format(address_of(*LOOK, *more))


def scripts(*more: str) -> Markup:
    """The scripts of a page, in one file: what every page does and more. Raises KeyError."""
    return Markup('<script src="{}" type="module"></script>').format(address_of(*DEEDS, *more))


@cache
def environment() -> Environment:
    """The templates of this package; an unknown name is an error, and everything is escaped."""
    made = Environment(
        loader=PackageLoader("wayside.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(t=catalogue(), asset=address_of, sheets=sheets, scripts=scripts, version=__version__)
    made.filters.update(time=time_filter)
    return made


def shown_navigation(request: Request, granted: Granted | None) -> list[Group]:
    """The pages that the person may see, in their groups."""
    if granted is None or granted.actor.person is None:
        return []
    pages = request.app.state.head
    try:
        opened = granted.opens([one.deed for one in pages])
    except RecordError:  # the page may be the one that says so
        return []
    return grouped((one.path, one.head) for one, opens in zip(pages, opened, strict=True) if opens)


def context_of(request: Request) -> Mapping[str, Any]:
    """What every template may use: who is signed in, the purpose, the site, the token for forms."""
    granted: Granted | None = getattr(request.state, "granted", None)
    key = None if granted is None else granted.who.key
    return {
        "granted": granted,
        "actor": None if granted is None else granted.actor,
        "work": None if granted is None else granted.work,
        "csrf": "" if key is None else token_of(key),
        "navigation": shown_navigation(request, granted),
        "path": request.url.path,
        "services": request.app.state.services,
    }


def render(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> Response:
    """A page; what the template prints is escaped. Raises jinja2.TemplateError."""
    page = environment().get_template(template).render(**context_of(request), **context)
    return HTMLResponse(page, status, dict(headers or {}))


def fragment(template: str, **context: Any) -> Markup:
    """A part of a page, to be put into another."""
    return Markup(environment().get_template(template).render(**context))
