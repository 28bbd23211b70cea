# SPDX-License-Identifier: Apache-2.0
"""`wayside serve`: the pages and the API, on this machine or, with TLS, for the network."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from cryptography import x509

from wayside import bootstrap, config
from wayside.access import Binding, check_binding, first_run, roles
from wayside.bootstrap import Services
from wayside.cli.screen import say
from wayside.domain import UsageError
from wayside.web import create_app

LONGEST_HEAD = 32 * 1024
"""Bytes of a request's first line and headers."""
AT_ONCE = 512
"""Connections at one time; each open live page holds one."""
GRACE_S = 5
KEPT_S = 30
"""How long a connection is kept that asks nothing."""


def names_in(certificate: Path) -> tuple[str, ...]:
    """The host names that a certificate is for; raises UsageError."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        raise UsageError(f"{certificate}: is no certificate with host names in it; name a PEM file") from None
    addresses = (str(one) for one in names.get_values_for_type(x509.IPAddress))
    return (*names.get_values_for_type(x509.DNSName), *(f"[{one}]" if ":" in one else one for one in addresses))


def address_of(host: str, port: int, *, tls: bool) -> str:
    """Where a browser on this machine, or the first name, finds the pages."""
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{port}"


def settings(services: Services, host: str, port: int, certificate: Path | None, key: Path | None) -> uvicorn.Config:
    """How uvicorn serves: no word of its own on who asks for what, no header believed that a client can set."""
    return uvicorn.Config(
        create_app(services),
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        http="h11",
        ws="none",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        date_header=True,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEPT_S,
    )


def check(services: Services) -> None:
    """Raises UsageError where serving like this would lay the record open."""
    with services.store.reading() as connection:
        check_binding(services.binding, roles.without_second_factor(connection))


def worker(task: str, data_dir: Path, threads: int) -> list[str]:
    """The process of one camera: this very Python with `cli/worker.py`."""
    return [sys.executable, "-m", "wayside.cli.worker", task, str(data_dir), str(threads)]


def serve(
    data: Annotated[Path, typer.Option(envvar="WAYSIDE_DATA", help="Where the record lies.")] = config.DEFAULT_DATA,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 8080,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate with its chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="Address of a proxy that speaks TLS for us.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Host name that browsers use.")] = None,
    cameras: Annotated[
        bool, typer.Option("--cameras/--no-cameras", help="Whether the cameras that are set up are watched.")
    ] = True,
) -> None:
    """Serve the pages and the API, and watch the cameras that are set up there."""
    if (tls_cert is None) != (tls_key is None):
        raise UsageError("a certificate needs its key and a key its certificate; name both --tls-cert and --tls-key")
    certified = () if tls_cert is None else names_in(tls_cert)
    binding = Binding(host, None if tls_cert is None else str(tls_cert), tuple(proxy or ()))
    hosts = (*certified, *(name or ()))
    with bootstrap.open_services(data, binding, hosts, worker, watch_cameras=cameras) as services:
        check(services)
        address = address_of((*certified, host)[0], port, tls=tls_cert is not None)
        link = first_run.link(services.store, address)
        if link is not None:
            say(f"Nobody has an account yet. This link makes the first one, once, within a day:\n{link}")
        say(f"Serving {services.store.site.name} at {address} until Ctrl-C.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that both end in good order
        store = services.store
        cameras_watched = bootstrap.watching_cameras(services)
        # A KeyboardInterrupt is how serving ends.
        with bootstrap.watching(store), bootstrap.erasing_daily(store), suppress(KeyboardInterrupt), cameras_watched:
            uvicorn.Server(settings(services, host, port, tls_cert, tls_key)).run()
