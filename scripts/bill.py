# SPDX-License-Identifier: Apache-2.0
"""The bill of materials: every package of uv.lock with the digests of its files, as CycloneDX 1.6 for any scanner."""

from __future__ import annotations

import json
import sys
import tomllib
import uuid
from collections.abc import Iterator
from typing import Any

from licences import ROOT, base_install

OURS = "wayside"
FORMAT = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
"""As https://cyclonedx.org/docs/1.6/json/ has it."""


def every_package() -> list[dict[str, Any]]:
    """The packages of uv.lock; one stands there more than once where Pythons differ in the version that they get."""
    packages: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    return packages


def reference(package: dict[str, Any]) -> str:
    """The package URL, which is also its name within the bill; Wayside itself comes from no index."""
    return OURS if package["name"] == OURS else f"pkg:pypi/{package['name']}@{package['version']}"


def files_of(package: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The files that may be installed, each with its digest; raises ValueError for a digest that is not SHA-256."""
    for file in [*filter(None, [package.get("sdist")]), *package.get("wheels", [])]:
        kind, _, digest = file["hash"].partition(":")
        if kind != "sha256":
            raise ValueError(f"{file['url']}: uv.lock has a digest of the kind {kind}; lock it anew with `make lock`")
        yield {"type": "distribution", "url": file["url"], "hashes": [{"alg": "SHA-256", "content": digest}]}


def component(package: dict[str, Any], *, required: bool) -> dict[str, Any]:
    """A package as the bill has it; `required`: whether the base install brings it."""
    return {
        "type": "library",
        "bom-ref": reference(package),
        "name": package["name"],
        "version": package["version"],
        "purl": reference(package),
        "scope": "required" if required else "optional",
        "externalReferences": list(files_of(package)),
    }


def needed(one: dict[str, Any], packages: list[dict[str, Any]]) -> Iterator[str]:
    """The references of what a need of the lock means: of every version, where it depends on the Python that runs."""
    for package in packages:
        if package["name"] == one["name"] and one.get("version", package["version"]) == package["version"]:
            yield reference(package)


def needs(package: dict[str, Any], packages: list[dict[str, Any]]) -> dict[str, Any]:
    """What a package needs itself, extras and groups included."""
    groups = [package.get("dependencies", [])]
    groups += [some for key in ("optional-dependencies", "dev-dependencies") for some in package.get(key, {}).values()]
    found = {name for group in groups for one in group for name in needed(one, packages)}
    return {"ref": reference(package), "dependsOn": sorted(found - {reference(package)})}


def own_version() -> str:
    """Wayside's, as pyproject.toml states it."""
    stated: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return stated


def bill(packages: list[dict[str, Any]]) -> dict[str, Any]:
    """The bill of the packages of a lock; the same lock gives the same bill, its number included."""
    base = base_install({one["name"]: one for one in packages})
    own = {"type": "application", "bom-ref": OURS, "name": OURS, "version": own_version()}
    ordered = sorted(packages, key=reference)
    contents = {
        "metadata": {"component": own},
        "components": [component(one, required=one["name"] in base) for one in ordered if one["name"] != OURS],
        "dependencies": [needs(one, packages) for one in ordered],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(contents, sort_keys=True))
    return {**FORMAT, "serialNumber": f"urn:uuid:{number}", **contents}


def main() -> int:
    """Prints the bill."""
    json.dump(bill(every_package()), sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
